/* Multiplies the values of sources and samples by decimal numbers. */
#ifndef CPROF_MERGE_WEIGHTS_H
#define CPROF_MERGE_WEIGHTS_H

#include "profile/profile.h"

/* A weight is a whole number of billionths, from 0 to WEIGHTS_MOST. */
#define WEIGHTS_ONE UINT64_C(1000000000)
#define WEIGHTS_MOST (WEIGHTS_ONE * WEIGHTS_ONE)
#define WEIGHTS_FORM "a number from 0 to 1000000000 with up to 9 decimals"

/* Reads WEIGHTS_FORM: digits, which a point and more digits may follow. */
bool weights_parse(str text, uint64_t *weight);

/* The product, exact but for one rounding: to the nearest whole number, of two equally near ones to the even one. The
 * nearest number of 64 bits where it does not fit. */
int64_t weights_scale(int64_t value, uint64_t weight);

/* Multiplies all values of a view by a weight. */
void weights_of_source(struct arena *a, struct profile *view, uint64_t weight);

/* Multiplies the values of each sample by the first label with this key, a number or a text in WEIGHTS_FORM. Samples
 * without such a label stay. Fails if such a label is not a weight. */
bool weights_of_labels(struct arena *a, struct profile *view, str key, struct err *e);

#endif
