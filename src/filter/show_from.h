/* show_from: removes the frames nearer to the root than the first match. */
#ifndef CPROF_FILTER_SHOW_FROM_H
#define CPROF_FILTER_SHOW_FROM_H

#include "profile/profile.h"
#include "regex/regex.h"

/* Returns true if any frame matched. If r is NULL, nothing changes. */
bool filter_show_from(struct arena *a, struct profile *v, const struct regex *r);

#endif
