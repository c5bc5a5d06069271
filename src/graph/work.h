/* What the steps of graph_build share.
 *
 * The steps (graph.c): prepare (names of all lines, weights of all stacks), sum nodes, cut by value, cut by count,
 * edges among the nodes that are left, tags, trim. Two ways of making nodes and edges (sum.c and edges.c for graphs,
 * tree.c for trees) lead into one way of trimming (trim.c). Each step has a header of its own; nobody outside of this
 * room includes them. */
#ifndef CPROF_GRAPH_WORK_H
#define CPROF_GRAPH_WORK_H

#include "filter/filter.h"
#include "graph/table.h"
#include "graph/types.h"

/* Weights: per sample of the view, and summed per stack. */
struct graph_weights {
    int64_t *weight, *divisor; /* per stack; divisor NULL unless mean */
    uint8_t *active;           /* per stack: some sample of it has a weight or divisor that is not 0 */
};

/* All that graph_build's steps share. */
struct graph_work {
    struct arena *arena;
    const struct profile *view;
    const struct filter_units *units;
    const struct graph_value *value;
    const struct graph_plan *plan;
    const struct options *options;
    struct graph_table table;
    struct graph_weights weights;
    int64_t node_cutoff, edge_cutoff;
    /* of g->node[i]: */
    uint32_t *identity; /* its node in `table` */
    uint8_t *listed;    /* it is in g->order */
    uint32_t *rank;     /* position of its printable name among all; equal names have equal ranks */
};

static inline bool graph_sample_weight(const struct graph_work *w, uint32_t row, int64_t *weight, int64_t *divisor) {
    *weight = w->view->value[w->value->type][row];
    *divisor = w->value->mean ? w->view->value[0][row] : 0;
    return *weight || *divisor;
}

/* Threads worth having for walking the view's stacks when each has `bytes` of accumulators to set up. */
int graph_workers(const struct profile *v, size_t bytes);
/* A graph with room for n_all nodes; none of them is listed. */
struct graph *graph_new(struct graph_work *w, uint32_t n_all);
/* Only order[0..n) stay, as node[0..n). */
void graph_keep_first(struct graph_work *w, struct graph *g, uint32_t n);
/* Per table node its index in g->node, or GRAPH_NONE. */
uint32_t *graph_part_of(struct graph_work *w, const struct graph *g);

#endif
