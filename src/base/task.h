/* Work split over threads. The split, and so the result, never depends on how many threads there are
 * unless the caller's parts do; callers combine parts in order, which keeps output deterministic. */
#ifndef CPROF_BASE_TASK_H
#define CPROF_BASE_TASK_H

#include "base/arena.h"

/* Threads to use, here and now: work inside a task shares them with the tasks at its side. In all: $CPROF_THREADS when
 * it is a number from 1 to 64, else the cores this program may use, at most 16. */
int task_threads(void);
/* Calls run(context, part) for part 0 … n_parts-1, on up to task_threads() threads; returns when all have. */
void task_run(int n_parts, void (*run)(void *context, int part), void *context);

/* A loop over the items 0 … n-1 whose chunks are taken by whichever worker is free, so who does which is left to
 * chance: workers add up on their own, and what they have must come out the same however it was split. */
struct task_chunks {
    void (*start)(void *context, int worker); /* once on each worker's thread, before its chunks; may be NULL */
    void (*run)(void *context, int worker, uint32_t from, uint32_t to); /* items from … to-1 */
    void *context;
    uint32_t n, at_once; /* a chunk is at_once items; the last one may be shorter */
    int most_workers;    /* they are numbered from 0 */
};
/* Returns, when all is done, how many workers there were: at least one, each of which has started. */
int task_chunks(struct task_chunks todo);

/* Work that comes piece by piece: this thread makes the next piece while others do those before it. A piece is made in
 * a slot, from 0 to n_slots - 1, in turn. */
struct task_line {
    void (*run)(void *context, int slot);  /* does a piece, on any thread */
    void (*done)(void *context, int slot); /* takes what became of it, on this thread, in the pieces' order */
    void *context;
    int n_slots; /* more than twice task_threads() keeps all of them busy */
};
struct task_line_state;
/* Slot 0 is free then. Threads are started as they are needed. */
struct task_line_state *task_line_start(struct arena *a, struct task_line line);
/* Hands over the piece in the slot that was free, and gives the next free one. Where there is none, helps. */
int task_line_next(struct task_line_state *l);
/* Returns when all that was handed over is done. */
void task_line_end(struct task_line_state *l);

/* Two steps for each of n items, in order, the second one on another thread where there is one: it follows the first.
 */
struct task_relay {
    void (*first)(void *context, uint32_t from, uint32_t to); /* items from … to-1; each time where it ended before */
    void (*second)(void *context, uint32_t from, uint32_t to);
    void *context;
    uint32_t n, at_once; /* the first step's items are handed over so many at a time */
};
void task_relay(struct task_relay r);

#endif
