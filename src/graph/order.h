/* Orders of nodes, and the entropy score by which graphs in pictures order them. */
#ifndef CPROF_GRAPH_ORDER_H
#define CPROF_GRAPH_ORDER_H

#include "graph/work.h"

/* Fills rank[] with the positions of names in byte order; equal names have equal ranks, and ranks have no gaps. Scratch
 * memory is taken from `a`. */
void graph_rank(struct arena *a, const str *name, uint32_t n, uint32_t *rank);
void graph_rank_names(struct graph_work *w, struct graph *g); /* sets w->rank */
void graph_sort_nodes(struct graph_work *w, struct graph *g); /* sorts g->order as plan and options say */
int64_t graph_entropy_score(const struct graph *g, const struct graph_node *n);

#endif
