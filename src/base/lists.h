/* Items listed by a number that those of one list share: functions by file, locations by mapping. */
#ifndef CPROF_BASE_LISTS_H
#define CPROF_BASE_LISTS_H

#include "base/arena.h"

#define LISTS_END UINT32_MAX

/* for (uint32_t i = l.first[number]; i != LISTS_END; i = l.next[i]): items in ascending order */
struct lists {
    uint32_t *first; /* by number: LISTS_END if no item has it */
    uint32_t *next;  /* by item: LISTS_END behind the last one */
};
/* Lists n items, whose numbers are below n_lists or LISTS_END: those are in no list. */
struct lists lists_of(struct arena *a, const uint32_t *number, uint32_t n, uint32_t n_lists);

#endif
