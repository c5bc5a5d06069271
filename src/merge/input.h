/* A profile that is being merged: a view in which sample types are dropped and reordered and values scaled, while the
 * profile itself stays as it is. */
#ifndef CPROF_MERGE_INPUT_H
#define CPROF_MERGE_INPUT_H

#include "base/tuning.h"
#include "profile/profile.h"

struct merge_input {
    struct profile view;
    str *unit;       /* of each type. It may be a word of another input, so it has no id in this view */
    str period_unit; /* likewise */
    bool is_base;    /* its samples get the label pprof::base=true */
    bool canonical;  /* by the rules of canonical.h in place of pprof's; the same for all inputs of a merge */
    /* [type] The factors that merge_scale left for the merge, which merge_take_samples multiplies the view's values
     * with. NULL: none. The view still contains the samples that become 0. */
    const double *ratio;
    struct arena *consumed; /* as in struct merge_source */
};

struct merge_input merge_input_of(struct arena *a, const struct profile *p);
/* Reduces all inputs to their common types, in the order of the first one. */
bool merge_unify_types(struct arena *a, struct merge_input *in, uint32_t n, struct err *e);
/* Converts all inputs to the finest units among them. */
bool merge_unify_units(struct arena *a, struct merge_input *in, uint32_t n, struct err *e);
/* Multiplies each value column, rounding; drops samples whose rescaled values are all 0. Columns with ratio 1 are
 * neither rescaled nor counted; if all ratios are 1, nothing happens. The work is deferred to the next scaling or to
 * the merge, which reads the values anyway. */
void merge_scale(struct arena *a, struct merge_input *in, const double *ratio);
/* Of n samples from sample `from` on (n at most TUNING_MERGE_BATCH), takes those that are not dropped (in a canonical
 * merge all): their rows, and
 * their values scaled by in->ratio, at value[type * TUNING_MERGE_BATCH + i]. Returns their number. */
uint32_t merge_take_samples(const struct merge_input *in, uint32_t from, uint32_t n, uint32_t *row, int64_t *value);
/* Scales each column to the total of the base. */
bool merge_normalize(struct arena *a, struct merge_input *in, const struct merge_input *base, struct err *e);
/* Returns true if two profiles have the same types and units; sets the error if not. */
bool merge_check_compatible(const struct merge_input *x, const struct merge_input *y, struct err *e);

#endif
