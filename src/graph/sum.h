/* Sums over samples and stacks. */
#ifndef CPROF_GRAPH_SUM_H
#define CPROF_GRAPH_SUM_H

#include "graph/work.h"

struct graph_sums {
    int64_t *flat, *cum, *flat_div, *cum_div; /* per node; the last two are NULL unless the values are means */
    uint8_t *reached;                         /* an active stack visits the node */
};

void graph_weigh(struct graph_work *w); /* fills w->weights, whose arrays the caller has allocated and zeroed */
/* Sums the active stacks. If `kept` (per node) is not NULL, it skips all other nodes. */
void graph_sum_nodes(struct graph_work *w, const uint8_t *kept, struct graph_sums *out);

#endif
