/* Work split over threads. The split, and so the result, depends on the number of threads only if the caller's parts
 * do; callers combine parts in order, so that output is deterministic. */
#ifndef CPROF_BASE_TASK_H
#define CPROF_BASE_TASK_H

#include <stdbool.h>

#include "base/arena.h"

/* The number of threads that the caller may use; nested tasks divide their parent's share. The total is $CPROF_THREADS
 * if that is a number from 1 to 64, else the number of cores that this program may use, at most TUNING_THREADS_MOST. */
int task_threads(void);
/* Calls run(context, part) for parts 0 … n_parts-1 on up to task_threads() threads; returns when all are done. */
void task_run(int n_parts, void (*run)(void *context, int part), void *context);

/* A loop over the items 0 … n-1. Any free worker takes the next chunk, so the distribution is random: each worker keeps
 * its own sums, and the combined result must not depend on the distribution. */
struct task_chunks {
    void (*start)(void *context, int worker); /* called once on each worker's thread, before its chunks; may be NULL */
    void (*run)(void *context, int worker, uint32_t from, uint32_t to); /* items from … to-1 */
    void *context;
    uint32_t n, at_once; /* at_once: items per chunk; the last chunk may be shorter */
    int most_workers;    /* workers are numbered from 0 */
    bool stops; /* chunks are left out once the work is cancelled (base/cancel.h): the results may then be incomplete,
                   but must be valid. Else the loop always ends. */
};
/* Runs the loop and returns the number of workers: at least one. All of these were started. */
int task_chunks(struct task_chunks todo);

/* An ordered queue of pieces: the caller makes the next piece while other threads run the earlier ones. Pieces are made
 * in slots, 0 … n_slots - 1 in turn. */
struct task_queue {
    void (*run)(void *context, int slot);  /* runs a piece, on any thread */
    void (*done)(void *context, int slot); /* takes the result of a piece, on the caller's thread, in the order of the
                                              pieces */
    void *context;
    int n_slots; /* more than twice task_threads() keeps all threads busy */
};
struct task_queue_state;
/* Starts a queue; the first piece belongs in slot 0. Threads are started when they are needed. */
struct task_queue_state *task_queue_start(struct arena *a, struct task_queue queue);
/* Queues the piece that was made, and returns the next free slot. While none is free, the caller runs pieces itself. */
int task_queue_push(struct task_queue_state *q);
/* Returns when all pieces are done. */
void task_queue_finish(struct task_queue_state *q);

/* A pipeline of two stages over n items, in order: `second` follows `first`, on another thread if one is free. */
struct task_pipeline {
    void (*first)(void *context, uint32_t from,
                  uint32_t to); /* items from … to-1; each call begins where the last one ended */
    void (*second)(void *context, uint32_t from, uint32_t to);
    void *context;
    uint32_t n, at_once; /* at_once: items that the first stage passes on at a time */
};
void task_pipeline(struct task_pipeline p);

#endif
