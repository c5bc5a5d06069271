/* Cancels work that is no longer wanted. */
#include "base/cancel.h"

static _Thread_local struct cancel_work work;

void cancel_set(cancel_fn *is_cancelled, void *context) {
    work.is_cancelled = is_cancelled;
    work.context = context;
}

struct cancel_work cancel_work(void) {
    return work;
}
bool cancel_is_set(void) { return work.is_cancelled; }
bool cancel_wanted(void) { return work.is_cancelled && work.is_cancelled(work.context); }
