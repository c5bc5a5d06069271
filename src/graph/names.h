/* Names of nodes, and the node of each line of a view. */
#ifndef CPROF_GRAPH_NAMES_H
#define CPROF_GRAPH_NAMES_H

#include "graph/types.h"

/* The "printable name" of a node (pprof.md 8.3): its components joined by one space. */
str graph_node_name(struct arena *a, const struct graph_node *n);
/* Writes the components of the name to out[], which has room for 4, and returns their number. */
uint32_t graph_node_components(struct arena *a, const struct graph_node *n, str *out);

/* The node of each line of a view, for reports that walk stacks themselves (traces, collapsed, list). The nodes of a
 * location are node[node_of[first[loc]]] … node[node_of[first[loc+1]-1]], innermost first; a location without lines has
 * exactly one. Only the identity fields of node[] are set. Without options (NULL) file paths are cleaned but not
 * trimmed, as traces shows them. */
struct graph_names {
    const uint32_t *first;   /* n_locations + 1 long */
    const uint32_t *node_of; /* position -> index into node */
    const struct graph_node *node;
    uint32_t n_nodes;
};
struct graph_names *graph_names(struct arena *a, const struct profile *v, const struct options *o, bool object_names);

#endif
