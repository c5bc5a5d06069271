/* Cum values to which a sample contributes once (-count_once): those of functions and lines, as list shows them. */
#ifndef CPROF_REPORT_CODE_ONCE_H
#define CPROF_REPORT_CODE_ONCE_H

#include "report/report.h"

struct once;
struct once *once_new(const struct report_in *in);
/* The cum value of a function in a file, for line 0, or of one of its lines. `n` is any node with its name and file.
 * The sum of several nodes, `otherwise`, is returned if `o` is NULL or the line is unknown. */
int64_t once_cum(const struct once *o, const struct graph_node *n, int64_t line, int64_t otherwise);

#endif
