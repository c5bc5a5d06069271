/* show_from: what is nearer to the root than the first match goes. */
#ifndef CPROF_FILTER_SHOW_FROM_H
#define CPROF_FILTER_SHOW_FROM_H

#include "profile/profile.h"
#include "regex/regex.h"

/* Returns whether anything matched. r: NULL filters nothing. */
bool filter_show_from(struct arena *a, struct profile *v, const struct regex *r);

#endif
