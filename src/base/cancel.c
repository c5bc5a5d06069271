/* Cancels work that is no longer wanted. */
#include "base/cancel.h"

static _Thread_local struct cancel_work {
    cancel_asked *asked;
    void *context;
} work;

void cancel_set(cancel_asked *asked, void *context) {
    work.asked = asked;
    work.context = context;
}

bool cancel_is_set(void) { return work.asked; }
bool cancel_wanted(void) { return work.asked && work.asked(work.context); }
