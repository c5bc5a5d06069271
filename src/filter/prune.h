/* prune_from, drop_frames and keep_frames: remove the frames nearer to the leaf than a match. */
#ifndef CPROF_FILTER_PRUNE_H
#define CPROF_FILTER_PRUNE_H

#include "profile/profile.h"
#include "regex/regex.h"

/* Applies the profile's drop_frames and keep_frames, once after loading (pprof.md 3.8). Returns false, and changes
 * nothing, if they take too long to match. */
bool filter_drop_frames(struct arena *a, struct profile *view, struct err *e);
/* If r is NULL, nothing changes. */
void filter_prune_from(struct arena *a, struct profile *v, const struct regex *r);
/* A function name without the parts that hide it from a pattern: a leading '.', and all from the first '(' that is not
 * part of "(anonymous namespace)" or "operator()". */
str filter_simple_name(str name);

#endif
