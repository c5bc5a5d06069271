/* A profile on its way into a merge: a view in which sample types are dropped and reordered and values
 * scaled, while the profile itself stays as it is. */
#ifndef CPROF_MERGE_INPUT_H
#define CPROF_MERGE_INPUT_H

#include "base/tuning.h"
#include "profile/profile.h"

struct merge_input {
    struct profile view;
    str *unit;       /* of each type: may be another input's word, so it has no id in this view */
    str period_unit; /* likewise */
    bool is_base;    /* its samples get the label pprof::base=true */
    /* [type] what merge_scale left for the merge to multiply the view's values with, as merge_take_samples does. NULL:
     * nothing. The view has its samples still that this makes 0. */
    const double *ratio;
    struct arena *consumed; /* as in struct merge_source */
};

struct merge_input merge_input_of(struct arena *a, const struct profile *p);
/* Reduces all to the types they have in common, in the first one's order. */
bool merge_unify_types(struct arena *a, struct merge_input *in, uint32_t n, struct err *e);
/* Brings all to the finest units among them. */
bool merge_unify_units(struct arena *a, struct merge_input *in, uint32_t n, struct err *e);
/* Multiplies each value column, rounding; drops samples whose rescaled values are all 0. A column with ratio 1
 * is neither rescaled nor counted; with all ratios 1 nothing happens. Is not done before another scaling or the merge
 * comes, which does it in passing. */
void merge_scale(struct arena *a, struct merge_input *in, const double *ratio);
/* Of n samples, from sample `from` on, at most TUNING_MERGE_BATCH, those that are not to be left out: their rows, and
 * their values scaled as in->ratio says, value[type * TUNING_MERGE_BATCH + i]. Returns how many there are. */
uint32_t merge_take_samples(const struct merge_input *in, uint32_t from, uint32_t n, uint32_t *row, int64_t *value);
/* Scales each column to the base's total. */
bool merge_normalize(struct arena *a, struct merge_input *in, const struct merge_input *base, struct err *e);
/* Whether two profiles have the same types and units; else says so. */
bool merge_check_compatible(const struct merge_input *x, const struct merge_input *y, struct err *e);

#endif
