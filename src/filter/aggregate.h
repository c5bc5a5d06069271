/* Granularity and noinlines (pprof.md 5.4). */
#ifndef CPROF_FILTER_AGGREGATE_H
#define CPROF_FILTER_AGGREGATE_H

#include "options/options.h"
#include "profile/profile.h"

/* Sets view->shown and, for noinlines, the line ranges. */
void filter_aggregate(struct arena *a, struct profile *view, const struct options *o);

#endif
