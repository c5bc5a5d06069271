/* Stacks in the order of their collapsed text, without making that text: frames' texts are ranked once, and
 * stacks are sorted by their ranks, several to a machine word. */
#ifndef CPROF_STACKS_ORDER_H
#define CPROF_STACKS_ORDER_H

#include "graph/graph.h"

struct stackorder {
    /* Ranks count from 1 in the order of texts. A frame that ends a stack ranks differently from the same frame
     * within one, where ';' follows and is part of its text. */
    const str *text; /* [rank] */
    uint32_t n_ranks;
    unsigned bits, per_word; /* of a rank; ranks in a word, highest bits first, the rest 0 */
    /* Item i is stack item[i]; its ranks, root first, are in word[at[i]] … word[at[i+1]-1]. */
    const stack_id *item;
    uint32_t n;
    uint64_t *at;
    uint64_t *word;
    uint64_t *length; /* of its text in bytes */
    uint32_t *order;  /* items sorted by text; equal texts by item */
};

/* For the stacks item[0 … n-1] of the view. Lives in `a`. */
struct stackorder *stackorder_make(struct arena *a, const struct profile *v, const struct options *o,
                                   const stack_id *item, uint32_t n);
bool stackorder_equal(const struct stackorder *s, uint32_t x, uint32_t y); /* the same text? */
/* Writes item's text to `to`, which has room for length[item] bytes. */
void stackorder_text(const struct stackorder *s, uint32_t item, char *to);

#endif
