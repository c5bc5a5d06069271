/* top and text: one line per node, heaviest first. */
#include "report/amount.h"
#include "report/chosen.h"

static void write_header(const struct report_in *in, const struct graph *g, str unit, struct sink *out) {
    struct report_lines header = report_header(in, g, unit, false);
    for (uint32_t i = 0; i < header.n; i++) {
        sink_str(out, header.at[i]);
        sink_char(out, '\n');
    }
    size_t from = out->len;
    sink_text(out, "      flat  flat%   sum%        cum   cum%");
    paint_columns(in->paint, out, from, PAINT_TEXT);
    sink_char(out, '\n');
}

static void write_node(const struct report_in *in, const struct graph_node *n, int64_t sum, str unit,
                       struct sink *out) {
    amount_columns(in, n, sum, unit, out);
    sink_text(out, "  ");
    size_t from = out->len;
    sink_str(out, graph_node_name(in->arena, n));
    paint_name(in->paint, out, from);
    if (n->all_inline_in)
        sink_text(out, " (inline)");
    else if (n->any_inline_in)
        sink_text(out, " (partial-inline)");
    sink_char(out, '\n');
}

bool report_text(const struct report_in *in, struct sink *out, struct err *e) {
    if (in->options->columns.len) return chosen_write(in, out, e);
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    str unit = graph_output_unit(g, &in->value, in->options, false);
    write_header(in, g, unit, out);
    int64_t sum = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        sum = graph_add(sum, graph_flat(n));
        write_node(in, n, sum, unit, out);
    }
    return true;
}
