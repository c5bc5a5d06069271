/* The unit of each numeric label key (pprof.md 5.6). */
#ifndef CPROF_FILTER_UNITS_H
#define CPROF_FILTER_UNITS_H

#include "profile/profile.h"

/* The unit of each numeric label key (pprof.md 5.6): unit[i] for key[i]. */
struct filter_units {
    const str_id *key;
    const str *unit;
    uint32_t n;
};
/* Over all samples of `p`; conflicts are noted. */
struct filter_units filter_label_units(struct arena *a, const struct profile *p, struct notes *notes);
/* The unit for a key: the table's, or "" when the key is not there. */
str filter_unit_of(const struct filter_units *u, str_id key);

#endif
