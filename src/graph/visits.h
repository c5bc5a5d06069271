/* Which listed nodes a stack visits: what its samples' tags are handed to. */
#ifndef CPROF_GRAPH_VISITS_H
#define CPROF_GRAPH_VISITS_H

#include "graph/work.h"

struct graph_visits {
    const uint32_t *node; /* indices into g->node, each once, listed ones only */
    uint32_t n;
    uint32_t leaf; /* the one its flat weight belongs to, or GRAPH_NONE */
};
/* Visits of graphs, per stack; only needed ones are filled in. */
const struct graph_visits *graph_find_visits(struct graph_work *w, const struct graph *g, const uint8_t *needed);

#endif
