/* Work split over threads. The split, and so the result, depends on the number of threads only where the caller's parts
 * do; callers combine parts in order, which keeps output deterministic. */
#ifndef CPROF_BASE_TASK_H
#define CPROF_BASE_TASK_H

#include "base/arena.h"

/* The number of threads that the caller may use; tasks inside of a task divide its share. In all it is $CPROF_THREADS
 * where that is a number from 1 to 64, else the number of cores this program may use, at most TUNING_THREADS_MOST. */
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

/* An ordered queue of pieces: the caller makes the next piece while other threads do those before it. Pieces are made
 * in slots, 0 … n_slots - 1 in turn. */
struct task_queue {
    void (*run)(void *context, int slot);  /* does a piece, on any thread */
    void (*done)(void *context, int slot); /* takes its result, on the caller's thread, in the order of the pieces */
    void *context;
    int n_slots; /* more than twice task_threads() keeps all of them busy */
};
struct task_queue_state;
/* The first piece is to be made in slot 0. Threads are started as they are needed. */
struct task_queue_state *task_queue_start(struct arena *a, struct task_queue queue);
/* Hands over the piece that was made, and returns the next free slot. Where there is none, the caller does pieces until
 * there is. */
int task_queue_push(struct task_queue_state *q);
/* Returns when all pieces are done. */
void task_queue_finish(struct task_queue_state *q);

/* A pipeline of two stages for each of n items, in order: `second` runs behind `first`, on another thread where there
 * is one. */
struct task_pipeline {
    void (*first)(void *context, uint32_t from,
                  uint32_t to); /* items from … to-1; each call begins where the last one ended */
    void (*second)(void *context, uint32_t from, uint32_t to);
    void *context;
    uint32_t n, at_once; /* items, and how many the first stage hands over at a time */
};
void task_pipeline(struct task_pipeline p);

#endif
