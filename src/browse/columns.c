/* The columns of numbers before a name. */
#include "browse/columns.h"

#include "go/unit.h"

/* Widths from which there is room for a pair of columns beside names, and for the sums. */
enum { WIDE = 100, MIDDLE = 60 };
enum { VALUE_LEAST = 10, VALUE_MOST = 18, SHARE = 8 };

struct columns_shown {
    bool flat, sum, cum;
    int value; /* cells of a value: that of the total fits */
};

static struct columns_shown shown(const struct view_page *p, int width, bool sums) {
    enum view_order order = view_order(p->view, p->place);
    bool cum = order == ORDER_CUM || (order == ORDER_NAME && p->place->options.sort == SORT_CUM);
    const struct report_in *in = &p->source->run.in;
    int value = 1 + canvas_width(report_value(in, in->value.total, p->unit));
    value = value < VALUE_LEAST ? VALUE_LEAST : value > VALUE_MOST ? VALUE_MOST : value;
    return (struct columns_shown){width >= MIDDLE || !cum, sums && width >= WIDE, width >= MIDDLE || cum, value};
}

int columns_width(const struct view_page *p, const struct canvas *c) {
    const struct columns_shown s = shown(p, c->columns, false);
    return 2 + (s.value + SHARE) * (s.flat + s.cum);
}

int columns_head(const struct view_page *p, struct canvas *c, int y, const char *name, bool sums) {
    const struct columns_shown s = shown(p, c->columns, sums);
    const struct canvas_style style = {.flags = CANVAS_BOLD | CANVAS_UNDERLINE};
    enum view_order order = view_order(p->view, p->place);
    int x = 0;
    canvas_paint(c, y, 0, c->columns, style);
    if (s.flat) {
        canvas_right(c, y, x, s.value, order == ORDER_FLAT ? STR("[flat]") : STR("flat"), style);
        canvas_right(c, y, x + s.value, SHARE, STR("flat%"), style);
        x += s.value + SHARE;
    }
    if (s.sum) {
        canvas_right(c, y, x, SHARE, STR("sum%"), style);
        x += SHARE;
    }
    if (s.cum) {
        canvas_right(c, y, x, s.value, order == ORDER_CUM ? STR("[cum]") : STR("cum"), style);
        canvas_right(c, y, x + s.value, SHARE, STR("cum%"), style);
        x += s.value + SHARE;
    }
    x += 2;
    str text = str_from(name);
    if (order == ORDER_NAME) text = str_join(p->source->run.in.arena, (str[]){STR("["), text, STR("]")}, 3, STR_EMPTY);
    canvas_text(c, y, x, c->columns - x, text, CANVAS_CUT_END, style);
    return x;
}

static str share(char text[32], int64_t value, int64_t total) {
    return str_trim((str){text, unit_percentage(text, value, total)});
}

int columns_write(const struct view_page *p, struct canvas *c, int y, const struct columns_row *row, bool sums,
                  struct canvas_style style) {
    const struct report_in *in = &p->source->run.in;
    const struct columns_shown s = shown(p, c->columns, sums);
    int64_t total = in->value.total, cum_total = row->cum_total ? row->cum_total : total;
    char text[32];
    int x = 0;
    if (s.flat) {
        if (!row->no_flat) {
            canvas_right(c, y, x, s.value, report_value(in, row->flat, p->unit), style);
            canvas_right(c, y, x + s.value, SHARE, share(text, row->flat, total), style);
        } else if (!s.cum) {
            /* the only pair there is room for */
            canvas_right(c, y, x, s.value, report_value(in, row->cum, p->unit), style);
            canvas_right(c, y, x + s.value, SHARE, share(text, row->cum, cum_total), style);
        }
        x += s.value + SHARE;
    }
    if (s.sum) {
        if (!row->no_sum) canvas_right(c, y, x, SHARE, share(text, row->sum, total), style);
        x += SHARE;
    }
    if (s.cum) {
        canvas_right(c, y, x, s.value, report_value(in, row->cum, p->unit), style);
        canvas_right(c, y, x + s.value, SHARE, share(text, row->cum, cum_total), style);
        x += s.value + SHARE;
    }
    return x + 2;
}

str columns_text(const struct view_page *p, const struct columns_row *row) {
    const struct report_in *in = &p->source->run.in;
    int64_t total = in->value.total, cum_total = row->cum_total ? row->cum_total : total;
    char flat[32], cum[32];
    str part[] = {row->no_flat ? STR_EMPTY : STR("flat "),
                  row->no_flat ? STR_EMPTY : report_value(in, row->flat, p->unit),
                  row->no_flat ? STR_EMPTY : STR(" "),
                  row->no_flat ? STR_EMPTY : share(flat, row->flat, total),
                  row->no_flat ? STR("cum ") : STR("  cum "),
                  report_value(in, row->cum, p->unit),
                  STR(" "),
                  share(cum, row->cum, cum_total)};
    return str_join(in->arena, part, sizeof part / sizeof *part, STR_EMPTY);
}

struct canvas_style columns_heat(const struct view_page *p, int64_t value) {
    double total = (double)p->source->run.in.value.total, part = total != 0 ? (double)value / total : 0;
    if (part < 0) part = -part;
    return (struct canvas_style){.flags = part >= 0.01 ? CANVAS_BOLD : 0, .ink = part >= 0.1 ? 1 : 0};
}
