/* The report list: source lines with their values (pprof.md 8.7). */
#include <stdlib.h>

#include "report/amount.h"
#include "report/code/source.h"

enum { MARGIN = 5 }; /* lines shown around those with samples */

/* The matching nodes, grouped by function, then by file, then by line. */
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

/* Nodes are sorted by name, so each name is matched once. */
static struct entries find_entries(const struct report_in *in, const struct graph *g) {
    struct list_entry *entry = ARENA_ARRAY(in->arena, struct list_entry, g->n_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++) entry[i] = (struct list_entry){&g->node[g->order[i]], i};
    if (g->n_nodes) qsort(entry, g->n_nodes, sizeof *entry, compare_entries);
    uint32_t n = 0;
    bool matches = false;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        if (i == 0 || !str_equal(entry[i].node->name, entry[i - 1].node->name))
            matches = regex_match(in->regex, entry[i].node->name);
        if (matches) entry[n++] = entry[i];
    }
    return (struct entries){entry, n};
}

struct list_amounts {
    int64_t flat, cum;
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

static void write_lines(const struct report_in *in, struct source_reader *reader, struct entries s, struct sink *out) {
    str file = s.at[0].node->file, text;
    int64_t line, end;
    find_range(s, &line, &end);
    /* an empty range (a function whose start line is below its samples) must not open the file and get its error */
    if (line <= end) source_line(reader, file, line, &text);
    str error = source_error(reader, file);
    if (error.len) {
        sink_text(out, " Error: ");
        sink_str(out, error);
        sink_char(out, '\n');
        return;
    }
    for (uint32_t i = 0; line <= end && source_line(reader, file, line, &text); line++) {
        struct entries here = {&s.at[i], 0};
        for (; i < s.n && s.at[i].node->line <= line; i++) {
            if (s.at[i].node->line == line)
                here.n++;
            else
                here.at++; /* skips lines above the range */
        }
        struct list_amounts sum = sum_entries(here);
        amount_right(in, out, sum.flat, 10, true);
        sink_char(out, ' ');
        amount_right(in, out, sum.cum, 10, true);
        sink_printf(out, " %6lld:", (long long)line);
        sink_str(out, text);
        sink_char(out, '\n');
    }
}

static void write_file(const struct report_in *in, struct source_reader *reader, struct entries s, struct sink *out) {
    struct list_amounts sum = sum_entries(s);
    char percentage[32];
    sink_text(out, "ROUTINE ======================== ");
    sink_str(out, s.at[0].node->name);
    sink_text(out, " in ");
    sink_str(out, s.at[0].node->file);
    sink_char(out, '\n');
    amount_right(in, out, sum.flat, 10, false);
    sink_char(out, ' ');
    amount_right(in, out, sum.cum, 10, false);
    sink_text(out, " (flat, cum) ");
    sink_write(out, percentage, unit_percentage(percentage, sum.cum, in->value.total));
    sink_text(out, " of Total\n");
    write_lines(in, reader, s, out);
}

/* Writes one function. Nodes without a file have no lines. */
static void write_function(const struct report_in *in, struct source_reader *reader, struct entries s,
                           struct sink *out) {
    while (s.n && s.at[0].node->file.len == 0) {
        if (s.n == 1) {
            sink_text(out, "No source information for ");
            sink_str(out, s.at[0].node->name);
            sink_char(out, '\n');
        }
        s.at++, s.n--;
    }
    for (uint32_t from = 0, to; from < s.n; from = to) {
        for (to = from + 1; to < s.n && str_equal(s.at[to].node->file, s.at[from].node->file);) to++;
        write_file(in, reader, (struct entries){s.at + from, to - from}, out);
    }
}

bool report_list(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_plan plan = {.object_names = true};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    struct entries all = find_entries(in, g);
    if (all.n == 0) return err_set(e, "no matches found for regexp: %.*s", STR_ARG(in->pattern));
    struct source_scope scope = {in->options->source_path, in->options->trim_path, in->only_below, in->view};
    struct source_reader *reader = source_reader_new(in->arena, &scope, e);
    if (!reader) return false;
    sink_text(out, "Total: ");
    amount_write(in, out, in->value.total);
    sink_char(out, '\n');
    for (uint32_t from = 0, to; from < all.n; from = to) {
        for (to = from + 1; to < all.n && str_equal(all.at[to].node->name, all.at[from].node->name);) to++;
        write_function(in, reader, (struct entries){all.at + from, to - from}, out);
    }
    source_add_notes(reader, in->notes);
    return true;
}
