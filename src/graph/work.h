/* The state that the steps of graph_build share.
 *
 * The steps (graph.c): prepare (names of all lines, weights of all stacks), sum nodes, cut by value, cut by count, find
 * the edges among the nodes that are left, tag, trim. sum.c and edges.c make the nodes and edges of graphs, tree.c
 * those of trees; trim.c trims both. Each step has a header of its own, which only files of this room include. */
#ifndef CPROF_GRAPH_WORK_H
#define CPROF_GRAPH_WORK_H

#include "base/tuning.h"
#include "filter/filter.h"
#include "graph/table.h"
#include "graph/types.h"

/* The weights of the samples of the view, summed per stack. */
struct graph_weights {
    int64_t *weight, *divisor; /* per stack; divisor is NULL unless the values are means */
    uint8_t *active;           /* per stack: some sample has a weight or divisor that is not 0 */
};

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
    /* per node of g->node */
    uint32_t *identity; /* its node in `table` */
    uint8_t *listed;    /* true if the node is in g->order */
    uint32_t *rank;     /* position of its printable name among all nodes; equal names have equal ranks */
};

/* Frames whose nodes fit into a path, unless a location has more than TUNING_GRAPH_PADDING of them. */
enum { GRAPH_PATH_FRAMES = TUNING_GRAPH_PATH / TUNING_GRAPH_PADDING };

/* Work on the nodes of a graph that needs no edges. */
typedef void graph_beside_fn(struct graph_work *w, struct graph *g);

static inline bool graph_sample_weight(const struct graph_work *w, uint32_t row, int64_t *weight, int64_t *divisor) {
    *weight = w->view->value[w->value->type][row];
    *divisor = w->value->mean ? w->view->value[0][row] : 0;
    return *weight || *divisor;
}

/* The number of threads that is worth using to walk the stacks of the view, if each has to set up accumulators of
 * `bytes`. */
int graph_workers(const struct profile *v, size_t bytes);
/* Returns true if some location of the table has more than TUNING_GRAPH_PADDING nodes. A walk over a stack looks at
 * such a location once, however often the stack repeats it, so that its cost is not the product of both. */
bool graph_has_long_locations(const struct graph_table *t);
/* A graph with room for n_all nodes, none of them listed. */
struct graph *graph_new(struct graph_work *w, uint32_t n_all);
/* Keeps only order[0..n), as node[0..n). */
void graph_keep_first(struct graph_work *w, struct graph *g, uint32_t n);
/* Per node of the table: its index in g->node, or GRAPH_NONE. */
uint32_t *graph_part_of(struct graph_work *w, const struct graph *g);

#endif
