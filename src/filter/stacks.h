/* Work per distinct stack, and the choice of rows. A sample is only looked at to decide whether its row stays. */
#ifndef CPROF_FILTER_STACKS_H
#define CPROF_FILTER_STACKS_H

#include "profile/profile.h"

/* Calls visit(context, from, to) on ranges that cover all stacks once, on several threads where it pays. */
void filter_visit_stacks(const struct profile *v, void (*visit)(void *context, stack_id from, stack_id to),
                         void *context);
/* Stack by stack, which ones the samples use; NULL: all, as far as is known cheaply. */
const bool *filter_used_stacks(struct arena *a, const struct profile *v);
/* Keeps of each stack s the frames cut[s].from … cut[s].to - 1, counted from the leaf. */
struct filter_cut {
    uint32_t from, to;
};
void filter_cut_stacks(struct arena *a, struct profile *v, const struct filter_cut *cut);
/* Gives the view empty stacks of size[s] frames, `n` of them; whoever calls fills the frames returned. */
loc_id *filter_new_stacks(struct arena *a, struct profile *v, const uint32_t *size, uint32_t n);

/* Drops the samples whose stack has no keep[stack]. */
void filter_keep_stacks(struct arena *a, struct profile *v, const bool *keep);
/* Keeps the samples that pick() picks: it writes the rows of those among samples from … to-1 to `out` and
 * returns how many; called on several threads, once for each part (0 … FILTER_PARTS_MOST - 1). */
enum { FILTER_PARTS_MOST = 64 };
void filter_pick_samples(struct arena *a, struct profile *v,
                         uint32_t (*pick)(void *context, int part, uint32_t from, uint32_t to, uint32_t *out),
                         void *context);

#endif
