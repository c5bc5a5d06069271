/* Sums over samples and stacks. */
#ifndef CPROF_GRAPH_SUM_H
#define CPROF_GRAPH_SUM_H

#include "graph/work.h"

struct graph_sums {
    int64_t *flat, *cum, *flat_div, *cum_div; /* per node; the last two are NULL unless the values are means */
    uint8_t *reached;                         /* an active stack visits the node */
};

/* The sum of a node that is visited by one stack after another; a stack counts once. */
struct graph_visit {
    int64_t cum;
    uint32_t mark; /* number of the last stack that visited the node; 0: none yet */
};

/* Adds to a node unless this stack has visited it. It has no branch, because recursion is common and unpredictable. */
static inline void graph_visit_one(struct graph_visit *v, uint32_t mark, int64_t weight) {
    int64_t added = v->mark == mark ? 0 : weight;
    v->mark = mark;
    v->cum = graph_add(v->cum, added);
}

void graph_weigh(struct graph_work *w); /* fills w->weights, whose arrays the caller has allocated and zeroed */
/* Sums the active stacks. If `kept` (per node) is not NULL, it skips all other nodes. */
void graph_sum_nodes(struct graph_work *w, const uint8_t *kept, struct graph_sums *out);

#endif
