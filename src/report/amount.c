/* Values of a report as text. */
#include "report/amount.h"

static str amount_text(const struct report_in *in, int64_t v) {
    size_t room = amount_room(in);
    char *buf = arena_alloc(in->arena, room);
    return (str){buf, amount_print(in, buf, room, v)};
}

void amount_right(const struct report_in *in, struct sink *out, int64_t v, int width, bool dot) {
    struct arena_mark m = arena_mark(in->arena);
    sink_right(out, v == 0 && dot ? STR(".") : amount_text(in, v), width);
    arena_rewind(in->arena, m);
}

void amount_write(const struct report_in *in, struct sink *out, int64_t v) { amount_right(in, out, v, 0, false); }

void amount_percentage(struct sink *out, int64_t v, int64_t total) {
    char buf[32];
    sink_char(out, ' ');
    sink_write(out, buf, unit_percentage(buf, v, total));
}

void amount_columns(const struct report_in *in, const struct graph_node *n, int64_t sum, str unit, struct sink *out) {
    int64_t flat = graph_flat(n), cum = graph_cum(n), total = in->value.total;
    size_t from = out->len;
    sink_right(out, report_value(in, flat, unit), 10);
    paint_weight(in->paint, out, from, flat, total, PAINT_STAYS);
    from = out->len;
    amount_percentage(out, flat, total);
    paint_weight(in->paint, out, from, flat, total, PAINT_FLAT_SHARE);
    from = out->len;
    amount_percentage(out, sum, total);
    paint_mark(in->paint, out, from, PAINT_TEXT, PAINT_PLAIN, PAINT_SUM_SHARE);
    from = out->len;
    sink_char(out, ' ');
    sink_right(out, report_value(in, cum, unit), 10);
    paint_weight(in->paint, out, from, cum, total, PAINT_CUM);
    from = out->len;
    amount_percentage(out, cum, total);
    paint_weight(in->paint, out, from, cum, total, PAINT_CUM_SHARE);
}
