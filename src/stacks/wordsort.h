/* Sorts items by keys of 64-bit words, which are computed as they are needed. */
#ifndef CPROF_STACKS_WORDSORT_H
#define CPROF_STACKS_WORDSORT_H

#include <stdbool.h>
#include <stdint.h>

struct wordsort_entry {
    uint64_t word; /* the item's word at the current depth */
    uint32_t item;
};

struct wordsort {
    /* Sets the words of the items at `depth`. If depth > 0, all of them have the same words before; returns false if
     * their keys end there, so that the items are equal. Items whose words are the same must end at the same depth.
     * Several threads may call it at once. */
    bool (*load)(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth);
    const void *context;
};

/* Sorts the items, equal ones by number; only some of them if the work is cancelled meanwhile (base/cancel.h). Takes n
 * * log(n) steps besides those to load each word of each item once. */
void wordsort_sort(const struct wordsort *s, struct wordsort_entry *e, uint32_t n);

#endif
