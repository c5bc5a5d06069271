/* The view peek: functions between their callers and their callees, as the report peek has them. */
#include "browse/columns.h"
#include "report/tree.h"

enum peek_kind { PEEK_CALLER, PEEK_SELF, PEEK_CALLEE, PEEK_BLANK };
struct peek_row {
    enum peek_kind kind;
    const struct graph_node *of, *shown; /* shown: the caller, the node itself or the callee */
    const struct graph_edge *edge;
};
struct peek_data {
    struct tree_nodes nodes;
    str unit;
};

static bool load(struct view_source *s, struct err *e) {
    const struct report_in *in = &s->run.in;
    struct peek_data *d = ARENA_NEW(in->arena, struct peek_data);
    if (!tree_select(in, &d->nodes, e)) return false;
    d->unit = graph_output_unit(d->nodes.graph, &in->value, in->options, false);
    s->data = d;
    return true;
}

static bool make(struct view_page *p, struct err *e) {
    const struct peek_data *d = p->source->data;
    const struct graph *g = d->nodes.graph;
    VEC(struct peek_row) rows = {0};
    (void)e;
    for (uint32_t i = 0; i < d->nodes.n; i++) {
        const struct graph_node *n = d->nodes.node[i];
        if (i) *VEC_PUSH(&p->arena, &rows) = (struct peek_row){PEEK_BLANK, n, n, NULL};
        for (uint32_t k = 0; k < n->n_in; k++) {
            const struct graph_edge *edge = &g->edge[n->in[k]];
            *VEC_PUSH(&p->arena, &rows) = (struct peek_row){PEEK_CALLER, n, &g->node[edge->from], edge};
        }
        if (i == 0) p->place->row = p->place->row ? p->place->row : rows.n;
        *VEC_PUSH(&p->arena, &rows) = (struct peek_row){PEEK_SELF, n, n, NULL};
        for (uint32_t k = 0; k < n->n_out; k++) {
            const struct graph_edge *edge = &g->edge[n->out[k]];
            *VEC_PUSH(&p->arena, &rows) = (struct peek_row){PEEK_CALLEE, n, &g->node[edge->to], edge};
        }
    }
    p->data = rows.at;
    p->unit = d->unit;
    p->n = rows.n;
    return true;
}

static const struct peek_row *row_at(const struct view_page *p, size_t row) {
    return (const struct peek_row *)p->data + row;
}

static struct columns_row values_of(const struct view_page *p, size_t row) {
    const struct peek_row *r = row_at(p, row);
    if (r->kind == PEEK_SELF) return (struct columns_row){.flat = graph_flat(r->of), .cum = graph_cum(r->of)};
    /* weights of edges are not divided, as in the report */
    return (struct columns_row){.no_flat = true, .cum = r->edge->weight, .cum_total = graph_cum(r->of)};
}

static str name_of(const struct view_page *p, size_t row) {
    const struct peek_row *r = row_at(p, row);
    return r->kind == PEEK_BLANK ? STR_EMPTY : graph_node_name(p->source->run.in.arena, r->shown);
}
static str function_of(const struct view_page *p, size_t row) {
    const struct peek_row *r = row_at(p, row);
    return r->kind == PEEK_BLANK ? STR_EMPTY : r->shown->name;
}

static void head(const struct view_page *p, struct canvas *c, int y) {
    columns_head(p, c, y, "name, its callers above, its callees below", false);
}

static void draw_row(const struct view_page *p, struct canvas *c, int y, size_t row, struct canvas_style style) {
    const struct peek_row *r = row_at(p, row);
    if (r->kind == PEEK_BLANK) return;
    const struct columns_row v = values_of(p, row);
    if (!style.flags && r->kind == PEEK_SELF) style.flags = CANVAS_BOLD;
    int x = columns_write(p, c, y, &v, false, style);
    if (r->kind != PEEK_SELF)
        x += canvas_text(c, y, x, c->columns - x, r->kind == PEEK_CALLER ? STR("from ") : STR("  to "), CANVAS_CUT_END,
                         style);
    str inlined = r->edge && r->edge->inlined ? STR(" (inline)") : STR_EMPTY;
    str text = str_join(p->source->run.in.arena, (str[]){name_of(p, row), inlined}, 2, STR_EMPTY);
    canvas_text(c, y, x, c->columns - x, canvas_skip(text, p->place->shift), CANVAS_CUT_MIDDLE, style);
}

static str describe(const struct view_page *p, size_t row) {
    const struct peek_row *r = row_at(p, row);
    if (r->kind == PEEK_BLANK) return STR_EMPTY;
    const struct columns_row v = values_of(p, row);
    str kind = r->kind == PEEK_CALLER ? STR("caller  ") : r->kind == PEEK_CALLEE ? STR("callee  ") : STR_EMPTY;
    return str_join(p->source->run.in.arena, (str[]){kind, columns_text(p, &v)}, 2, STR_EMPTY);
}

const struct view view_peek = {.name = "peek",
                               .title = "peek",
                               .report = "peek",
                               .of_functions = true,
                               .load = load,
                               .make = make,
                               .head = head,
                               .row = draw_row,
                               .name_of = name_of,
                               .function_of = function_of,
                               .describe = describe};
