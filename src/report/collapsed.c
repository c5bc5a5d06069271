/* collapsed: one line a stack, as flame graph tools read it: frames root first with ';' between them (names as
 * in foldname.h), a space, the value. Sorted by the bytes of the stacks; no stack twice; no zeros. When the
 * profile holds the samples of a -diff_base, two values: that of the base, then that of the source. */
#include <string.h>

#include "report/report.h"
#include "report/rows.h"
#include "stacks/order.h"

enum { SOURCE, BASE, SIDES };

/* Sums over samples; divisors are those of the mean. */
struct sums {
    uint64_t value[SIDES], divisor[SIDES];
};

struct line {
    uint32_t item;
    int64_t value[SIDES];
};

struct collapsed {
    const struct report_in *in;
    bool is_diff;
    struct sums *of_stack;
    stack_id *item; /* the stacks that matter */
    uint32_t n_items;
    struct stackorder *order;
    struct line *line;
    uint32_t n_lines;
};

/* --- sums */

static bool is_base_label(const struct profile *p, const struct profile_label *l) {
    return !l->numeric && str_equal(profile_str(p, l->key), STR("pprof::base")) &&
           str_equal(profile_str(p, l->value), STR("true"));
}

/* [label_id]: marks samples of the base. NULL when no label does. */
static bool *mark_base_labels(struct arena *a, const struct profile *p) {
    bool *marks = NULL;
    for (label_id l = 0; l < p->n_labels; l++) {
        if (!is_base_label(p, &p->label[l])) continue;
        if (!marks) marks = ARENA_ZERO(a, bool, p->n_labels);
        marks[l] = true;
    }
    return marks;
}

static bool is_base_row(const struct profile *v, const bool *marks, uint32_t row) {
    for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++)
        if (marks[v->label_ref[k]]) return true;
    return false;
}

static void add_samples(struct collapsed *c) {
    const struct profile *v = c->in->view;
    const bool *marks = mark_base_labels(c->in->arena, v);
    const int64_t *value = v->value[c->in->value.type], *divisor = v->value[0];
    c->of_stack = ARENA_ZERO(c->in->arena, struct sums, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        int side = marks && is_base_row(v, marks, row) ? BASE : SOURCE;
        struct sums *s = &c->of_stack[v->stack_of[row]];
        s->value[side] += (uint64_t)value[row];
        if (c->in->value.mean) s->divisor[side] += (uint64_t)divisor[row];
    }
    c->item = ARENA_ARRAY(c->in->arena, stack_id, v->n_stacks);
    for (stack_id s = 0; s < v->n_stacks; s++) {
        static const struct sums zero;
        if (memcmp(&c->of_stack[s], &zero, sizeof zero) != 0) c->item[c->n_items++] = s;
    }
}

/* --- lines */

static int64_t final_value(const struct report_in *in, uint64_t value, uint64_t divisor) {
    int64_t v = in->value.mean ? graph_mean((int64_t)value, (int64_t)divisor) : (int64_t)value;
    double ratio = in->value.ratio;
    return ratio > 0 && ratio != 1 ? graph_truncate((double)v * ratio) : v;
}

/* Stacks that look the same become one line. */
static void make_lines(struct collapsed *c) {
    const struct stackorder *s = c->order;
    c->line = ARENA_ARRAY(c->in->arena, struct line, s->n);
    for (uint32_t i = 0; i < s->n;) {
        struct sums sum = {{0}, {0}};
        struct line line = {.item = s->order[i]};
        do {
            const struct sums *more = &c->of_stack[s->item[s->order[i]]];
            for (int side = 0; side < SIDES; side++) {
                sum.value[side] += more->value[side];
                sum.divisor[side] += more->divisor[side];
            }
            i++;
        } while (i < s->n && stackorder_equal(s, line.item, s->order[i]));
        /* a base's values are negative in the profile */
        line.value[SOURCE] = final_value(c->in, sum.value[SOURCE], sum.divisor[SOURCE]);
        line.value[BASE] = final_value(c->in, 0 - sum.value[BASE], 0 - sum.divisor[BASE]);
        if (line.value[SOURCE] || line.value[BASE]) c->line[c->n_lines++] = line;
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
    const struct line *l = &c->line[i];
    uint64_t n = c->order->length[l->item];
    sink_reserve(out, n + NUMBERS_MOST);
    stackorder_text(c->order, l->item, out->buf + out->len);
    out->len += n;
    if (c->is_diff) {
        sink_char(out, ' ');
        sink_int(out, l->value[BASE]);
    }
    sink_char(out, ' ');
    sink_int(out, l->value[SOURCE]);
    sink_char(out, '\n');
}

bool report_collapsed(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct collapsed c = {.in = in};
    /* what was loaded decides, so that a filter cannot change the number of columns */
    c.is_diff = mark_base_labels(in->arena, in->loaded) != NULL;
    add_samples(&c);
    c.order = stackorder_make(in->arena, in->view, in->options, c.item, c.n_items);
    make_lines(&c);
    struct rows rows = {.context = &c, .write = write_line, .size = line_size};
    rows_write(&rows, c.n_lines, out);
    return true;
}
