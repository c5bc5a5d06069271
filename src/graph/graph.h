/* A view summed into nodes and edges: pprof.md 6. The door of this room: what others use is declared here and in
 * the three headers below.
 *
 * A node is what one row of a report is about: a function, file, line or address, by the view's `shown`.
 * Node identity is computed once per location line; samples are summed per distinct stack; edges are only
 * built among the nodes a report keeps. */
#ifndef CPROF_GRAPH_GRAPH_H
#define CPROF_GRAPH_GRAPH_H

#include "filter/filter.h"
#include "graph/names.h"
#include "graph/paths.h"
#include "graph/types.h"

/* Builds, trims and sorts (pprof.md 6.2-6.6) by o's nodecount, nodefraction, edgefraction, sort, drop_negative.
 * Lives in `a`; points into `v`. Cannot fail: an empty view gives an empty graph. */
struct graph *graph_build(struct arena *a, const struct profile *v, const struct filter_units *units,
                          const struct graph_value *value, const struct graph_plan *plan, const struct options *o);

/* The unit every value of a report is printed in (pprof.md 7.4); `callgrind` forbids fractions. */
str graph_output_unit(const struct graph *g, const struct graph_value *value, const struct options *o, bool callgrind);

#endif
