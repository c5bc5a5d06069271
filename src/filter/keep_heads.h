/* keep_heads: names that keep what they begin with. */
#ifndef CPROF_FILTER_KEEP_HEADS_H
#define CPROF_FILTER_KEEP_HEADS_H

#include "profile/profile.h"

/* Names of C++ and Rust lose all of <…> and (…) when they are loaded, so that <T as Trait>::f becomes ::f. This gives
 * them their heads back, from the system name: <T as Trait>:: at the start of a name, <impl …>:: after a scope, and
 * (anonymous namespace) anywhere. */
void filter_keep_heads(struct arena *a, struct profile *v);

#endif
