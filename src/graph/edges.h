/* The edges among the nodes of a graph. */
#ifndef CPROF_GRAPH_EDGES_H
#define CPROF_GRAPH_EDGES_H

#include "graph/work.h"

/* Finds the edges among g->node by walking the active stacks. Fills g->edge, in no particular order. Meanwhile one of
 * the threads does `beside`, which may be NULL. */
void graph_make_edges(struct graph_work *w, struct graph *g, graph_beside_fn *beside);
/* graph_make_edges for a graph of all nodes of the table, in its order, whose sums it finds by the same walk. The
 * values must not be means, the plan must not select nodes or edges, and no location may be long
 * (graph_has_long_locations). */
void graph_make_sums_and_edges(struct graph_work *w, struct graph *g, graph_beside_fn *beside);
/* Sorts g->edge into printing order; needs w->rank. */
void graph_sort_edges(struct graph_work *w, struct graph *g);
/* Sets the in and out of each node, which index g->edge and keep its order. */
void graph_link_edges(struct graph_work *w, struct graph *g);
/* Sets the in (unless the plan says only_out) and out of each node, in printing order, whatever the order of g->edge;
 * needs w->rank. It uses all threads, and costs less than sorting g->edge. */
void graph_link_sorted(struct graph_work *w, struct graph *g);

#endif
