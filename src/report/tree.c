/* tree and peek: each node between its callers and its callees. peek is the tree of the nodes whose printable name
 * matches, from an untrimmed graph (see its row in reports.def). */
#include "report/tree.h"

#include "report/amount.h"

#define SEPARATOR "----------------------------------------------------------+-------------"
#define LEGEND "      flat  flat%   sum%        cum   cum%   calls calls% + context"

static void write_rule(const struct report_in *in, struct sink *out) {
    size_t from = out->len;
    sink_text(out, SEPARATOR);
    paint_columns(in->paint, out, from, PAINT_RULE);
    sink_char(out, '\n');
}

static void write_legend(const struct report_in *in, struct sink *out) {
    size_t from = out->len;
    sink_text(out, LEGEND);
    paint_columns(in->paint, out, from, PAINT_RULE);
    sink_str(out, in->paint ? STR("\n") : STR(" \t \t \n"));
}

/* Weights of edges are printed undivided, even where values are means. */
static void write_edge(const struct report_in *in, const struct graph_edge *e, const struct graph_node *other,
                       int64_t cum, str unit, struct sink *out) {
    str value = report_value(in, e->weight, unit);
    size_t from = out->len, blank = value.len <= 50 - 42 ? 42 : 0;
    sink_repeat(out, ' ', blank);
    paint_columns(in->paint, out, from, PAINT_TEXT);
    from = out->len;
    sink_right(out, value, (int)(50 - blank));
    amount_percentage(out, e->weight, cum);
    paint_weight(in->paint, out, from, e->weight, cum, PAINT_STAYS);
    sink_text(out, " |   ");
    from = out->len;
    sink_str(out, graph_node_name(in->arena, other));
    paint_name(in->paint, out, from);
    if (e->inlined) sink_text(out, " (inline)");
    sink_char(out, '\n');
}

static void write_node(const struct report_in *in, const struct graph_node *n, int64_t sum, str unit,
                       struct sink *out) {
    amount_columns(in, n, sum, unit, out);
    sink_text(out, "                | ");
    size_t from = out->len;
    sink_str(out, graph_node_name(in->arena, n));
    paint_mark(in->paint, out, from, PAINT_NAME, PAINT_STRONG, PAINT_STAYS);
    sink_char(out, '\n');
}

static void write_with_edges(const struct report_in *in, const struct graph *g, const struct graph_node *n, int64_t sum,
                             str unit, struct sink *out) {
    int64_t cum = graph_cum(n);
    write_rule(in, out);
    for (uint32_t i = 0; i < n->n_in; i++) {
        const struct graph_edge *e = &g->edge[n->in[i]];
        write_edge(in, e, &g->node[e->from], cum, unit, out);
    }
    write_node(in, n, sum, unit, out);
    for (uint32_t i = 0; i < n->n_out; i++) {
        const struct graph_edge *e = &g->edge[n->out[i]];
        write_edge(in, e, &g->node[e->to], cum, unit, out);
    }
}

/* Writes the listed nodes whose names match, or all without a pattern, to out[] and returns their number. */
static uint32_t matching(const struct report_in *in, const struct graph *g, const struct graph_node **out) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *node = &g->node[g->order[i]];
        if (!in->regex || g->matching[g->order[i]]) out[n++] = node;
    }
    return n;
}

bool tree_select(const struct report_in *in, struct tree_nodes *out, struct err *e) {
    struct graph_plan plan = {.depth = GRAPH_EDGES, .edges_of = in->regex};
    out->graph = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    out->node = ARENA_ARRAY(in->arena, const struct graph_node *, out->graph->n_nodes);
    out->n = matching(in, out->graph, out->node);
    if (in->regex && !out->n) return err_set(e, "no matches found for regexp: %.*s", STR_ARG(in->pattern));
    return true;
}

bool report_tree(const struct report_in *in, struct sink *out, struct err *e) {
    struct tree_nodes nodes;
    if (!tree_select(in, &nodes, e)) return false;
    const struct graph *g = nodes.graph;
    str unit = graph_output_unit(g, &in->value, in->options, false);
    struct report_lines header = report_header(in, g, unit, false);
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, header.at[i]);
        sink_char(out, '\n');
    }
    write_rule(in, out);
    write_legend(in, out);
    int64_t sum = 0;
    for (uint32_t i = 0; i < nodes.n; i++) {
        sum = graph_add(sum, graph_flat(nodes.node[i]));
        write_with_edges(in, g, nodes.node[i], sum, unit, out);
    }
    if (g->n_nodes) write_rule(in, out);
    return true;
}

bool report_peek(const struct report_in *in, struct sink *out, struct err *e) { return report_tree(in, out, e); }
