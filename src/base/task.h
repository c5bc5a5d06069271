/* Work split over threads. The split, and so the result, never depends on how many threads there are
 * unless the caller's parts do; callers combine parts in order, which keeps output deterministic. */
#ifndef CPROF_BASE_TASK_H
#define CPROF_BASE_TASK_H

/* Threads to use, here and now: work inside a task shares them with the tasks at its side. In all: $CPROF_THREADS when
 * it is a number from 1 to 64, else the cores this program may use, at most 16. */
int task_threads(void);
/* Calls run(context, part) for part 0 … n_parts-1, on up to task_threads() threads; returns when all have. */
void task_run(int n_parts, void (*run)(void *context, int part), void *context);

#endif
