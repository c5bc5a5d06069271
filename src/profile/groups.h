/* Bracketed parts of names. */
#ifndef CPROF_PROFILE_GROUPS_H
#define CPROF_PROFILE_GROUPS_H

#include "base/arena.h"
#include "base/str.h"

/* Removes balanced groups from `s`, as pprof does. An unmatched `end` stops this; groups removed until then stay
 * removed. The result lives in `a`. */
str groups_remove(struct arena *a, str s, char begin, char end);

#endif
