/* The two sides of a difference. Samples of a base have negative values, whether they stand beside the others, marked
 * with the label pprof::base (-diff_base), or were subtracted (-base). */
#ifndef CPROF_STACKS_SIDES_H
#define CPROF_STACKS_SIDES_H

#include "profile/profile.h"

enum { SIDE_NEW, SIDE_BASE, SIDES };

bool sides_are_marked(const struct profile *p); /* by the label */
/* True when samples are marked as those of a base, or a value of that type is negative. */
bool sides_are_two(const struct profile *p, uint32_t type);

/* The side that a value belongs to, and its magnitude there (wraps, as sums of values do). */
static inline int sides_of(int64_t value) { return value < 0 ? SIDE_BASE : SIDE_NEW; }
static inline uint64_t sides_magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

/* What percentages of that type's values refer to: the sum of magnitudes, of a marked base alone where it has any;
 * divided by that of the first type where a mean is asked for. See pprof.md, 5.7. */
int64_t sides_total(const struct profile *p, uint32_t type, bool mean);

#endif
