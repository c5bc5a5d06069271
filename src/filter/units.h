/* The unit of each numeric label key (pprof.md 5.6). */
#ifndef CPROF_FILTER_UNITS_H
#define CPROF_FILTER_UNITS_H

#include "profile/profile.h"

struct filter_units {
    const str_id *key;
    const str *unit;
    uint32_t n;
};
/* Finds the units over all samples of `p`, and notes conflicts. */
struct filter_units filter_label_units(struct arena *a, const struct profile *p, struct notes *notes);
/* The unit of a key in the table, or "" if the table has no such key. */
str filter_unit_of(const struct filter_units *u, str_id key);

#endif
