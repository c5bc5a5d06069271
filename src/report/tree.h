/* Which nodes tree and peek show, for all the forms they are written in. */
#ifndef CPROF_REPORT_TREE_H
#define CPROF_REPORT_TREE_H

#include "report/report.h"

struct tree_nodes {
    const struct graph *graph;      /* with edges */
    const struct graph_node **node; /* in printing order; n long */
    uint32_t n;
};
/* The listed nodes, or those of them whose printable names match the command's pattern; fails when none does. All
 * live in in->arena. */
bool tree_select(const struct report_in *in, struct tree_nodes *out, struct err *e);

#endif
