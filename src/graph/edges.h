/* The edges among the nodes of a graph. */
#ifndef CPROF_GRAPH_EDGES_H
#define CPROF_GRAPH_EDGES_H

#include "graph/work.h"

/* Finds the edges among g->node by walking the active stacks. Fills g->edge in printing order, and the in and out of
 * each node; needs w->rank. */
void graph_make_edges(struct graph_work *w, struct graph *g);
/* Sorts g->edge into printing order; needs w->rank. */
void graph_sort_edges(struct graph_work *w, struct graph *g);
/* Sets the in and out of each node, which index g->edge. */
void graph_link_edges(struct graph_work *w, struct graph *g);

#endif
