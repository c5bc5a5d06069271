/* Merges profiles and subtracts bases: pprof.md 4. Inputs that are not consumed stay as they are. A result of several
 * inputs holds copies of their strings and does not need the inputs afterwards. */
#ifndef CPROF_MERGE_MERGE_H
#define CPROF_MERGE_MERGE_H

#include "profile/profile.h"

/* Merges n >= 1 profiles as pprof does: common sample types, common units, then one table of samples. A single profile
 * is passed through. Called pprof, cprof has pprof's messages ("profiles have empty common sample type list"). */
bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e);

/* The same for one profile, by the rules of canonical.h: equal samples and rows become one, unused rows are left out.
 */
bool merge_compact(struct arena *a, const struct profile *in, struct profile *out, struct err *e);

/* A profile to be merged. `consumed` is its arena if the merge may consume it, else NULL. The arena must hold nothing
 * that is needed later: the result takes columns over and rewrites them in place, and the rest is freed as soon as it
 * was read. */
struct merge_source {
    const struct profile *profile;
    struct arena *consumed;
};

/* Merges groups of profiles as pprof does with the profiles that it loads: first the profiles of a group with each
 * other, then the groups one after the other. While groups have the same types and units, each is added to the profiles
 * merged so far, which are not merged again. */
struct merge_groups {
    struct merger *merger; /* NULL while there are fewer than two profiles */
    struct profile only;   /* the single profile, if merger is NULL and n is 1 */
    bool only_is_group;    /* the group of `only` is complete */
    uint32_t n;            /* number of profiles so far */
    uint32_t n_expected;   /* estimate of the final number; 0: unknown */
    bool canonical;        /* merge by the rules of canonical.h; set before the first profile is added */
    struct arena arena;    /* of merger and only */
    bool in_group;         /* the last part of a group has not been added yet */
    struct merge_mark *mark;
    struct arena mark_arena;
};
/* Adds a group of n >= 1 profiles. Afterwards these are not needed, except if g->n is 1: then g->only points into the
 * single one, whose arena is not freed. After a failure, g can only be released. */
bool merge_groups_add(struct merge_groups *g, const struct merge_source *in, uint32_t n, struct err *e);
/* Adds a part of a group; the last part has is_last. Parts need not be in memory at the same time. Returns false, and
 * consumes nothing of this part, if the types or units differ so that adding the whole group at once gives another
 * result. Then g must be rewound or released. */
bool merge_groups_add_part(struct merge_groups *g, const struct merge_source *in, uint32_t n, bool is_last);
/* Removes the parts since the last complete group, so that this group can be added at once. */
void merge_groups_rewind(struct merge_groups *g);
/* Moves the merged profile of all groups (at least one profile) to `out` and resets g to {0}. */
void merge_groups_finish(struct merge_groups *g, struct arena *a, struct profile *out);
void merge_groups_release(struct merge_groups *g);

enum merge_base_kind { MERGE_BASE, MERGE_DIFF_BASE };
struct merge_difference {
    struct merge_source p, base;
    enum merge_base_kind kind; /* MERGE_DIFF_BASE keeps samples of the base separate, by the label pprof::base=true */
    bool normalize;            /* first scales p to the totals of the base */
};
/* Subtracts the base from p. */
bool merge_base(struct arena *a, const struct merge_difference *d, struct profile *out, struct err *e);

#endif
