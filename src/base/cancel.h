/* Cancels work whose result is no longer wanted: long work checks cancel_wanted between its steps, long loops stop
 * between their chunks (base/task.h), and process_run kills the program that it waits for. */
#ifndef CPROF_BASE_CANCEL_H
#define CPROF_BASE_CANCEL_H

#include <stdbool.h>

/* Returns true if the work should be cancelled, and then always; called on all threads that work for the one that set
 * it, perhaps often. */
typedef bool cancel_fn(void *context);
struct cancel_work {
    cancel_fn *is_cancelled; /* NULL: never cancelled */
    void *context;
};
void cancel_set(cancel_fn *is_cancelled, void *context);
/* Returns the function and the context of this thread. task_chunks sets them on the threads that share its work. */
struct cancel_work cancel_work(void);
bool cancel_is_set(void); /* true if cancel_set gave this thread a function */
bool cancel_wanted(void);

#endif
