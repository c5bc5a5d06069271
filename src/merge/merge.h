/* Several profiles into one, and bases subtracted: pprof.md 4. Inputs that are not consumed stay as they are; what
 * several were merged into holds copies of their strings and does not need them any more. */
#ifndef CPROF_MERGE_MERGE_H
#define CPROF_MERGE_MERGE_H

#include "profile/profile.h"

/* Combines n >= 1 profiles as pprof does: common sample types, unified units, then merged (a single one is
 * passed through). Sentences are pprof's ("profiles have empty common sample type list"). */
bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e);

/* A profile to be merged. Where the merge may consume it, `consumed` is its arena, which holds nothing else that is
 * needed later: the result takes columns from there and rewrites them in place, and the rest is released as soon as it
 * was read. NULL: the profile stays as it is. */
struct merge_source {
    const struct profile *profile;
    struct arena *consumed;
};

/* Combines groups of profiles: first those of a group with each other, then the groups one after the other, as pprof
 * does with what it loads. Where groups agree in types and units, what was merged so far is not merged again. */
struct merge_groups {
    struct merger *merger; /* NULL while there are fewer than two profiles */
    struct profile only;   /* then: the one there is, if n is 1 */
    bool only_is_group;    /* and its group is complete */
    uint32_t n;            /* profiles so far */
    uint32_t n_expected;   /* there will be, about; 0: no telling */
    struct arena arena;    /* of merger and only */
    bool in_group;         /* the last part of a group is still to be added */
    struct merge_mark *mark;
    struct arena mark_arena;
};
/* Adds a group of n >= 1. Afterwards they are not needed any more, unless g->n is 1: g->only points into that one, and
 * its arena stays. When it fails, g can only be released. */
bool merge_groups_add(struct merge_groups *g, const struct merge_source *in, uint32_t n, struct err *e);
/* The same for a part of a group, which `is_last` ends: the parts need not be in memory together. False, with nothing
 * consumed of this part, when adding the group at once gives something else, because types or units differ; then g has
 * to be rewound or released. */
bool merge_groups_add_part(struct merge_groups *g, const struct merge_source *in, uint32_t n, bool is_last);
/* Takes back the parts that were added since the last group ended: that group is to be added at once. */
void merge_groups_rewind(struct merge_groups *g);
/* What all groups were combined into, at least one profile; g is as {0} again. */
void merge_groups_finish(struct merge_groups *g, struct arena *a, struct profile *out);
void merge_groups_release(struct merge_groups *g);

enum merge_base_kind { MERGE_BASE, MERGE_DIFF_BASE };
struct merge_difference {
    struct merge_source p, base;
    enum merge_base_kind kind; /* MERGE_DIFF_BASE keeps samples of the base apart, by the label pprof::base=true */
    bool normalize;            /* scale p to the base's totals first */
};
/* p minus base. */
bool merge_base(struct arena *a, const struct merge_difference *d, struct profile *out, struct err *e);

#endif
