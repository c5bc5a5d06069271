/* Sums a view into nodes and edges: pprof.md 6. Other rooms include this header, and the three that it includes.
 *
 * A node is one row of a report: a function, file, line or address, as the view's `shown` says. Each location line gets
 * its node once; samples are summed per distinct stack; edges are only built among the nodes that a report keeps. */
#ifndef CPROF_GRAPH_GRAPH_H
#define CPROF_GRAPH_GRAPH_H

#include "filter/filter.h"
#include "graph/names.h"
#include "graph/paths.h"
#include "graph/types.h"

/* Builds, trims and sorts a graph (pprof.md 6.2-6.6) by the nodecount, nodefraction, edgefraction, sort and
 * drop_negative of `o`. The graph lives in `a` and points into `v`. Cannot fail: an empty view gives an empty graph. */
struct graph *graph_build(struct arena *a, const struct profile *v, const struct filter_units *units,
                          const struct graph_value *value, const struct graph_plan *plan, const struct options *o);

/* The unit in which a report prints all values (pprof.md 7.4); `callgrind` forbids fractions. */
str graph_output_unit(const struct graph *g, const struct graph_value *value, const struct options *o, bool callgrind);

#endif
