/* Marks of rows: a merge sums rows with equal stacks and labels, and marks keep those of different inputs apart. A mark
 * is a label while profiles are merged, and one number a row afterwards. */
#ifndef CPROF_PROFILE_MARK_H
#define CPROF_PROFILE_MARK_H

#include "profile/profile.h"

/* A view of p, in `a`, in which all rows are marked with `number`. */
struct profile mark_rows(struct arena *a, const struct profile *p, uint32_t number);
/* Removes the marks from p and returns them, one a row, in `a`. Rows that have none of a number below `n` get 0. */
uint32_t *mark_take(struct arena *a, struct profile *p, uint32_t n);

#endif
