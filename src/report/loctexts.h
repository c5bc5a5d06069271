/* Texts of locations for reports of samples: samples are many and locations few, so a text is made once. */
#ifndef CPROF_REPORT_LOCTEXTS_H
#define CPROF_REPORT_LOCTEXTS_H

#include "base/arena.h"
#include "base/sink.h"
#include "profile/profile.h"

/* Writes one location. `scratch` is rewound afterwards. */
typedef void loctexts_write_fn(const void *context, struct arena *scratch, loc_id loc, struct sink *out);

/* The texts of locations 0 … n-1, indexed by location, in `a`. TUNING_LOCTEXTS_KEPT bytes are kept; ptr is NULL for the
 * locations after that, whose texts must be made each time. */
str *loctexts_make(struct arena *a, uint32_t n, loctexts_write_fn *write, const void *context);

#endif
