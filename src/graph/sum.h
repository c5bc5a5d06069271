/* Sums over samples and stacks. */
#ifndef CPROF_GRAPH_SUM_H
#define CPROF_GRAPH_SUM_H

#include "graph/work.h"

struct graph_sums {
    int64_t *flat, *cum, *flat_div, *cum_div; /* per node; the last two NULL unless mean */
    uint8_t *reached;                         /* some active stack visits the node */
};

void graph_weigh(struct graph_work *w); /* fills w->weights, whose arrays are there and zeroed */
/* Sums active stacks. With `kept` (per node) other nodes are passed over. */
void graph_sum_nodes(struct graph_work *w, const uint8_t *kept, struct graph_sums *out);

#endif
