/* prune_from, drop_frames and keep_frames: what is nearer to the leaf than a match goes. */
#ifndef CPROF_FILTER_PRUNE_H
#define CPROF_FILTER_PRUNE_H

#include "profile/profile.h"
#include "regex/regex.h"

/* drop_frames/keep_frames, once after loading (pprof.md 3.8). */
void filter_drop_frames(struct arena *a, struct profile *view);
/* r: NULL filters nothing. */
void filter_prune_from(struct arena *a, struct profile *v, const struct regex *r);
/* A function name without what hides it from a pattern: a leading '.', and all from the first '(' that is
 * not part of "(anonymous namespace)" or "operator()". */
str filter_simple_name(str name);

#endif
