/* Cancels work whose result is no longer wanted: long work checks cancel_wanted between its steps, and process_run
 * kills the program that it waits for. */
#ifndef CPROF_BASE_CANCEL_H
#define CPROF_BASE_CANCEL_H

#include <stdbool.h>

/* Returns true if this thread's work should be cancelled; called on this thread, perhaps often. NULL: never cancelled.
 */
typedef bool cancel_fn(void *context);
void cancel_set(cancel_fn *is_cancelled, void *context);
bool cancel_is_set(void); /* true if cancel_set gave this thread a function */
bool cancel_wanted(void);

#endif
