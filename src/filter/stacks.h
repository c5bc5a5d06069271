/* Work per distinct stack, and the choice of rows. Filters read a sample only to decide whether its row stays. */
#ifndef CPROF_FILTER_STACKS_H
#define CPROF_FILTER_STACKS_H

#include "profile/profile.h"

/* Calls visit(context, from, to) on ranges that cover all stacks once; on several threads if there are enough
 * frames. */
void filter_visit_stacks(const struct profile *v, void (*visit)(void *context, stack_id from, stack_id to),
                         void *context);
/* Per stack: true if a sample uses it. NULL: all stacks may be in use. */
const bool *filter_used_stacks(struct arena *a, const struct profile *v);
/* Keeps the frames cut[s].from … cut[s].to - 1 of each stack s, counted from the leaf. */
struct filter_cut {
    uint32_t from, to;
};
void filter_cut_stacks(struct arena *a, struct profile *v, const struct filter_cut *cut);
/* Replaces the stacks of the view by `n` stacks of size[s] frames. Returns the frames, which the caller has to fill. */
loc_id *filter_new_stacks(struct arena *a, struct profile *v, const uint32_t *size, uint32_t n);

/* Drops the samples whose stack has no keep[stack]. */
void filter_keep_stacks(struct arena *a, struct profile *v, const bool *keep);
/* Keeps the samples that pick() picks. It writes the rows of those among samples from … to-1 to `out` and returns their
 * number. It is called on several threads, once for each part (0 … FILTER_PARTS_MOST - 1). */
enum { FILTER_PARTS_MOST = 64 };
void filter_pick_samples(struct arena *a, struct profile *v,
                         uint32_t (*pick)(void *context, int part, uint32_t from, uint32_t to, uint32_t *out),
                         void *context);

#endif
