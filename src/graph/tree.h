/* call_tree: a node for each call path instead of one for each function. */
#ifndef CPROF_GRAPH_TREE_H
#define CPROF_GRAPH_TREE_H

#include "graph/work.h"

/* The rest of graph_build for plans with call_tree. */
struct graph *graph_build_tree(struct graph_work *w);

#endif
