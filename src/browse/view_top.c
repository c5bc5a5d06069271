/* The view top: functions with their values, as the report top has them. */
#include <stdlib.h>

#include "browse/columns.h"

struct top_data {
    const struct graph *graph;
    str unit;
};
struct top_row {
    const struct graph_node *node;
    int64_t sum;
    str name; /* set if rows are sorted by it */
};

static bool load(struct view_source *s, struct err *e) {
    const struct report_in *in = &s->run.in;
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    struct top_data *d = ARENA_NEW(in->arena, struct top_data);
    (void)e;
    d->graph = graph_build(in->arena, in->view, in->units, &in->value, &plan, in->options);
    d->unit = graph_output_unit(d->graph, &in->value, in->options, false);
    s->data = d;
    return true;
}

static int by_name(const void *x, const void *y) {
    const struct top_row *a = x, *b = y;
    int order = str_compare(a->name, b->name);
    return order ? order : (a->node > b->node) - (a->node < b->node);
}

static bool make(struct view_page *p, struct err *e) {
    const struct top_data *d = p->source->data;
    const struct graph *g = d->graph;
    struct top_row *row = ARENA_ARRAY(&p->arena, struct top_row, g->n_nodes);
    int64_t sum = 0;
    (void)e;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        row[i].node = &g->node[g->order[i]];
        row[i].sum = sum = graph_add(sum, graph_flat(row[i].node));
        if (view_order(p->view, p->place) == ORDER_NAME) row[i].name = graph_node_name(&p->arena, row[i].node);
    }
    if (view_order(p->view, p->place) == ORDER_NAME && g->n_nodes) qsort(row, g->n_nodes, sizeof *row, by_name);
    p->data = row;
    p->unit = d->unit;
    p->n = g->n_nodes;
    return true;
}

static struct columns_row values_of(const struct view_page *p, size_t row) {
    const struct top_row *r = (const struct top_row *)p->data + row;
    return (struct columns_row){.flat = graph_flat(r->node),
                                .sum = r->sum,
                                .cum = graph_cum(r->node),
                                .no_sum = view_order(p->view, p->place) == ORDER_NAME};
}

static str name_of(const struct view_page *p, size_t row) {
    return graph_node_name(p->source->run.in.arena, ((const struct top_row *)p->data)[row].node);
}
static str function_of(const struct view_page *p, size_t row) {
    return ((const struct top_row *)p->data)[row].node->name;
}

static void head(const struct view_page *p, struct canvas *c, int y) { columns_head(p, c, y, "name", true); }

static void draw_row(const struct view_page *p, struct canvas *c, int y, size_t row, struct canvas_style style) {
    const struct graph_node *n = ((const struct top_row *)p->data)[row].node;
    const struct columns_row v = values_of(p, row);
    if (!style.flags) style = columns_heat(p, view_order(p->view, p->place) == ORDER_CUM ? v.cum : v.flat);
    int x = columns_write(p, c, y, &v, true, style);
    str mark = n->all_inline_in ? STR(" (inline)") : n->any_inline_in ? STR(" (partial-inline)") : STR_EMPTY;
    str text = str_join(p->source->run.in.arena, (str[]){name_of(p, row), mark}, 2, STR_EMPTY);
    canvas_text(c, y, x, c->columns - x, canvas_skip(text, p->place->shift), CANVAS_CUT_MIDDLE, style);
}

static str describe(const struct view_page *p, size_t row) {
    const struct columns_row v = values_of(p, row);
    return columns_text(p, &v);
}

const struct view view_top = {.name = "top",
                              .title = "top",
                              .report = "top",
                              .load = load,
                              .make = make,
                              .head = head,
                              .row = draw_row,
                              .name_of = name_of,
                              .function_of = function_of,
                              .describe = describe};
