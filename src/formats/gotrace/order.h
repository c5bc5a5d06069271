/* The order of the events of a Go execution trace. Every thread writes its events in their order; clocks of threads
 * disagree, so that events of different threads are ordered by what the scheduler can have done: each goroutine and
 * processor has a state, and sequence numbers where its events come from different threads. */
#ifndef CPROF_FORMATS_GOTRACE_ORDER_H
#define CPROF_FORMATS_GOTRACE_ORDER_H

#include "base/hash.h"

/* Types of events, as in the file. */
enum gotrace_type {
    GOTRACE_BATCH = 1,
    GOTRACE_STACKS,
    GOTRACE_STACK,
    GOTRACE_STRINGS,
    GOTRACE_STRING,
    GOTRACE_CPU_SAMPLES,
    GOTRACE_CPU_SAMPLE,
    GOTRACE_FREQUENCY,
    GOTRACE_PROCS_CHANGE,
    GOTRACE_PROC_START,
    GOTRACE_PROC_STOP,
    GOTRACE_PROC_STEAL,
    GOTRACE_PROC_STATUS,
    GOTRACE_GO_CREATE,
    GOTRACE_GO_CREATE_SYSCALL,
    GOTRACE_GO_START,
    GOTRACE_GO_DESTROY,
    GOTRACE_GO_DESTROY_SYSCALL,
    GOTRACE_GO_STOP,
    GOTRACE_GO_BLOCK,
    GOTRACE_GO_UNBLOCK,
    GOTRACE_GO_SYSCALL_BEGIN,
    GOTRACE_GO_SYSCALL_END,
    GOTRACE_GO_SYSCALL_END_BLOCKED,
    GOTRACE_GO_STATUS,
    GOTRACE_STW_BEGIN,
    GOTRACE_STW_END,
    GOTRACE_GC_ACTIVE,
    GOTRACE_GC_BEGIN,
    GOTRACE_GC_END,
    GOTRACE_USER_TASK_BEGIN = 40,
    GOTRACE_USER_TASK_END,
    GOTRACE_USER_REGION_BEGIN,
    GOTRACE_USER_REGION_END,
    GOTRACE_GO_SWITCH = 45,
    GOTRACE_GO_SWITCH_DESTROY,
    GOTRACE_GO_CREATE_BLOCKED,
    GOTRACE_GO_STATUS_STACK,
    GOTRACE_EXPERIMENTAL_BATCH,
    GOTRACE_SYNC,
    GOTRACE_CLOCK_SNAPSHOT,
    GOTRACE_END_OF_GENERATION,
    GOTRACE_TYPES = 256
};

enum { GOTRACE_ARGS_MOST = 4 };

struct gotrace_event {
    uint8_t type;
    int64_t time; /* nanoseconds */
    uint64_t args[GOTRACE_ARGS_MOST];
};

/* How many numbers follow the type and the time of an event; -1: there is no such event on a thread. */
int gotrace_n_args(unsigned type);

enum gotrace_state { GOTRACE_NOT_EXIST, GOTRACE_RUNNABLE, GOTRACE_RUNNING, GOTRACE_IN_SYSCALL, GOTRACE_WAITING };

/* A goroutine enters a state. `goroutine` is a number of its own, dense; reason and stack are those of the event, in
 * the tables of its generation, 0: none. */
struct gotrace_transition {
    uint32_t goroutine;
    enum gotrace_state to;
    uint64_t reason, stack;
};

#define GOTRACE_NOBODY UINT64_MAX /* no goroutine, no processor; the thread of what no thread wrote */

struct gotrace_seq {
    uint64_t generation, n;
};

struct gotrace_goroutine {
    enum gotrace_state state;
    struct gotrace_seq seq;
};

struct gotrace_proc {
    uint8_t status;
    struct gotrace_seq seq;
};

struct gotrace_thread {
    uint64_t goroutine, proc; /* IDs of what runs on it */
};

struct gotrace_order {
    struct arena *arena;
    struct u64map goroutine_of, proc_of, thread_of;
    VEC(struct gotrace_goroutine) goroutines;
    VEC(struct gotrace_proc) procs;
    VEC(struct gotrace_thread) threads;
    uint64_t first_generation;
    uint64_t gc_seq;
    enum { GC_UNKNOWN, GC_OFF, GC_ON } gc;
};

void gotrace_order_init(struct gotrace_order *o, struct arena *a);

enum gotrace_verdict {
    GOTRACE_LATER,   /* not yet: events of other threads come first */
    GOTRACE_IS_NEXT, /* it was taken */
    GOTRACE_BROKEN   /* it makes no sense */
};
/* Tries to take an event of `thread`. *n events are made of it, up to GOTRACE_EVENTS_MOST; out[i].goroutine is
 * UINT32_MAX where that is no transition of a goroutine. */
enum { GOTRACE_EVENTS_MOST = 3 };
enum gotrace_verdict gotrace_take(struct gotrace_order *o, const struct gotrace_event *ev, uint64_t thread,
                                  uint64_t generation, struct gotrace_transition *out, int *n);

/* The number of the goroutine that runs on a thread, as in a transition; UINT32_MAX: none. */
uint32_t gotrace_goroutine_on(const struct gotrace_order *o, uint64_t thread);

#endif
