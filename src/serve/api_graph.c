/* graph: the call graph as nodes and edges, and as a picture if Graphviz can be started. */
#include "base/emit.h"
#include "report/dot.h"
#include "serve/api.h"
#include "session/graphviz.h"
#include "session/run.h"

static void write_text(struct emit_json *j, const struct report_in *in, const char *key, int64_t value) {
    emit_str(j, key, report_value(in, value, in->options->unit));
}

static void write_nodes(struct emit_json *j, const struct report_in *in, const struct graph *g) {
    emit_open(j, "nodes", '[');
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        struct emit_json row = emit_open_line(j);
        emit_str(&row, "name", graph_node_name(in->arena, n));
        emit_str(&row, "function", n->name);
        emit_int(&row, "flat", graph_flat(n));
        emit_int(&row, "cum", graph_cum(n));
        write_text(&row, in, "flat_text", graph_flat(n));
        write_text(&row, in, "cum_text", graph_cum(n));
        emit_close_line(j);
    }
    emit_close(j, ']');
}

static void write_edges(struct emit_json *j, const struct report_in *in, const struct graph *g) {
    uint32_t *number = ARENA_ZERO(in->arena, uint32_t, g->n_all);
    for (uint32_t i = 0; i < g->n_nodes; i++) number[g->order[i]] = i + 1;
    emit_open(j, "edges", '[');
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *edge = &g->edge[i];
        if (!number[edge->from] || !number[edge->to]) continue;
        int64_t weight = graph_mean(edge->weight, edge->weight_div);
        struct emit_json row = emit_open_line(j);
        emit_int(&row, "from", number[edge->from] - 1);
        emit_int(&row, "to", number[edge->to] - 1);
        emit_int(&row, "weight", weight);
        write_text(&row, in, "weight_text", weight);
        emit_bool(&row, "residual", edge->residual);
        emit_bool(&row, "inline", edge->inlined);
        emit_close_line(j);
    }
    emit_close(j, ']');
}

bool api_graph(const struct api_request *request, struct arena *a, struct notes *notes, struct sink *out,
               struct result *r, struct err *e) {
    struct run_view view;
    struct sink dot;
    (void)r;
    if (!run_prepare(request->session, &request->command, a, notes, &view, e)) return false;
    sink_to_memory(&dot);
    const struct graph *g = dot_write(&view.in, false, &dot);
    str svg = STR_EMPTY;
    struct err why = {0};
    bool drawn = graphviz_draw_element(a, sink_bytes(&dot), &svg, &why);
    sink_drop(&dot);
    struct report_lines header = report_header(&view.in, g, view.in.options->unit, true);
    struct emit_json j = {.out = out};
    emit_open(&j, NULL, '{');
    emit_str(&j, "schema", STR("cprof-graph"));
    emit_int(&j, "version", 1);
    emit_open(&j, "header", '[');
    for (uint32_t i = 0; i < header.n; i++) emit_str(&j, NULL, header.at[i]);
    emit_close(&j, ']');
    emit_int(&j, "total", view.in.value.total);
    write_nodes(&j, &view.in, g);
    write_edges(&j, &view.in, g);
    if (drawn) {
        emit_str(&j, "svg", svg);
    } else {
        emit_null(&j, "svg");
        emit_bool(&j, "has_dot", graphviz_is_there());
        emit_str(&j, "reason", str_from(err_text(&why)));
    }
    emit_close(&j, '}');
    emit_end(&j);
    err_clear(&why);
    return true;
}
