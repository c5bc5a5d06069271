/* Trims a graph: cutoffs, nodecount, light and redundant edges. */
#ifndef CPROF_GRAPH_TRIM_H
#define CPROF_GRAPH_TRIM_H

#include "graph/work.h"

bool graph_is_listed(const struct options *o, int64_t flat, int64_t cum);
int64_t graph_cutoff(int64_t total, double fraction);
/* Returns the number of nodes at the start of g->order that the nodecount leaves. */
uint32_t graph_select(const struct graph_work *w, const struct graph *g);
/* Removes light edges into listed nodes and returns their number. The others keep their order, but are no longer
 * linked. */
uint32_t graph_trim_edges(struct graph_work *w, struct graph *g);
/* Removes residual edges whose ends another path connects. */
void graph_remove_redundant(struct graph_work *w, struct graph *g);

#endif
