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
