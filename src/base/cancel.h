/* Work that nobody waits for any more stops early: a long piece of work looks here between its steps, and a program
 * that it waits for is killed. */
#ifndef CPROF_BASE_CANCEL_H
#define CPROF_BASE_CANCEL_H

#include <stdbool.h>

/* Says whether this thread's work is still wanted; called on this thread, perhaps often. NULL: it always is. */
typedef bool cancel_asked(void *context);
void cancel_set(cancel_asked *asked, void *context);
bool cancel_is_set(void); /* may this thread's work be cancelled at all? */
bool cancel_wanted(void);

#endif
