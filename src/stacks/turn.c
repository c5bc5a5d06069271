/* Turns the frames of a stack. */
#include "stacks/turn.h"

#include <string.h>

static uint32_t fold(uint32_t *frame, uint32_t n) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!kept || frame[kept - 1] != frame[i]) frame[kept++] = frame[i];
    return kept;
}

static void reverse(uint32_t *frame, uint32_t n) {
    for (uint32_t i = 0; i < n / 2; i++) {
        uint32_t other = frame[n - 1 - i];
        frame[n - 1 - i] = frame[i];
        frame[i] = other;
    }
}

bool turn_stack(const struct turn *turn, uint32_t *frame, uint32_t *n) {
    if (turn->fold) *n = fold(frame, *n);
    uint32_t at = 0;
    switch (turn->way) {
    case TURN_NONE: return true;
    case TURN_LEAF_FIRST: reverse(frame, *n); return true;
    case TURN_CALLEES:
    case TURN_CALLERS: break;
    }
    while (at < *n && !turn->pivot[frame[at]]) at++;
    if (at == *n) return false;
    if (turn->way == TURN_CALLERS) {
        *n = at + 1;
        reverse(frame, *n);
    } else {
        *n -= at;
        memmove(frame, frame + at, *n * sizeof *frame);
    }
    return true;
}
