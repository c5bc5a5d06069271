/* call_tree: a node for every call path instead of one for every function. */
#ifndef CPROF_GRAPH_TREE_H
#define CPROF_GRAPH_TREE_H

#include "graph/work.h"

/* graph_build after its preparation, for plans with call_tree. */
struct graph *graph_build_tree(struct graph_work *w);

#endif
