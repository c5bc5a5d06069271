/* Sorting by numbers, without comparing them: a tenth of the time of qsort for some ten thousand. */
#ifndef CPROF_BASE_RADIX_H
#define CPROF_BASE_RADIX_H

#include "base/arena.h"

struct radix_item {
    uint64_t key;
    uint32_t value; /* the caller's */
};

/* Sorts n items by ascending key. Items with equal keys keep their order, so that sorting by several keys, the most
 * important one last, sorts by all of them. Scratch memory is taken from `a`. */
void radix_sort(struct arena *a, struct radix_item *item, uint32_t n);

#endif
