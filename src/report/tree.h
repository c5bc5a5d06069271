/* The nodes that tree and peek show, for all forms of these reports. */
#ifndef CPROF_REPORT_TREE_H
#define CPROF_REPORT_TREE_H

#include "report/report.h"

struct tree_nodes {
    const struct graph *graph;      /* has edges */
    const struct graph_node **node; /* in printing order */
    uint32_t n;
};
/* Selects the listed nodes whose printable names match the command's pattern, or all without one. Fails if no name
 * matches. The result lives in in->arena. */
bool tree_select(const struct report_in *in, struct tree_nodes *out, struct err *e);

#endif
