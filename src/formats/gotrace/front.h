/* The next events of all threads of a Go execution trace, in a heap by time. */
#ifndef CPROF_FORMATS_GOTRACE_FRONT_H
#define CPROF_FORMATS_GOTRACE_FRONT_H

#include "formats/gotrace/order.h"
#include "formats/wire.h"

/* The events of a thread in a generation. */
struct gotrace_cursor {
    uint64_t thread;
    uint32_t batch; /* that is being read; UINT32_MAX: none is left */
    uint32_t last_batch;
    bool has_time; /* of this batch */
    struct wire data;
    struct gotrace_event ev; /* the next one */
};

/* The front: cursors by the time of their next events, a heap. Which of two equal times comes first is as in Go. */
struct gotrace_front {
    struct gotrace_cursor **at;
    uint32_t n;
};

/* Moves cursor i towards the start until no later one is before it. Returns its new index. */
uint32_t gotrace_front_sift_up(struct gotrace_front *f, uint32_t i);
/* Moves cursor i towards the end until no earlier one is behind it. */
void gotrace_front_sift_down(struct gotrace_front *f, uint32_t i);
void gotrace_front_take_out(struct gotrace_front *f, uint32_t i);
/* Sorts all by time; those with equal times keep their order. A sorted array is a heap, too. *steps is reduced by the
 * comparisons; returns false if it is too small. */
bool gotrace_front_sort(struct gotrace_front *f, uint64_t *steps);

#endif
