/* The listed nodes that a stack visits: these get the tags of the stack's samples. */
#ifndef CPROF_GRAPH_VISITS_H
#define CPROF_GRAPH_VISITS_H

#include "graph/work.h"

struct graph_visits {
    const uint32_t *node; /* indices into g->node of listed nodes, each once */
    uint32_t n;
    uint32_t leaf; /* the node that has the flat weight of the stack, or GRAPH_NONE */
};
/* The visits of each stack in a graph. Only stacks with needed[stack] are filled in. */
const struct graph_visits *graph_find_visits(struct graph_work *w, const struct graph *g, const uint8_t *needed);

#endif
