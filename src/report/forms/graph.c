/* top, text, tree and peek in other forms. */
#include "report/forms/chosen.h"
#include "report/forms/forms.h"
#include "report/tree.h"

/* The contents of a form: nodes of a graph, with all values in one unit. */
struct graph_page {
    const struct report_in *in;
    const struct graph *graph;
    const struct graph_node **node; /* n long */
    uint32_t n;
    str unit;
    bool edges; /* callers and callees are shown */
    struct sink *out;
    struct emit_json json;
};

static void open_page(const struct report_in *in, struct sink *out, struct graph_page *p) {
    p->in = in;
    p->out = out;
    p->json = (struct emit_json){.out = out};
    p->unit = graph_output_unit(p->graph, &in->value, in->options, false);
}

static struct graph_page top_page(const struct report_in *in, struct sink *out) {
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    const struct graph *g = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    struct graph_page p = {.graph = g, .n = g->n_nodes, .edges = false};
    p.node = ARENA_ARRAY(in->arena, const struct graph_node *, g->n_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++) p.node[i] = &g->node[g->order[i]];
    open_page(in, out, &p);
    return p;
}

static bool tree_page(const struct report_in *in, struct sink *out, struct graph_page *p, struct err *e) {
    struct tree_nodes nodes;
    if (!tree_select(in, &nodes, e)) return false;
    *p = (struct graph_page){.graph = nodes.graph, .node = nodes.node, .n = nodes.n, .edges = true};
    open_page(in, out, p);
    return true;
}

static str text_of(const struct graph_page *p, int64_t v) { return report_value(p->in, v, p->unit); }
static str name_of(const struct graph_page *p, const struct graph_node *n) { return graph_node_name(p->in->arena, n); }

/* Calls write for each node. `sum` is that of the flat values so far. The texts of a node are freed after it. */
static void each_node(struct graph_page *p,
                      void (*write)(struct graph_page *p, const struct graph_node *n, int64_t sum)) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        struct arena_mark m = arena_mark(p->in->arena);
        sum = graph_add(sum, graph_flat(p->node[i]));
        write(p, p->node[i], sum);
        arena_rewind(p->in->arena, m);
    }
}

/* An edge, from the view of one of its nodes. */
struct link {
    const struct graph_edge *edge;
    const struct graph_node *of, *other;
    bool caller; /* other calls of */
};

static void each_link(struct graph_page *p, const struct graph_node *n, bool callers,
                      void (*write)(struct graph_page *p, const struct link *l)) {
    uint32_t n_edges = callers ? n->n_in : n->n_out;
    for (uint32_t i = 0; i < n_edges; i++) {
        const struct graph_edge *e = &p->graph->edge[callers ? n->in[i] : n->out[i]];
        struct link l = {e, n, &p->graph->node[callers ? e->from : e->to], callers};
        struct arena_mark m = arena_mark(p->in->arena);
        write(p, &l);
        arena_rewind(p->in->arena, m);
    }
}

static void json_value(struct emit_json *j, const struct graph_page *p, const char *const key[3], int64_t v,
                       int64_t total) {
    emit_int(j, key[0], forms_amount(p->in, v));
    emit_str(j, key[1], text_of(p, v));
    emit_number(j, key[2], forms_percent(v, total));
}

static void json_link(struct graph_page *p, const struct link *l) {
    static const char *const weight[] = {"weight", "weight_text", "weight_percent"};
    struct emit_json line = emit_open_line(&p->json);
    emit_str(&line, "name", name_of(p, l->other));
    json_value(&line, p, weight, l->edge->weight, graph_cum(l->of));
    if (l->edge->inlined) emit_bool(&line, "inline", true);
    emit_close_line(&p->json);
}

static void json_node(struct graph_page *p, const struct graph_node *n, int64_t sum) {
    static const char *const flat[] = {"flat", "flat_text", "flat_percent"};
    static const char *const cum[] = {"cum", "cum_text", "cum_percent"};
    struct emit_json *j = &p->json;
    int64_t total = p->in->value.total;
    struct forms_parts parts = forms_parts(p->in->arena, n);
    emit_open(j, NULL, '{');
    emit_str(j, "name", name_of(p, n));
    forms_json_parts(j, &parts);
    json_value(j, p, flat, graph_flat(n), total);
    emit_number(j, "sum_percent", forms_percent(sum, total));
    json_value(j, p, cum, graph_cum(n), total);
    if (p->edges) {
        emit_open(j, "callers", '[');
        each_link(p, n, true, json_link);
        emit_close(j, ']');
        emit_open(j, "callees", '[');
        each_link(p, n, false, json_link);
        emit_close(j, ']');
    } else if (n->all_inline_in) {
        emit_bool(j, "inline", true);
    } else if (n->any_inline_in) {
        emit_bool(j, "partial_inline", true);
    }
    emit_close(j, '}');
}

static void write_json(struct graph_page *p) {
    forms_json_head(p->in, &p->json, p->unit);
    emit_int(&p->json, "nodes", p->graph->orig_count);
    emit_int(&p->json, "dropped_nodes", p->graph->dropped_nodes);
    emit_open(&p->json, "rows", '[');
    each_node(p, json_node);
    emit_close(&p->json, ']');
    emit_close(&p->json, '}');
    emit_end(&p->json);
}

static bool top_json(const struct report_in *in, struct sink *out, struct err *e) {
    if (in->options->columns.len) return chosen_json(in, out, e);
    struct graph_page p = top_page(in, out);
    write_json(&p);
    return true;
}

static bool tree_json(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_page p;
    if (!tree_page(in, out, &p, e)) return false;
    write_json(&p);
    return true;
}

#define CSV_NODE "flat,flat_text,flat_percent,sum_percent,cum,cum_text,cum_percent"
#define CSV_LINK "weight,weight_text,weight_percent"

static void csv_value(const struct graph_page *p, int64_t v, int64_t total) {
    forms_csv_int(p->out, forms_amount(p->in, v));
    forms_csv_str(p->out, text_of(p, v));
    forms_csv_number(p->out, forms_percent(v, total));
}

static void csv_node_values(const struct graph_page *p, const struct graph_node *n, int64_t sum) {
    int64_t total = p->in->value.total;
    csv_value(p, graph_flat(n), total);
    forms_csv_number(p->out, forms_percent(sum, total));
    csv_value(p, graph_cum(n), total);
}

/* Writes the fields at the end of each row. */
static void csv_rest(const struct graph_page *p, const struct graph_node *named, str inlined) {
    struct forms_parts parts = forms_parts(p->in->arena, named);
    forms_csv_str(p->out, p->in->value.unit);
    forms_csv_str(p->out, inlined);
    forms_csv_parts(p->out, &parts);
    sink_char(p->out, '\n');
}
#define CSV_REST ",unit,inline" FORMS_CSV_PARTS "\n"

static void csv_top_row(struct graph_page *p, const struct graph_node *n, int64_t sum) {
    emit_csv_field(p->out, name_of(p, n));
    csv_node_values(p, n, sum);
    csv_rest(p, n, n->all_inline_in ? STR("inline") : n->any_inline_in ? STR("partial") : STR_EMPTY);
}

static bool top_csv(const struct report_in *in, struct sink *out, struct err *e) {
    if (in->options->columns.len) return chosen_csv(in, out, e);
    struct graph_page p = top_page(in, out);
    sink_text(out, "name," CSV_NODE CSV_REST);
    each_node(&p, csv_top_row);
    return true;
}

static void csv_link(struct graph_page *p, const struct link *l) {
    emit_csv_field(p->out, name_of(p, l->of));
    forms_csv_str(p->out, l->caller ? STR("caller") : STR("callee"));
    forms_csv_str(p->out, name_of(p, l->other));
    sink_text(p->out, ",,,,,,,");
    csv_value(p, l->edge->weight, graph_cum(l->of));
    csv_rest(p, l->other, l->edge->inlined ? STR("inline") : STR_EMPTY);
}

/* Writes the rows in the order of the text: callers above their node, callees below. */
static void csv_tree_rows(struct graph_page *p, const struct graph_node *n, int64_t sum) {
    each_link(p, n, true, csv_link);
    emit_csv_field(p->out, name_of(p, n));
    forms_csv_str(p->out, STR("self"));
    forms_csv_str(p->out, name_of(p, n));
    csv_node_values(p, n, sum);
    sink_text(p->out, ",,,");
    csv_rest(p, n, STR_EMPTY);
    each_link(p, n, false, csv_link);
}

static bool tree_csv(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_page p;
    if (!tree_page(in, out, &p, e)) return false;
    sink_text(out, "node,relation,name," CSV_NODE "," CSV_LINK CSV_REST);
    each_node(&p, csv_tree_rows);
    return true;
}

static void markdown_value(const struct graph_page *p, int64_t v, int64_t total) {
    forms_markdown_str(p->out, text_of(p, v));
    forms_markdown_percent(p->out, v, total);
}

static void markdown_node_values(const struct graph_page *p, const struct graph_node *n, int64_t sum) {
    int64_t total = p->in->value.total;
    sink_text(p->out, "| ");
    markdown_value(p, graph_flat(n), total);
    forms_markdown_percent(p->out, sum, total);
    markdown_value(p, graph_cum(n), total);
}

static void markdown_top_row(struct graph_page *p, const struct graph_node *n, int64_t sum) {
    markdown_node_values(p, n, sum);
    emit_markdown(p->out, name_of(p, n));
    if (n->all_inline_in)
        sink_text(p->out, " (inline)");
    else if (n->any_inline_in)
        sink_text(p->out, " (partial-inline)");
    sink_text(p->out, " |\n");
}

static bool top_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    if (in->options->columns.len) return chosen_markdown(in, out, e);
    struct graph_page p = top_page(in, out);
    forms_markdown_head(in, report_header(in, p.graph, p.unit, false), out);
    sink_text(out, "| flat | flat% | sum% | cum | cum% | name |\n| ---: | ---: | ---: | ---: | ---: | --- |\n");
    each_node(&p, markdown_top_row);
    return true;
}

static void markdown_link(struct graph_page *p, const struct link *l) {
    sink_text(p->out, "| | | | | | ");
    markdown_value(p, l->edge->weight, graph_cum(l->of));
    sink_str(p->out, l->caller ? STR("from ") : STR("to "));
    emit_markdown(p->out, name_of(p, l->other));
    sink_str(p->out, l->edge->inlined ? STR(" (inline) |\n") : STR(" |\n"));
}

static void markdown_tree_rows(struct graph_page *p, const struct graph_node *n, int64_t sum) {
    each_link(p, n, true, markdown_link);
    markdown_node_values(p, n, sum);
    sink_text(p->out, "| | **");
    emit_markdown(p->out, name_of(p, n));
    sink_text(p->out, "** |\n");
    each_link(p, n, false, markdown_link);
}

static bool tree_markdown(const struct report_in *in, struct sink *out, struct err *e) {
    struct graph_page p;
    if (!tree_page(in, out, &p, e)) return false;
    forms_markdown_head(in, report_header(in, p.graph, p.unit, false), out);
    sink_text(out, "| flat | flat% | sum% | cum | cum% | calls | calls% | name |\n"
                   "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
    each_node(&p, markdown_tree_rows);
    return true;
}

const struct report_forms forms_top = {top_json, top_csv, top_markdown};

const struct report_forms forms_tree = {tree_json, tree_csv, tree_markdown};
