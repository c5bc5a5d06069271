/* graph_build: the steps, in the order of pprof. */
#include "graph/graph.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"
#include "go/unit.h"
#include "graph/edges.h"
#include "graph/inline.h"
#include "graph/order.h"
#include "graph/sum.h"
#include "graph/tag_sums.h"
#include "graph/tags.h"
#include "graph/tree.h"
#include "graph/trim.h"
#include "graph/visits.h"
#include "graph/work.h"

/* Names the lines or weighs the stacks. The two are independent, so each has a thread. */
static void prepare_part(void *context, int part) {
    struct graph_work *w = context;
    if (part == 0)
        graph_table_make(&w->table, w->arena, w->view, w->options, w->plan->object_names);
    else
        graph_weigh(w);
}

static void prepare(struct graph_work *w) {
    uint32_t n = w->view->n_stacks;
    w->weights.weight = ARENA_ZERO(w->arena, int64_t, n);
    w->weights.divisor = w->value->mean ? ARENA_ZERO(w->arena, int64_t, n) : NULL;
    w->weights.active = ARENA_ZERO(w->arena, uint8_t, n);
    if (w->view->n_samples >= TUNING_GRAPH_THREADED_FROM) {
        task_run(2, prepare_part, w);
    } else {
        prepare_part(w, 0);
        prepare_part(w, 1);
    }
}

/* The nodes of the table that become nodes of a graph. */
struct node_choice {
    uint8_t *in; /* per table node: true if it becomes a node of the graph */
    uint32_t n_listed;
    int64_t total; /* sum of the listed nodes' flat values */
};

/* Chooses the nodes that are listed and whose cum reaches the cutoff. */
static struct node_choice choose(struct graph_work *w, const struct graph_sums *s, int64_t cutoff) {
    struct node_choice c = {.in = ARENA_ZERO(w->arena, uint8_t, w->table.nodes.n)};
    for (uint32_t i = 0; i < w->table.nodes.n; i++) {
        if (!graph_is_listed(w->options, s->flat[i], s->cum[i]) || graph_abs(s->cum[i]) < cutoff) continue;
        c.in[i] = 1;
        c.n_listed++;
        c.total = graph_add(c.total, s->flat[i]);
    }
    return c;
}

/* Makes g->node from the nodes in in[], in the order of the table, and lists those that stay visible. */
static struct graph *materialize(struct graph_work *w, const struct graph_sums *s, const uint8_t *in) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->table.nodes.n; i++) n += in[i];
    struct graph *g = graph_new(w, n);
    n = 0;
    for (uint32_t i = 0; i < w->table.nodes.n; i++) {
        if (!in[i]) continue;
        struct graph_node *node = &g->node[n];
        graph_table_show(&w->table, i, node);
        node->flat = s->flat[i];
        node->cum = s->cum[i];
        if (s->cum_div) {
            node->flat_div = s->flat_div[i];
            node->cum_div = s->cum_div[i];
        }
        w->identity[n] = i;
        w->listed[n] = graph_is_listed(w->options, node->flat, node->cum);
        if (w->listed[n]) g->order[g->n_nodes++] = n;
        n++;
    }
    return g;
}

/* pprof trims paths again each time it builds. Where that changes names, nodes that were kept under their old name are
 * not found under the new one. */
static void sum_again(struct graph_work *w, struct graph_sums *s, uint8_t **in) {
    if (!w->table.trims_again) return;
    uint32_t old = w->table.nodes.n;
    graph_table_trim_again(&w->table);
    *in = arena_grow(w->arena, *in, old, w->table.nodes.n);
    memset(*in + old, 0, w->table.nodes.n - old);
    graph_sum_nodes(w, *in, s);
}

/* Cuts the sorted order[] at the nodecount. The nodes that are left become the whole graph. */
static bool cut_by_count(struct graph_work *w, struct graph **g, struct graph_sums *s) {
    uint32_t n = graph_select(w, *g);
    if (n == (*g)->n_nodes) return false;
    if (!w->table.trims_again) {
        graph_keep_first(w, *g, n);
        return true;
    }
    const struct graph *before = *g;
    uint8_t *in = ARENA_ZERO(w->arena, uint8_t, w->table.nodes.n);
    for (uint32_t i = 0; i < n; i++) in[w->identity[before->order[i]]] = 1;
    sum_again(w, s, &in);
    *g = materialize(w, s, in);
    (*g)->orig_count = before->orig_count;
    (*g)->dropped_nodes = before->dropped_nodes;
    graph_rank_names(w, *g);
    return true;
}

static void tag(struct graph_work *w, struct graph *g) {
    if (!w->plan->want_tags || !graph_has_tags(w)) return;
    struct graph_tagging *t = graph_tag_groups(w, g);
    graph_tag_nodes(t, graph_find_visits(w, g, graph_tagged_stacks(t)));
}

static void number_functions(struct graph_work *w, struct graph *g) {
    for (uint32_t i = 0; i < g->n_all; i++) g->node[i].function = graph_table_function(&w->table, w->identity[i]);
}

/* Finds the edges of a picture, and what depends on them. */
static void make_picture(struct graph_work *w, struct graph *g, graph_beside_fn *beside) {
    graph_make_edges(w, g, beside);
    graph_sort_edges(w, g);
    graph_link_edges(w, g);
    graph_sort_nodes(w, g);
}

static void finish_visual(struct graph_work *w, struct graph **g, struct graph_sums *s) {
    bool new_names = w->table.trims_again;
    make_picture(w, *g, graph_rank_names);
    tag(w, *g);
    bool cut = cut_by_count(w, g, s);
    if (cut) {
        make_picture(w, *g, NULL);
        if (new_names) tag(w, *g);
    }
    uint32_t dropped = graph_trim_edges(w, *g);
    if (dropped) graph_link_edges(w, *g);
    /* without a cut, pprof has removed them before it counts */
    (*g)->dropped_edges = cut || w->options->nodecount <= 0 ? dropped : 0;
    graph_remove_redundant(w, *g);
    number_functions(w, *g);
}

static void order_nodes(struct graph_work *w, struct graph *g) {
    graph_rank_names(w, g);
    graph_sort_nodes(w, g);
    number_functions(w, g);
}

static void finish_text(struct graph_work *w, struct graph **g, struct graph_sums *s) {
    /* where no node is cut, the edges need not wait for the order of the nodes */
    bool beside = w->plan->depth == GRAPH_EDGES && w->options->nodecount <= 0;
    if (!beside) {
        graph_rank_names(w, *g);
        graph_sort_nodes(w, *g);
        if (cut_by_count(w, g, s)) graph_sort_nodes(w, *g);
        number_functions(w, *g);
    }
    if (w->plan->depth == GRAPH_INLINE_MARKS) graph_mark_inlined(w, *g);
    if (w->plan->depth != GRAPH_EDGES) return;
    graph_make_edges(w, *g, beside ? order_nodes : NULL);
    graph_trim_edges(w, *g); /* text reports do not print their number */
    graph_link_sorted(w, *g);
}

/* Per table node: does the name of its function match? Matches each name once. Returns NULL if all of them do. */
static const uint8_t *match_functions(struct graph_work *w, const struct regex *functions) {
    enum { UNKNOWN, NO, YES };
    uint8_t *matching = ARENA_ARRAY(w->arena, uint8_t, w->table.nodes.n);
    uint8_t *of_name = ARENA_ZERO(w->arena, uint8_t, w->view->n_strings);
    bool all = true;
    for (uint32_t i = 0; i < w->table.nodes.n; i++) {
        str_id name = graph_table_name(&w->table, i);
        if (of_name[name] == UNKNOWN) of_name[name] = regex_match(functions, profile_str(w->view, name)) ? YES : NO;
        matching[i] = of_name[name] == YES;
        all &= matching[i];
    }
    return all ? NULL : matching;
}

/* Returns true if the report shows all nodes and edges, so that one walk can sum the nodes and find the edges. */
static bool shows_all(const struct graph_work *w) {
    const struct graph_plan *plan = w->plan;
    return plan->depth == GRAPH_EDGES && !plan->visual && !plan->edges_of && !plan->functions &&
           w->options->nodecount <= 0 && w->options->nodefraction == 0 && !w->value->mean &&
           !graph_has_long_locations(&w->table);
}

static void name_nodes(struct graph_work *w, struct graph *g) {
    graph_rank_names(w, g);
    number_functions(w, g);
}

/* build_graph for reports that show all nodes. Nodes that no stack visits are dead. */
static struct graph *build_all(struct graph_work *w) {
    uint32_t n = w->table.nodes.n;
    int64_t total = 0;
    struct graph *g = graph_new(w, n);
    for (uint32_t i = 0; i < n; i++) {
        graph_table_show(&w->table, i, &g->node[i]);
        w->identity[i] = i;
    }
    graph_make_sums_and_edges(w, g, name_nodes);
    for (uint32_t i = 0; i < n; i++) {
        w->listed[i] = graph_is_listed(w->options, g->node[i].flat, g->node[i].cum);
        if (!w->listed[i]) continue;
        g->order[g->n_nodes++] = i;
        total = graph_add(total, g->node[i].flat);
    }
    g->orig_count = g->n_nodes;
    w->edge_cutoff = graph_cutoff(total, w->options->edgefraction);
    graph_sort_nodes(w, g);
    graph_trim_edges(w, g);
    graph_link_sorted(w, g);
    return g;
}

static struct graph *build_graph(struct graph_work *w) {
    struct graph_sums s;
    const struct regex *functions = w->plan->functions;
    graph_sum_nodes(w, functions ? match_functions(w, functions) : NULL, &s);
    struct node_choice all = choose(w, &s, INT64_MIN);
    w->node_cutoff = functions ? 0 : graph_cutoff(all.total, w->options->nodefraction);
    w->edge_cutoff = functions ? 0 : graph_cutoff(all.total, w->options->edgefraction);
    uint8_t *in = s.reached;
    uint32_t dropped = 0;
    if (w->node_cutoff > 0) {
        struct node_choice heavy = choose(w, &s, w->node_cutoff);
        dropped = all.n_listed - heavy.n_listed;
        if (dropped) {
            in = heavy.in;
            sum_again(w, &s, &in);
        }
    }
    struct graph *g = materialize(w, &s, in);
    g->dropped_nodes = dropped;
    g->orig_count = g->n_nodes;
    if (w->plan->visual)
        finish_visual(w, &g, &s);
    else
        finish_text(w, &g, &s);
    return g;
}

struct graph *graph_build(struct arena *a, const struct profile *v, const struct filter_units *units,
                          const struct graph_value *value, const struct graph_plan *plan, const struct options *o) {
    struct graph_work w = {.arena = a, .view = v, .units = units, .value = value, .plan = plan, .options = o};
    prepare(&w);
    return plan->call_tree ? graph_build_tree(&w) : shows_all(&w) ? build_all(&w) : build_graph(&w);
}

/* The smallest magnitude shown that is not 0; 0 if all are 0. */
static int64_t smallest_value(const struct graph *g) {
    int64_t smallest = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        int64_t v = graph_abs(graph_flat(n));
        if (v == 0) v = graph_abs(graph_cum(n));
        if (v > 0 && (smallest == 0 || v < smallest)) smallest = v;
    }
    return smallest;
}

str graph_output_unit(const struct graph *g, const struct graph_value *value, const struct options *o, bool callgrind) {
    if (!str_equal(o->unit, STR("minimum")) || g->n_nodes == 0) return o->unit;
    int64_t least = smallest_value(g), most = graph_scale(value, value->total);
    least = least == 0 ? most : graph_scale(value, least);
    str unit = unit_scale(least, value->unit, STR("minimum")).unit;
    int64_t hundredfold = (int64_t)((uint64_t)least * 100);
    if (!callgrind && hundredfold < most && !str_equal(unit, unit_scale(most, value->unit, STR("minimum")).unit))
        unit = unit_scale(hundredfold, value->unit, STR("minimum")).unit;
    return unit.len ? unit : value->unit;
}
