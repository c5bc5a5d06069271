/* Several profiles into one, and bases subtracted: spec chapter 4. Inputs stay untouched; what several were merged
 * into holds copies of their strings and does not need them any more. */
#ifndef CPROF_PROFILE_MERGE_H
#define CPROF_PROFILE_MERGE_H

#include "profile/profile.h"

/* Combines n >= 1 profiles as pprof does: common sample types, unified units, then merged (a single one is
 * passed through). Sentences are pprof's ("profiles have empty common sample type list"). */
bool merge_profiles(struct arena *a, const struct profile *const *in, uint32_t n, struct profile *out, struct err *e);

enum merge_base_kind { MERGE_BASE, MERGE_DIFF_BASE };
/* p minus base: MERGE_DIFF_BASE keeps base samples apart by the label pprof::base=true; normalize scales p
 * to the base's totals first. */
bool merge_base(struct arena *a, const struct profile *p, const struct profile *base, enum merge_base_kind kind,
                bool normalize, struct profile *out, struct err *e);

#endif
