/* Sorts stacks by their collapsed text without making that text: the texts of frames are ranked once, and stacks are
 * sorted by their ranks, several per machine word. */
#ifndef CPROF_STACKS_ORDER_H
#define CPROF_STACKS_ORDER_H

#include "graph/graph.h"

struct stackorder {
    /* Ranks start at 1, in the order of texts. A frame at the end of a stack has another rank than the same frame
     * within one, where the ';' that follows is part of its text. */
    const str *text; /* [rank] */
    uint32_t n_ranks;
    unsigned bits, per_word; /* bits of a rank; ranks per word, highest bits first, unused bits 0 */
    /* Item i is stack item[i]; its ranks, root first, are in word[at[i]] … word[at[i+1]-1]. */
    const stack_id *item;
    uint32_t n;
    uint64_t *at;
    uint64_t *word;
    uint64_t *length; /* [item]: bytes of its text */
    uint32_t *order;  /* items sorted by text; equal texts by item */
};

/* Sorts the stacks item[0 … n-1] of the view. The result lives in `a`. */
struct stackorder *stackorder_make(struct arena *a, const struct profile *v, const struct options *o,
                                   const stack_id *item, uint32_t n);
bool stackorder_equal(const struct stackorder *s, uint32_t x, uint32_t y); /* true if both have the same text */
/* Writes the text of an item to `to`, which has room for length[item] bytes. */
void stackorder_text(const struct stackorder *s, uint32_t item, char *to);

#endif
