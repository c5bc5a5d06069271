/* The labels of a sample as text: one line per key with all its values, sorted by whole lines, string labels before
 * numeric ones. traces and raw have different formats. */
#ifndef CPROF_REPORT_ROWLABELS_H
#define CPROF_REPORT_ROWLABELS_H

#include "base/sink.h"
#include "filter/filter.h"
#include "profile/profile.h"

enum rowlabels_style {
    ROWLABELS_TRACES, /* "       key:  v1 v2\n"; numbers are scaled from the key's unit */
    ROWLABELS_RAW     /* "                key:[v1 v2] key2:[v]\n"; numbers are not scaled */
};

struct rowlabels;
/* Lives in `a`. Several threads may use it. */
struct rowlabels *rowlabels_make(struct arena *a, const struct profile *view, const struct filter_units *units,
                                 enum rowlabels_style style);
void rowlabels_write(const struct rowlabels *l, struct arena *scratch, uint32_t row, struct sink *out);
uint64_t rowlabels_size(const struct rowlabels *l, uint32_t row); /* an upper bound of the bytes that rowlabels_write
                                                                     writes */

#endif
