/* The two sides of a difference. Samples of a base have negative values, whether they are kept as samples with the
 * label pprof::base (-diff_base) or were subtracted (-base). */
#ifndef CPROF_STACKS_SIDES_H
#define CPROF_STACKS_SIDES_H

#include "profile/profile.h"

enum { SIDE_NEW, SIDE_BASE, SIDES };

bool sides_are_marked(const struct profile *p); /* true if samples have the label */
/* Returns true if samples are marked as those of a base, or if a value of that type is negative. */
bool sides_are_two(const struct profile *p, uint32_t type);

/* [row]: true if the sample is marked as one of a base. */
const bool *sides_of_rows(struct arena *a, const struct profile *p);

/* The side of a value, and its magnitude there, which wraps as sums of values do. */
static inline int sides_of(int64_t value) { return value < 0 ? SIDE_BASE : SIDE_NEW; }
static inline uint64_t sides_magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

/* The total to which percentages of that type's values refer: the sum of magnitudes, over a marked base alone if it has
 * any; divided by the sum of the first type if `mean`. See pprof.md, 5.7. */
int64_t sides_total(const struct profile *p, uint32_t type, bool mean);

#endif
