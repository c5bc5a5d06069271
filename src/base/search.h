/* Binary search. There is no search.c: all of it is inline. */
#ifndef CPROF_BASE_SEARCH_H
#define CPROF_BASE_SEARCH_H

#include <stdint.h>

/* The index in [low, high) of the first number that is not less than `value`; `high` if all are less. The numbers of
 * that range ascend. */
static inline uint32_t search_u64(const uint64_t *number, uint32_t low, uint32_t high, uint64_t value) {
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (number[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
