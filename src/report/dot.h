/* The graph in the language of Graphviz, for dot and the pictures made from it. */
#ifndef CPROF_REPORT_DOT_H
#define CPROF_REPORT_DOT_H

#include "report/report.h"

/* Writes the graph, with or without the box of header lines, and returns it; it lives in the report's arena. Node
 * number i of the text is node g->order[i - 1]. */
const struct graph *dot_write(const struct report_in *in, bool legend, struct sink *out);

#endif
