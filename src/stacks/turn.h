/* Turns the frames of a stack before a tree is made of stacks: leaves first, or only the callees or callers of some
 * frames. */
#ifndef CPROF_STACKS_TURN_H
#define CPROF_STACKS_TURN_H

#include <stdbool.h>
#include <stdint.h>

enum turn_way {
    TURN_NONE,
    TURN_LEAF_FIRST, /* the whole stack, from its leaf to its root */
    TURN_CALLEES,    /* from the outermost frame of the pivot to the leaf */
    TURN_CALLERS     /* from that frame to the root */
};

struct turn {
    enum turn_way way;
    bool fold;            /* first makes equal frames that follow each other one */
    const uint8_t *pivot; /* [frame]: 1 for the frames of the pivot; used by callees and callers only */
};

/* Turns a stack, root first, in place. Returns false if it has no frame of the pivot; else *n is the new number of
 * frames. */
bool turn_stack(const struct turn *turn, uint32_t *frame, uint32_t *n);

#endif
