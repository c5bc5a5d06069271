/* The report list: source lines with their values (pprof.md 8.7). */
#include "report/code/list.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/amount.h"
#include "report/code/once.h"
#include "report/code/source.h"
#include "stacks/size.h"

enum { MARGIN = 5 }; /* lines shown around those with samples */

/* The nodes, grouped by function, then by file, then by line. */
struct list_entry {
    const struct graph_node *node;
    uint32_t position; /* in the graph's order */
};

static int compare_entries(const void *a, const void *b) {
    const struct list_entry *x = a, *y = b;
    int c = str_compare(x->node->name, y->node->name);
    if (!c) c = str_compare(x->node->file, y->node->file);
    if (!c) c = x->node->line < y->node->line ? -1 : x->node->line > y->node->line;
    return c ? c : x->position < y->position ? -1 : 1;
}

struct entries {
    const struct list_entry *at;
    uint32_t n;
};

static struct entries find_entries(const struct report_in *in, const struct graph *g) {
    struct list_entry *entry = ARENA_ARRAY(in->arena, struct list_entry, g->n_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++) entry[i] = (struct list_entry){&g->node[g->order[i]], i};
    if (g->n_nodes) qsort(entry, g->n_nodes, sizeof *entry, compare_entries);
    return (struct entries){entry, g->n_nodes};
}

struct list {
    const struct report_in *in;
    struct entries all;
    struct source_reader *reader;
    const struct once *once; /* NULL: samples count once a node */
};

static struct list_amounts sum_entries(struct entries s) {
    struct list_amounts sum = {0, 0};
    for (uint32_t i = 0; i < s.n; i++) {
        sum.flat = graph_add(sum.flat, s.at[i].node->flat);
        sum.cum = graph_add(sum.cum, s.at[i].node->cum);
    }
    return sum;
}

/* Finds the range of lines to show. pprof starts with any node and widens the range by the others, each at one end
 * only; this starts with the first node in the report's order. */
static void find_range(struct entries s, int64_t *start, int64_t *end) {
    const struct list_entry *first = &s.at[0];
    for (uint32_t i = 1; i < s.n; i++)
        if (s.at[i].position < first->position) first = &s.at[i];
    *end = graph_add(first->node->line, MARGIN);
    *start = first->node->start_line ? first->node->start_line : graph_add(first->node->line, -MARGIN);
    for (uint32_t i = 0; i < s.n; i++) {
        const struct graph_node *n = s.at[i].node;
        int64_t from = n->start_line ? n->start_line : graph_add(n->line, -MARGIN), to = graph_add(n->line, MARGIN);
        if (from < *start)
            *start = from;
        else if (to > *end)
            *end = to;
    }
    if (*start < 1) *start = 1;
}

static void visit_lines(const struct list *l, struct entries s, const struct list_visitor *v) {
    struct list_routine routine = {s.at[0].node->name, s.at[0].node->file, STR_EMPTY, sum_entries(s)};
    routine.sum.cum = once_cum(l->once, s.at[0].node, 0, routine.sum.cum);
    str file = routine.file, text;
    int64_t line, end;
    find_range(s, &line, &end);
    /* an empty range (a function whose start line is below its samples) must not open the file and get its error */
    if (line <= end) source_line(l->reader, file, line, &text);
    routine.error = source_error(l->reader, file);
    v->routine(v->context, &routine);
    if (routine.error.len) return;
    for (uint32_t i = 0; line <= end && source_line(l->reader, file, line, &text); line++) {
        struct entries here = {&s.at[i], 0};
        for (; i < s.n && s.at[i].node->line <= line; i++) {
            if (s.at[i].node->line == line)
                here.n++;
            else
                here.at++; /* skips lines above the range */
        }
        struct list_line shown = {line, sum_entries(here), text};
        if (here.n) shown.sum.cum = once_cum(l->once, here.at[0].node, line, shown.sum.cum);
        v->line(v->context, &shown);
    }
}

/* The nodes of one function in one file, from the front of *rest. */
static struct entries take_same(struct entries *rest) {
    struct entries s = {rest->at, 0};
    while (s.n < rest->n && str_equal(s.at[s.n].node->name, s.at->node->name) &&
           str_equal(s.at[s.n].node->file, s.at->node->file))
        s.n++;
    *rest = (struct entries){rest->at + s.n, rest->n - s.n};
    return s;
}

/* Visits one function. Nodes without a file have no lines. */
static void visit_function(const struct list *l, struct entries s, const struct list_visitor *v) {
    while (s.n && s.at[0].node->file.len == 0) {
        if (s.n == 1)
            v->routine(v->context, &(struct list_routine){s.at[0].node->name, STR_EMPTY, STR_EMPTY, sum_entries(s)});
        s.at++, s.n--;
    }
    while (s.n) visit_lines(l, take_same(&s), v);
}

/* Fails if the lines are too many or too long in all. Functions that claim to be in one place have the same lines. */
static bool check_size(const struct list *l, struct err *e) {
    struct source_size sum = {0, 0};
    int64_t first, last;
    for (struct entries rest = l->all; rest.n;) {
        struct entries s = take_same(&rest);
        if (!s.at->node->file.len) continue;
        find_range(s, &first, &last);
        if (first <= last) source_measure(l->reader, s.at->node->file, first, last, &sum);
    }
    if (sum.lines > STACKS_LINES)
        return err_set(e, "the functions have %" PRIu64 " lines of source: choose fewer functions", sum.lines);
    return sum.bytes <= STACKS_BYTES || sum.bytes / STACKS_NAME_BYTES <= sum.lines ||
           err_set(e, "the lines of the functions make %" PRIu64 " GB of text: choose fewer functions",
                   sum.bytes >> 30);
}

struct list *list_open(const struct report_in *in, struct err *e) {
    struct graph_plan plan = {.object_names = true, .functions = in->regex};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    struct list *l = ARENA_NEW(in->arena, struct list);
    l->in = in;
    l->all = find_entries(in, g);
    if (l->all.n == 0) {
        err_set(e, "no matches found for regexp: %.*s", STR_ARG(in->pattern));
        return NULL;
    }
    if (in->options->count_once) l->once = once_new(in);
    struct source_scope scope = {in->options->source_path, in->options->trim_path, in->only_below, in->view};
    l->reader = source_reader_new(in->arena, &scope, e);
    return l->reader && check_size(l, e) ? l : NULL;
}

void list_visit(struct list *l, const struct list_visitor *v) {
    struct entries all = l->all;
    for (uint32_t from = 0, to; from < all.n; from = to) {
        for (to = from + 1; to < all.n && str_equal(all.at[to].node->name, all.at[from].node->name);) to++;
        visit_function(l, (struct entries){all.at + from, to - from}, v);
    }
    source_add_notes(l->reader, l->in->notes);
}

/* The text report. */
struct list_writing {
    const struct report_in *in;
    struct sink *out;
    int64_t of; /* the cumulative value of the current function: weights of its lines are shares of it */
};

/* The mark of a line that takes a share of its function, in place of the blank before its number. */
static str heat(const struct list_writing *w, int64_t cum) {
    double share = w->of ? (double)cum / (double)w->of : 0;
    if (!w->in->paint || !w->in->paint->heat || share <= 0) return STR(" ");
    if (w->in->screen.colours == COLOURS_NONE) return share >= 0.2 ? STR(">") : STR(" ");
    return share >= 0.5 ? STR("\u2588") : share >= 0.2 ? STR("\u2593") : share >= 0.05 ? STR("\u2592") : STR("\u2591");
}

static void write_routine(void *context, const struct list_routine *r) {
    struct list_writing *w = context;
    struct sink *out = w->out;
    size_t from;
    w->of = r->sum.cum;
    char percentage[32];
    if (!r->file.len) {
        sink_text(out, "No source information for ");
        sink_str(out, r->name);
        sink_char(out, '\n');
        return;
    }
    sink_text(out, "ROUTINE ======================== ");
    from = out->len;
    sink_str(out, r->name);
    paint_mark(w->in->paint, out, from, PAINT_NAME, PAINT_STRONG, PAINT_STAYS);
    sink_text(out, " in ");
    sink_str(out, r->file);
    sink_char(out, '\n');
    from = out->len;
    amount_right(w->in, out, r->sum.flat, 10, false);
    paint_weight(w->in->paint, out, from, r->sum.flat, w->in->value.total, PAINT_STAYS);
    from = out->len;
    sink_char(out, ' ');
    amount_right(w->in, out, r->sum.cum, 10, false);
    paint_weight(w->in->paint, out, from, r->sum.cum, w->in->value.total, PAINT_STAYS);
    sink_text(out, " (flat, cum) ");
    sink_write(out, percentage, unit_percentage(percentage, r->sum.cum, w->in->value.total));
    sink_text(out, " of Total\n");
    if (!r->error.len) return;
    sink_text(out, " Error: ");
    sink_str(out, r->error);
    sink_char(out, '\n');
}

static void write_line(void *context, const struct list_line *l) {
    const struct list_writing *w = context;
    size_t from = w->out->len;
    amount_right(w->in, w->out, l->sum.flat, 10, true);
    paint_weight(w->in->paint, w->out, from, l->sum.flat, w->of, PAINT_STAYS);
    from = w->out->len;
    sink_char(w->out, ' ');
    amount_right(w->in, w->out, l->sum.cum, 10, true);
    sink_str(w->out, heat(w, l->sum.cum));
    paint_weight(w->in->paint, w->out, from, l->sum.cum, w->of, PAINT_STAYS);
    sink_printf(w->out, "%6lld:", (long long)l->number);
    from = w->out->len;
    sink_str(w->out, l->text);
    if (paint_style_of(l->sum.cum, w->of) == PAINT_HOT)
        paint_mark(w->in->paint, w->out, from, PAINT_TEXT, PAINT_STRONG, PAINT_STAYS);
    sink_char(w->out, '\n');
}

bool report_list(const struct report_in *in, struct sink *out, struct err *e) {
    struct list *l = list_open(in, e);
    if (!l) return false;
    sink_text(out, "Total: ");
    amount_write(in, out, in->value.total);
    sink_char(out, '\n');
    struct list_writing w = {.in = in, .out = out};
    list_visit(l, &(struct list_visitor){&w, write_routine, write_line});
    return true;
}
