/* collapsed: one line per stack, for flame graph tools: frames root first with ';' between them (names as in
 * foldname.h), a space, the value. Lines are sorted by the bytes of the stacks; each stack occurs once, and never with
 * value 0. A difference has two values, as difffolded.pl writes them: the base's, then the source's. Collapsed stacks
 * that were read with one value a line, negative or not, are written so. */
#include <string.h>

#include "report/report.h"
#include "report/rows.h"
#include "stacks/order.h"
#include "stacks/sides.h"

/* Sums over samples; the divisors are those of means. */
struct collapsed_sums {
    uint64_t value[SIDES], divisor[SIDES];
};

struct collapsed_line {
    uint32_t item;
    int64_t value[SIDES];
};

struct collapsed {
    const struct report_in *in;
    bool is_diff;
    struct collapsed_sums *of_stack;
    stack_id *item; /* the stacks of samples with values */
    uint32_t n_items;
    struct stackorder *order;
    struct collapsed_line *line;
    uint32_t n_lines;
};

static void add_samples(struct collapsed *c) {
    const struct profile *v = c->in->view;
    const int64_t *value = v->value[c->in->value.type], *divisor = v->value[0];
    bool mean = c->in->value.mean;
    c->of_stack = ARENA_ZERO(c->in->arena, struct collapsed_sums, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        int side = c->is_diff ? sides_of(value[row] ? value[row] : mean ? divisor[row] : 0) : SIDE_NEW;
        struct collapsed_sums *s = &c->of_stack[v->stack_of[row]];
        s->value[side] += (uint64_t)value[row];
        if (mean) s->divisor[side] += (uint64_t)divisor[row];
    }
    c->item = ARENA_ARRAY(c->in->arena, stack_id, v->n_stacks);
    for (stack_id s = 0; s < v->n_stacks; s++) {
        static const struct collapsed_sums zero;
        if (memcmp(&c->of_stack[s], &zero, sizeof zero) != 0) c->item[c->n_items++] = s;
    }
}

static int64_t final_value(const struct report_in *in, uint64_t value, uint64_t divisor) {
    int64_t v = in->value.mean ? graph_mean((int64_t)value, (int64_t)divisor) : (int64_t)value;
    return graph_scale(&in->value, v);
}

/* Makes one line of all stacks with the same text. */
static void make_lines(struct collapsed *c) {
    const struct stackorder *s = c->order;
    c->line = ARENA_ARRAY(c->in->arena, struct collapsed_line, s->n);
    for (uint32_t i = 0; i < s->n;) {
        struct collapsed_sums sum = {{0}, {0}};
        struct collapsed_line line = {.item = s->order[i]};
        do {
            const struct collapsed_sums *more = &c->of_stack[s->item[s->order[i]]];
            for (int side = 0; side < SIDES; side++) {
                sum.value[side] += more->value[side];
                sum.divisor[side] += more->divisor[side];
            }
            i++;
        } while (i < s->n && stackorder_equal(s, line.item, s->order[i]));
        /* values of a base are negative in the profile */
        line.value[SIDE_NEW] = final_value(c->in, sum.value[SIDE_NEW], sum.divisor[SIDE_NEW]);
        line.value[SIDE_BASE] = final_value(c->in, 0 - sum.value[SIDE_BASE], 0 - sum.divisor[SIDE_BASE]);
        if (line.value[SIDE_NEW] || line.value[SIDE_BASE]) c->line[c->n_lines++] = line;
    }
}

enum { NUMBERS_MOST = 48 }; /* two values, two spaces and a newline */

static uint64_t line_size(const void *context, uint32_t i) {
    const struct collapsed *c = context;
    return c->order->length[c->line[i].item] + NUMBERS_MOST;
}

static void write_line(const void *context, struct arena *scratch, uint32_t i, struct sink *out) {
    (void)scratch;
    const struct collapsed *c = context;
    const struct collapsed_line *l = &c->line[i];
    uint64_t n = c->order->length[l->item];
    sink_reserve(out, n + NUMBERS_MOST);
    stackorder_text(c->order, l->item, out->buf + out->len);
    out->len += n;
    if (c->is_diff) {
        sink_char(out, ' ');
        sink_int(out, l->value[SIDE_BASE]);
    }
    sink_char(out, ' ');
    sink_int(out, l->value[SIDE_NEW]);
    sink_char(out, '\n');
}

bool report_collapsed(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct collapsed c = {.in = in};
    /* the loaded profile decides, so that filters cannot change the number of columns */
    c.is_diff = !in->loaded->one_column && sides_are_two(in->loaded, in->value.type);
    add_samples(&c);
    c.order = stackorder_make(in->arena, in->view, in->options, c.item, c.n_items);
    make_lines(&c);
    struct rows rows = {.context = &c, .write = write_line, .size = line_size};
    rows_write(&rows, c.n_lines, out);
    return true;
}
