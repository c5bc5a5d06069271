/* What a node is called, and which node each line of a view belongs to. */
#ifndef CPROF_GRAPH_NAMES_H
#define CPROF_GRAPH_NAMES_H

#include "graph/types.h"

/* "printable name" (pprof.md 8.3), components joined by one space. */
str graph_node_name(struct arena *a, const struct graph_node *n);
/* Its components: out[] needs 4. Returns how many. */
uint32_t graph_node_components(struct arena *a, const struct graph_node *n, str *out);

/* The node identity of each line of a view, for reports that walk stacks themselves (traces, collapsed, list):
 * node[node_of[first[loc]]] … node[node_of[first[loc+1]-1]], innermost first; a location without lines has
 * exactly one. Only the identity fields of node[] are set. Without options (NULL) file paths are cleaned but
 * not trimmed: so traces shows them. */
struct graph_names {
    const uint32_t *first;   /* n_locations + 1 long */
    const uint32_t *node_of; /* position -> index into node */
    const struct graph_node *node;
    uint32_t n_nodes;
};
struct graph_names *graph_names(struct arena *a, const struct profile *v, const struct options *o, bool object_names);

#endif
