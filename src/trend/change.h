/* The slope and the change points of one series of numbers. */
#ifndef CPROF_TREND_CHANGE_H
#define CPROF_TREND_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Least number of values before, between and after changes: one or two odd values are no new level. */
enum { CHANGE_LEAST = 3 };

/* The least-squares slope of y[0 … n-1] over 0 … n-1; 0 if n < 2. */
double change_slope(const double *y, size_t n);

/* A change of the mean. */
struct change {
    size_t at;            /* the first value of the new level */
    double before, after; /* means of the values between the changes beside it */
    double p;             /* two-sided; corrected for the choice of the place among all, not for other series */
};

/* The most likely change of the mean in y[0 … n-1]. `floor` is the least variance of a value, for values that are
 * estimates themselves. Returns false, with p = 1, if no place can be told from chance at `level`, or n is too small.
 *
 * At each place the mean before and after is compared by the t test with a common variance; the largest |t| is taken,
 * and its probability multiplied by the number of places (Worsley 1979, "On the likelihood ratio test for a shift in
 * location of normal populations"; Bonferroni's inequality bounds it). That test takes a single outlier near an end of
 * a long series for a change, so most values must agree: the medians differ in the same direction, by half of that at
 * least, and the test of Mann & Whitney at the same place reaches 0.2%, unless the values do not overlap at all. */
bool change_find(struct arena *scratch, const double *y, size_t n, double floor, double level, struct change *out);

/* All changes in their order, by binary segmentation (Scott & Knott 1974; Vostrikova 1981): the parts before and after
 * a change are searched like the whole. Returns their number; the array lives in `a`. */
size_t change_find_all(struct arena *a, const double *y, size_t n, double floor, double level, struct change **out);

#endif
