/* compare: the values of both sides of a difference, node by node. */
#include "report/compare.h"

#include <math.h>
#include <stdlib.h>

#include "base/nearest.h"
#include "go/unit.h"

/* Sums of both sides, and of the divisors of means. */
struct compare_sums {
    int64_t value[SIDES], divisor[SIDES];
};

/* Sums the samples of each stack. Values of a base are negative in the profile; here they are positive. */
static struct compare_sums *sum_stacks(const struct report_in *in, struct arena *a, struct compare_sums *all) {
    const struct profile *v = in->view;
    const bool *is_base = sides_of_rows(a, in->loaded);
    struct compare_sums *stack = ARENA_ZERO(a, struct compare_sums, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        int side = is_base[row] ? SIDE_BASE : SIDE_NEW;
        int64_t value = v->value[in->value.type][row], divisor = in->value.mean ? v->value[0][row] : 0;
        if (side == SIDE_BASE) {
            value = (int64_t)(0 - (uint64_t)value);
            divisor = (int64_t)(0 - (uint64_t)divisor);
        }
        struct compare_sums *to[] = {&stack[v->stack_of[row]], all};
        for (int k = 0; k < 2; k++) {
            to[k]->value[side] = graph_add(to[k]->value[side], value);
            to[k]->divisor[side] = graph_add(to[k]->divisor[side], divisor);
        }
    }
    return stack;
}

static void add(struct compare_sums *to, const struct compare_sums *s) {
    for (int k = 0; k < SIDES; k++) {
        to->value[k] = graph_add(to->value[k], s->value[k]);
        to->divisor[k] = graph_add(to->divisor[k], s->divisor[k]);
    }
}

/* Sums the stacks of each node: those that it ends, or those that it is in. */
static struct compare_sums *sum_nodes(const struct report_in *in, struct arena *a, const struct graph_names *names,
                                      const struct compare_sums *stack, bool cum) {
    const struct profile *v = in->view;
    struct compare_sums *node = ARENA_ZERO(a, struct compare_sums, names->n_nodes);
    /* the last stack that visited the node, and the last one that had the location, which is walked once a stack */
    stack_id *seen = ARENA_ARRAY(a, stack_id, names->n_nodes), *had = ARENA_ARRAY(a, stack_id, v->n_locations);
    for (uint32_t i = 0; i < names->n_nodes; i++) seen[i] = PROFILE_NONE;
    for (loc_id l = 0; l < v->n_locations; l++) had[l] = PROFILE_NONE;
    for (stack_id s = 0; s < v->n_stacks; s++) {
        if (v->stack_off[s] == v->stack_off[s + 1]) continue;
        if (!cum) {
            add(&node[names->node_of[names->first[v->frame[v->stack_off[s]]]]], &stack[s]);
            continue;
        }
        for (uint64_t f = v->stack_off[s]; f < v->stack_off[s + 1]; f++) {
            loc_id l = v->frame[f];
            if (had[l] == s) continue;
            had[l] = s;
            for (uint32_t i = names->first[l]; i < names->first[l + 1]; i++) {
                uint32_t n = names->node_of[i];
                if (seen[n] != s) add(&node[n], &stack[s]);
                seen[n] = s;
            }
        }
    }
    return node;
}

static void set_amounts(const struct compare_table *t, const struct compare_sums *s, struct compare_row *r) {
    for (int k = 0; k < SIDES; k++) {
        r->whole[k] = graph_scale(&t->in->value, graph_mean(s->value[k], s->divisor[k]));
        r->amount[k] = (double)r->whole[k];
        if (t->per_second) r->amount[k] /= (double)t->in->side_nanos[k] / 1e9;
    }
    r->whole[COMPARE_DELTA] = graph_add(r->whole[COMPARE_NEW], (int64_t)(0 - (uint64_t)r->whole[COMPARE_OLD]));
    r->amount[COMPARE_DELTA] = r->amount[COMPARE_NEW] - r->amount[COMPARE_OLD];
}

double compare_ratio(const struct compare_row *r) {
    double base = r->amount[COMPARE_OLD], new = r->amount[COMPARE_NEW];
    if (base == 0) return new > 0 ? INFINITY : NAN;
    return base > 0 && new >= 0 ? new / base : NAN;
}

str compare_status(const struct compare_row *r) {
    if (r->whole[COMPARE_OLD] == 0 && r->whole[COMPARE_NEW] != 0) return STR("new");
    return r->whole[COMPARE_NEW] == 0 && r->whole[COMPARE_OLD] != 0 ? STR("gone") : STR_EMPTY;
}

str compare_ratio_text(struct arena *a, const struct compare_row *r) {
    str status = compare_status(r);
    double ratio = compare_ratio(r);
    if (status.len) return status;
    if (!isfinite(ratio)) return STR("-");
    return str_format(a, ratio < 1000 ? "%.2fx" : "%.4gx", ratio);
}

/* The orders of rows. What is not a number comes last. */
struct compare_order {
    const char *name;
    double (*key)(const struct compare_row *r); /* descending; NULL: by name */
};
static double by_delta(const struct compare_row *r) { return fabs(r->amount[COMPARE_DELTA]); }
static double by_growth(const struct compare_row *r) { return r->amount[COMPARE_DELTA]; }
static double by_ratio(const struct compare_row *r) {
    double ratio = compare_ratio(r);
    return isnan(ratio) ? -1 : ratio;
}
static double by_old(const struct compare_row *r) { return r->amount[COMPARE_OLD]; }
static double by_new(const struct compare_row *r) { return r->amount[COMPARE_NEW]; }
static const struct compare_order orders[] = {{"delta", by_delta}, {"growth", by_growth}, {"ratio", by_ratio},
                                              {"old", by_old},     {"new", by_new},       {"name", NULL}};

static bool find_order(str name, const struct compare_order **out, struct err *e) {
    struct nearest near;
    nearest_start(&near, name);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        *out = &orders[i];
        if (!name.len || str_equal(name, str_from(orders[i].name))) return true;
        nearest_offer(&near, str_from(orders[i].name));
    }
    if (near.best.ptr) return err_set(e, "-sort_by=%.*s: did you mean %.*s?", STR_ARG(name), STR_ARG(near.best));
    return err_set(e, "-sort_by=%.*s: it must be delta, growth, ratio, old, new or name", STR_ARG(name));
}

struct sorted_row {
    double key, delta;
    const struct compare_row *row;
};

static int compare_rows(const void *left, const void *right) {
    const struct sorted_row *l = left, *r = right;
    if (l->key != r->key) return l->key > r->key ? -1 : 1;
    if (l->delta != r->delta) return l->delta > r->delta ? -1 : 1;
    int c = str_compare(l->row->name, r->row->name);
    return c ? c : l->row < r->row ? -1 : l->row > r->row;
}

/* Sorts the rows; equal ones by the magnitude of the difference, then by name. */
static void sort(struct compare_table *t, const struct compare_order *order) {
    struct arena *a = t->in->arena;
    struct sorted_row *s = ARENA_ARRAY(a, struct sorted_row, t->n);
    struct compare_row *sorted = ARENA_ARRAY(a, struct compare_row, t->n);
    for (uint32_t i = 0; i < t->n; i++)
        s[i] = (struct sorted_row){order->key ? order->key(&t->row[i]) : 0, order->key ? by_delta(&t->row[i]) : 0,
                                   &t->row[i]};
    if (t->n) qsort(s, t->n, sizeof *s, compare_rows);
    for (uint32_t i = 0; i < t->n; i++) sorted[i] = *s[i].row;
    t->row = sorted;
}

static bool is_small(const struct compare_table *t, const struct compare_row *r) {
    double fraction = t->in->options->nodefraction;
    for (int k = 0; k < SIDES; k++)
        if (fabs(r->amount[k]) >= fraction * fabs(t->total.amount[k]) && r->amount[k] != 0) return false;
    return true;
}

/* The unit in which top would print these values. */
static str choose_unit(const struct compare_table *t) {
    struct arena *a = t->in->arena;
    struct graph g = {.node = ARENA_ZERO(a, struct graph_node, t->n), .order = ARENA_ARRAY(a, uint32_t, t->n)};
    struct graph_value value = t->in->value;
    double most = fmax(fabs(t->total.amount[SIDE_BASE]), fabs(t->total.amount[SIDE_NEW]));
    value.ratio = 1; /* amounts are divided already */
    value.total = graph_truncate(most);
    for (g.n_nodes = 0; g.n_nodes < t->n; g.n_nodes++) {
        const double *amount = t->row[g.n_nodes].amount;
        g.order[g.n_nodes] = g.n_nodes;
        g.node[g.n_nodes].flat = graph_truncate(fmax(fabs(amount[SIDE_BASE]), fabs(amount[SIDE_NEW])));
    }
    return graph_output_unit(&g, &value, t->in->options, false);
}

bool compare_make(const struct report_in *in, struct compare_table *out, struct err *e) {
    const struct options *o = in->options;
    const struct compare_order *order;
    struct compare_table *t = out;
    struct compare_sums all = {{0}, {0}};
    *t = (struct compare_table){.in = in, .per_second = o->per_second, .cum = o->sort == SORT_CUM};
    if (!find_order(o->sort_by, &order, e)) return false;
    if (!sides_are_marked(in->loaded))
        return err_set(e,
                       "%s needs both sides of a difference: -%s -base=OLD NEW; at the prompt and with -http, "
                       "load them with -diff_base=OLD",
                       in->report->name, in->report->name);
    if (t->per_second && o->normalize) return err_set(e, "-per_second and -normalize exclude each other");
    if (t->per_second && (in->side_nanos[SIDE_NEW] <= 0 || in->side_nanos[SIDE_BASE] <= 0))
        return err_set(e, "-per_second: the duration of the %s is unknown",
                       in->side_nanos[SIDE_NEW] <= 0 ? "new side" : "base");
    struct arena scratch = {0};
    const struct graph_names *names = graph_names(in->arena, in->view, o, false);
    const struct compare_sums *stack = sum_stacks(in, &scratch, &all);
    const struct compare_sums *node = sum_nodes(in, &scratch, names, stack, t->cum);
    set_amounts(t, &all, &t->total);
    t->row = ARENA_ARRAY(in->arena, struct compare_row, names->n_nodes);
    for (uint32_t i = 0; i < names->n_nodes; i++) {
        struct compare_row *r = &t->row[t->n];
        set_amounts(t, &node[i], r);
        if ((r->whole[0] == 0 && r->whole[1] == 0) || (o->drop_negative && r->amount[COMPARE_DELTA] < 0)) continue;
        if (is_small(t, r)) {
            t->n_dropped++;
            continue;
        }
        r->node = names->node[i];
        r->name = graph_node_name(in->arena, &r->node);
        t->n++;
    }
    arena_release(&scratch);
    sort(t, order);
    t->n_all = t->n;
    if (o->nodecount > 0 && t->n > o->nodecount) t->n = (uint32_t)o->nodecount;
    t->unit = choose_unit(t);
    return true;
}

str compare_text(const struct compare_table *t, const struct compare_row *r, enum compare_what what) {
    struct arena *a = t->in->arena;
    double amount = r->amount[what];
    str sign = what == COMPARE_DELTA && amount > 0 ? STR("+") : STR_EMPTY;
    if (!t->per_second || amount == 0) {
        str text = unit_label(a, amount == 0 ? 0 : r->whole[what], t->in->value.unit, t->unit);
        return sign.len ? str_join(a, (str[]){sign, text}, 2, STR_EMPTY) : text;
    }
    /* a whole number that is large enough for an exact factor between the units */
    const int64_t many = (int64_t)1 << 40;
    struct unit_value scaled = unit_scale(many, t->in->value.unit, t->unit);
    double rate = amount * (scaled.value / (double)many);
    str number = str_format(a, fabs(rate) < 0.01 ? "%.2g" : "%.2f", rate);
    if (str_has_suffix(number, STR(".00"))) number.len -= 3;
    return str_join(a, (str[]){sign, number, scaled.unit, STR("/s")}, 4, STR_EMPTY);
}

struct report_lines compare_lines(const struct compare_table *t) {
    struct arena *a = t->in->arena;
    struct report_lines head = report_head(t->in, t->unit), all = {ARENA_ARRAY(a, str, (size_t)head.n + 3), head.n};
    for (uint32_t i = 0; i < head.n; i++) all.at[i] = head.at[i];
    str part[] = {t->cum ? STR("Showing cum values: ") : STR("Showing flat values: "),
                  compare_text(t, &t->total, COMPARE_OLD),
                  STR(" before, "),
                  compare_text(t, &t->total, COMPARE_NEW),
                  STR(" after, "),
                  compare_text(t, &t->total, COMPARE_DELTA),
                  STR(" ("),
                  compare_ratio_text(a, &t->total),
                  STR(")")};
    all.at[all.n++] = str_join(a, part, sizeof part / sizeof *part, STR_EMPTY);
    if (t->n_dropped)
        all.at[all.n++] = str_format(a, "Dropped %u node%s (below %g%% of both totals)", (unsigned)t->n_dropped,
                                     t->n_dropped > 1 ? "s" : "", t->in->options->nodefraction * 100);
    if (t->n < t->n_all)
        all.at[all.n++] = str_format(a, "Showing top %u nodes out of %u", (unsigned)t->n, (unsigned)t->n_all);
    return all;
}

bool report_compare(const struct report_in *in, struct sink *out, struct err *e) {
    struct compare_table t;
    if (!compare_make(in, &t, e)) return false;
    struct report_lines lines = compare_lines(&t);
    for (uint32_t i = 0; i < lines.n; i++) {
        sink_str(out, lines.at[i]);
        sink_char(out, '\n');
    }
    sink_text(out, "       old        new       delta   ratio\n");
    for (uint32_t i = 0; i < t.n; i++) {
        const struct compare_row *r = &t.row[i];
        struct arena_mark m = arena_mark(in->arena);
        sink_right(out, compare_text(&t, r, COMPARE_OLD), 10);
        sink_char(out, ' ');
        sink_right(out, compare_text(&t, r, COMPARE_NEW), 10);
        sink_char(out, ' ');
        sink_right(out, compare_text(&t, r, COMPARE_DELTA), 11);
        sink_char(out, ' ');
        sink_right(out, compare_ratio_text(in->arena, r), 7);
        sink_text(out, "  ");
        sink_str(out, r->name);
        sink_char(out, '\n');
        arena_rewind(in->arena, m);
    }
    return true;
}
