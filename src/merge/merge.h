/* Several profiles into one, and bases subtracted: pprof.md 4. Inputs stay untouched; what several were merged
 * into holds copies of their strings and does not need them any more. */
#ifndef CPROF_MERGE_MERGE_H
#define CPROF_MERGE_MERGE_H

#include "profile/profile.h"

/* Combines n >= 1 profiles as pprof does: common sample types, unified units, then merged (a single one is
 * passed through). Sentences are pprof's ("profiles have empty common sample type list"). */
bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e);

/* A profile to be merged. The arena, if there is one, holds nothing that is needed after the profile was read, and is
 * released then: what is merged and what it was merged from are not in memory together. */
struct merge_source {
    const struct profile *profile;
    struct arena *arena;
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
};
/* Adds a group of n >= 1. Afterwards they are not needed any more, unless g->n is 1: g->only points into that one, and
 * its arena stays. When it fails, nothing more can be done with g but to release it. */
bool merge_groups_add(struct merge_groups *g, const struct merge_source *in, uint32_t n, struct err *e);
/* The same for a part of a group, which `is_last` ends: the parts need not be in memory together. False when that gives
 * something else than adding whole groups does, because types or units differ; then nothing more can be done with g but
 * to release it. */
bool merge_groups_add_part(struct merge_groups *g, const struct merge_source *in, uint32_t n, bool is_last);
/* What all groups were combined into, at least one profile; g is as {0} again. */
void merge_groups_finish(struct merge_groups *g, struct arena *a, struct profile *out);
void merge_groups_release(struct merge_groups *g);

enum merge_base_kind { MERGE_BASE, MERGE_DIFF_BASE };
/* p minus base: MERGE_DIFF_BASE keeps base samples apart by the label pprof::base=true; normalize scales p
 * to the base's totals first. */
bool merge_base(struct arena *a, struct merge_source p, struct merge_source base, enum merge_base_kind kind,
                bool normalize, struct profile *out, struct err *e);

#endif
