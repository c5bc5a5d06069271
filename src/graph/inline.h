/* Marks (inline) and (partial-inline): nodes that were inlined into all, or some, of their callers. */
#ifndef CPROF_GRAPH_INLINE_H
#define CPROF_GRAPH_INLINE_H

#include "graph/work.h"

/* Sets any_inline_in and all_inline_in of the nodes, and nothing else in the graph. */
void graph_mark_inlined(struct graph_work *w, struct graph *g);

#endif
