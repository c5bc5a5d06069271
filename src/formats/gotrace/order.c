/* Puts the events of a trace, which come in batches of threads, in their order. */
#include "formats/gotrace/order.h"

enum proc_status { PROC_BAD, PROC_RUNNING, PROC_IDLE, PROC_SYSCALL, PROC_ABANDONED, PROC_STATUSES };
enum { GOROUTINE_STATES = GOTRACE_WAITING + 1 };

int gotrace_n_args(unsigned type) {
    /* from procs' changes on, up to goroutines' status with a stack */
    static const int8_t n[] = {2, 2, 0, 3, 2, 3, 1, 2, 0, 0, 2, 2, 3, 2, 0, 0, 3, 2, 0, 1,
                               2, 1, 1, 1, 2, 1, 1, 0, 1, 1, 1, 4, 2, 3, 3, 4, 2, 2, 3, 4};
    /* spans, objects and stacks of the allocator's experiment */
    static const int8_t experiment[] = {3, 3, 1, 2, 2, 1, 2, 2, 1};
    enum { EXPERIMENT = 128 };
    if (type >= GOTRACE_PROCS_CHANGE && type - GOTRACE_PROCS_CHANGE < sizeof n) return n[type - GOTRACE_PROCS_CHANGE];
    if (type >= EXPERIMENT && type - EXPERIMENT < sizeof experiment) return experiment[type - EXPERIMENT];
    return -1;
}

void gotrace_order_init(struct gotrace_order *o, struct arena *a) {
    *o = (struct gotrace_order){.arena = a};
    o->goroutine_of.arena = o->proc_of.arena = o->thread_of.arena = a;
}

static bool follows(struct gotrace_seq a, struct gotrace_seq b) {
    return a.generation == b.generation && a.n == b.n + 1;
}

/* The goroutine with this ID; NULL: none. */
static struct gotrace_goroutine *find_goroutine(struct gotrace_order *o, uint64_t id) {
    uint32_t i;
    if (id == GOTRACE_NOBODY || !u64map_get(&o->goroutine_of, id, &i)) return NULL;
    return o->goroutines.at[i].state == GOTRACE_NOT_EXIST ? NULL : &o->goroutines.at[i];
}

static void make_goroutine(struct gotrace_order *o, uint64_t id, enum gotrace_state state, uint64_t generation) {
    bool added;
    uint32_t i = u64map_put(&o->goroutine_of, id, (uint32_t)o->goroutines.n, &added);
    if (added) *VEC_PUSH(o->arena, &o->goroutines) = (struct gotrace_goroutine){0};
    o->goroutines.at[i] = (struct gotrace_goroutine){state, {generation, 0}};
}

static struct gotrace_proc *find_proc(struct gotrace_order *o, uint64_t id) {
    uint32_t i;
    return id != GOTRACE_NOBODY && u64map_get(&o->proc_of, id, &i) ? &o->procs.at[i] : NULL;
}

/* The thread with this ID, made where it is new. */
static struct gotrace_thread *find_thread(struct gotrace_order *o, uint64_t id, bool *is_new) {
    uint32_t i = u64map_put(&o->thread_of, id, (uint32_t)o->threads.n, is_new);
    if (*is_new) *VEC_PUSH(o->arena, &o->threads) = (struct gotrace_thread){GOTRACE_NOBODY, GOTRACE_NOBODY};
    return &o->threads.at[i];
}

/* An event while it is taken. */
struct taking {
    struct gotrace_order *o;
    const struct gotrace_event *ev;
    uint64_t thread, generation;
    uint64_t goroutine, proc; /* of the thread; the handlers change them */
    struct gotrace_transition *out;
    int n;
};

/* One event comes out, of no goroutine. */
static enum gotrace_verdict pass(struct taking *t) {
    t->out[t->n++] = (struct gotrace_transition){.goroutine = UINT32_MAX};
    return GOTRACE_IS_NEXT;
}

static enum gotrace_verdict tell(struct taking *t, uint64_t id, enum gotrace_state to, uint64_t reason,
                                 uint64_t stack) {
    uint32_t i;
    if (!u64map_get(&t->o->goroutine_of, id, &i)) return GOTRACE_BROKEN;
    t->out[t->n++] = (struct gotrace_transition){i, to, reason, stack};
    return GOTRACE_IS_NEXT;
}

/* The thread's goroutine, which must be in a state; NULL: it is not. */
static struct gotrace_goroutine *current(struct taking *t, enum gotrace_state state) {
    struct gotrace_goroutine *g = find_goroutine(t->o, t->goroutine);
    return g && g->state == state ? g : NULL;
}

static enum gotrace_verdict take_proc_status(struct taking *t) {
    struct gotrace_order *o = t->o;
    uint64_t id = t->ev->args[0], status = t->ev->args[1];
    struct gotrace_proc *p = find_proc(o, id);
    if (status >= PROC_STATUSES) return GOTRACE_BROKEN;
    if (p) {
        /* an abandoned one that is known to be in a syscall has not lost anything */
        bool is_promoted = status == PROC_ABANDONED && p->status == PROC_SYSCALL;
        if (is_promoted) status = PROC_SYSCALL;
        if (p->status != status) return GOTRACE_BROKEN;
        p->seq = (struct gotrace_seq){t->generation, 0};
        if (is_promoted) return pass(t);
    } else {
        bool added;
        u64map_put(&o->proc_of, id, (uint32_t)o->procs.n, &added);
        *VEC_PUSH(o->arena, &o->procs) = (struct gotrace_proc){(uint8_t)status, {t->generation, 0}};
    }
    if (status == PROC_RUNNING || status == PROC_SYSCALL) t->proc = id;
    return pass(t);
}

static enum gotrace_verdict take_proc_start(struct taking *t) {
    struct gotrace_proc *p = find_proc(t->o, t->ev->args[0]);
    struct gotrace_seq seq = {t->generation, t->ev->args[1]};
    if (!p || p->status != PROC_IDLE || !follows(seq, p->seq) || t->proc != GOTRACE_NOBODY) return GOTRACE_LATER;
    if (t->thread == GOTRACE_NOBODY) return GOTRACE_BROKEN;
    p->status = PROC_RUNNING;
    p->seq = seq;
    t->proc = t->ev->args[0];
    return pass(t);
}

static enum gotrace_verdict take_proc_stop(struct taking *t) {
    struct gotrace_proc *p = find_proc(t->o, t->proc);
    if (!p || (p->status != PROC_RUNNING && p->status != PROC_SYSCALL)) return GOTRACE_BROKEN;
    p->status = PROC_IDLE;
    t->proc = GOTRACE_NOBODY;
    return pass(t);
}

static enum gotrace_verdict take_proc_steal(struct taking *t) {
    uint64_t id = t->ev->args[0], from = t->ev->args[2];
    struct gotrace_proc *p = find_proc(t->o, id);
    struct gotrace_seq seq = {t->generation, t->ev->args[1]};
    if (!p || (p->status != PROC_SYSCALL && p->status != PROC_ABANDONED) || !follows(seq, p->seq)) return GOTRACE_LATER;
    if (t->thread == GOTRACE_NOBODY) return GOTRACE_BROKEN;
    bool was_abandoned = p->status == PROC_ABANDONED;
    p->status = PROC_IDLE;
    p->seq = seq;
    if (was_abandoned) return pass(t);
    uint32_t i;
    bool is_own = from == t->thread, is_known = u64map_get(&t->o->thread_of, from, &i);
    if (!is_known || (is_own ? t->proc : t->o->threads.at[i].proc) != id) return GOTRACE_BROKEN;
    if (is_own)
        t->proc = GOTRACE_NOBODY;
    else
        t->o->threads.at[i].proc = GOTRACE_NOBODY;
    return pass(t);
}

static enum gotrace_verdict take_go_status(struct taking *t) {
    struct gotrace_order *o = t->o;
    uint64_t id = t->ev->args[0], thread = t->ev->args[1], status = t->ev->args[2];
    uint64_t stack = t->ev->type == GOTRACE_GO_STATUS_STACK ? t->ev->args[3] : 0;
    struct gotrace_goroutine *g = find_goroutine(o, id);
    bool is_first = t->generation == o->first_generation;
    if (status == 0 || status >= GOROUTINE_STATES) return GOTRACE_BROKEN;
    if (g && g->state != (enum gotrace_state)status) return GOTRACE_BROKEN;
    if (!g && !is_first) return GOTRACE_BROKEN;
    if (g)
        g->seq = (struct gotrace_seq){t->generation, 0};
    else
        make_goroutine(o, id, (enum gotrace_state)status, t->generation);
    if (status == GOTRACE_RUNNING) t->goroutine = id;
    if (status == GOTRACE_IN_SYSCALL) {
        if (thread == GOTRACE_NOBODY) return GOTRACE_BROKEN;
        if (thread == t->thread) {
            if (!is_first && t->goroutine != id) return GOTRACE_BROKEN;
            t->goroutine = id;
        } else {
            /* it has been in a syscall on a thread that has nothing to write */
            bool is_new;
            struct gotrace_thread *other = find_thread(o, thread, &is_new);
            if (is_new) other->goroutine = id;
            if (other->goroutine != id) return GOTRACE_BROKEN;
        }
    }
    return tell(t, id, (enum gotrace_state)status, 0, stack);
}

static enum gotrace_verdict take_go_create(struct taking *t) {
    uint64_t id = t->ev->args[0];
    bool is_blocked = t->ev->type == GOTRACE_GO_CREATE_BLOCKED;
    enum gotrace_state state = is_blocked ? GOTRACE_WAITING : GOTRACE_RUNNABLE;
    struct gotrace_goroutine *creator = find_goroutine(t->o, t->goroutine);
    if (t->proc == GOTRACE_NOBODY || (creator && creator->state != GOTRACE_RUNNING)) return GOTRACE_BROKEN;
    if (id == GOTRACE_NOBODY || find_goroutine(t->o, id)) return GOTRACE_BROKEN;
    make_goroutine(t->o, id, state, t->generation);
    return tell(t, id, state, 0, t->ev->args[2]); /* the stack of its creator */
}

static enum gotrace_verdict take_go_start(struct taking *t) {
    struct gotrace_goroutine *g = find_goroutine(t->o, t->ev->args[0]);
    struct gotrace_seq seq = {t->generation, t->ev->args[1]};
    if (!g || g->state != GOTRACE_RUNNABLE || !follows(seq, g->seq)) return GOTRACE_LATER;
    if (t->proc == GOTRACE_NOBODY || t->goroutine != GOTRACE_NOBODY) return GOTRACE_BROKEN;
    g->state = GOTRACE_RUNNING;
    g->seq = seq;
    t->goroutine = t->ev->args[0];
    return tell(t, t->goroutine, GOTRACE_RUNNING, 0, 0);
}

/* The running goroutine yields, blocks or ends. */
static enum gotrace_verdict take_go_stop(struct taking *t) {
    struct gotrace_goroutine *g = current(t, GOTRACE_RUNNING);
    uint64_t id = t->goroutine;
    if (!g || t->proc == GOTRACE_NOBODY) return GOTRACE_BROKEN;
    t->goroutine = GOTRACE_NOBODY;
    g->state = t->ev->type == GOTRACE_GO_STOP    ? GOTRACE_RUNNABLE
               : t->ev->type == GOTRACE_GO_BLOCK ? GOTRACE_WAITING
                                                 : GOTRACE_NOT_EXIST;
    bool ends = g->state == GOTRACE_NOT_EXIST;
    return tell(t, id, g->state, ends ? 0 : t->ev->args[0], ends ? 0 : t->ev->args[1]);
}

static enum gotrace_verdict take_go_unblock(struct taking *t) {
    struct gotrace_goroutine *g = find_goroutine(t->o, t->ev->args[0]);
    struct gotrace_seq seq = {t->generation, t->ev->args[1]};
    if (!g || g->state != GOTRACE_WAITING || !follows(seq, g->seq)) return GOTRACE_LATER;
    g->state = GOTRACE_RUNNABLE;
    g->seq = seq;
    return tell(t, t->ev->args[0], GOTRACE_RUNNABLE, 0, t->ev->args[2]);
}

/* A coroutine: the next goroutine is unblocked, the current one blocks or ends, and the next one starts. */
static enum gotrace_verdict take_go_switch(struct taking *t) {
    struct gotrace_goroutine *g = current(t, GOTRACE_RUNNING), *next = find_goroutine(t->o, t->ev->args[0]);
    struct gotrace_seq seq = {t->generation, t->ev->args[1]};
    uint64_t id = t->goroutine;
    if (!g || t->proc == GOTRACE_NOBODY) return GOTRACE_BROKEN;
    if (!next || next->state != GOTRACE_WAITING || !follows(seq, next->seq)) return GOTRACE_LATER;
    g->state = t->ev->type == GOTRACE_GO_SWITCH ? GOTRACE_WAITING : GOTRACE_NOT_EXIST;
    next->state = GOTRACE_RUNNING;
    next->seq = seq;
    t->goroutine = t->ev->args[0];
    tell(t, t->goroutine, GOTRACE_RUNNABLE, 0, 0);
    tell(t, id, g->state, 0, 0);
    return tell(t, t->goroutine, GOTRACE_RUNNING, 0, 0);
}

static enum gotrace_verdict take_syscall_begin(struct taking *t) {
    struct gotrace_goroutine *g = current(t, GOTRACE_RUNNING);
    struct gotrace_proc *p = find_proc(t->o, t->proc);
    struct gotrace_seq seq = {t->generation, t->ev->args[0]};
    if (!g || !p || !follows(seq, p->seq)) return GOTRACE_BROKEN;
    g->state = GOTRACE_IN_SYSCALL;
    p->status = PROC_SYSCALL;
    p->seq = seq;
    return tell(t, t->goroutine, GOTRACE_IN_SYSCALL, 0, t->ev->args[1]);
}

static enum gotrace_verdict take_syscall_end(struct taking *t) {
    struct gotrace_goroutine *g = current(t, GOTRACE_IN_SYSCALL);
    struct gotrace_proc *p = find_proc(t->o, t->proc);
    if (!g || !p || p->status != PROC_SYSCALL) return GOTRACE_BROKEN;
    g->state = GOTRACE_RUNNING;
    p->status = PROC_RUNNING;
    return tell(t, t->goroutine, GOTRACE_RUNNING, 0, 0);
}

/* Not before the processor is taken away, by whom it may be. */
static enum gotrace_verdict take_syscall_end_blocked(struct taking *t) {
    struct gotrace_proc *p = find_proc(t->o, t->proc);
    uint64_t id = t->goroutine;
    if (t->proc != GOTRACE_NOBODY && !p) return GOTRACE_BROKEN;
    if (p && p->status == PROC_SYSCALL) return GOTRACE_LATER;
    struct gotrace_goroutine *g = current(t, GOTRACE_IN_SYSCALL);
    if (!g) return GOTRACE_BROKEN;
    g->state = GOTRACE_RUNNABLE;
    t->goroutine = GOTRACE_NOBODY;
    return tell(t, id, GOTRACE_RUNNABLE, 0, 0);
}

static enum gotrace_verdict take_create_syscall(struct taking *t) {
    uint64_t id = t->ev->args[0];
    if (t->thread == GOTRACE_NOBODY || t->goroutine != GOTRACE_NOBODY || id == GOTRACE_NOBODY) return GOTRACE_BROKEN;
    if (find_goroutine(t->o, id)) return GOTRACE_BROKEN;
    make_goroutine(t->o, id, GOTRACE_IN_SYSCALL, t->generation);
    t->goroutine = id;
    return tell(t, id, GOTRACE_IN_SYSCALL, 0, 0);
}

static enum gotrace_verdict take_destroy_syscall(struct taking *t) {
    struct gotrace_goroutine *g = current(t, GOTRACE_IN_SYSCALL);
    uint64_t id = t->goroutine;
    if (!g) return GOTRACE_BROKEN;
    if (t->proc != GOTRACE_NOBODY) {
        struct gotrace_proc *p = find_proc(t->o, t->proc);
        if (!p || p->status != PROC_SYSCALL) return GOTRACE_BROKEN;
        p->status = PROC_ABANDONED;
        t->proc = GOTRACE_NOBODY;
        pass(t); /* the processor is stolen from itself */
    }
    g->state = GOTRACE_NOT_EXIST;
    t->goroutine = GOTRACE_NOBODY;
    return tell(t, id, GOTRACE_NOT_EXIST, 0, 0);
}

/* Cycles are numbered where they begin, end and are seen at the start of a generation. */
static enum gotrace_verdict take_gc(struct taking *t) {
    struct gotrace_order *o = t->o;
    uint64_t seq = t->ev->args[0];
    bool is_first = t->ev->type == GOTRACE_GC_ACTIVE ? t->generation == o->first_generation
                                                     : t->ev->type == GOTRACE_GC_BEGIN && o->gc == GC_UNKNOWN;
    if (is_first) {
        if (o->gc != GC_UNKNOWN) return GOTRACE_BROKEN;
    } else {
        if (seq != o->gc_seq + 1) return GOTRACE_LATER;
        if ((o->gc == GC_ON) != (t->ev->type != GOTRACE_GC_BEGIN)) return GOTRACE_BROKEN;
    }
    o->gc_seq = seq;
    o->gc = t->ev->type == GOTRACE_GC_END ? GC_OFF : GC_ON;
    return pass(t);
}

static enum gotrace_verdict take(struct taking *t) {
    switch (t->ev->type) {
    case GOTRACE_PROC_START: return take_proc_start(t);
    case GOTRACE_PROC_STOP: return take_proc_stop(t);
    case GOTRACE_PROC_STEAL: return take_proc_steal(t);
    case GOTRACE_PROC_STATUS: return take_proc_status(t);
    case GOTRACE_GO_CREATE:
    case GOTRACE_GO_CREATE_BLOCKED: return take_go_create(t);
    case GOTRACE_GO_CREATE_SYSCALL: return take_create_syscall(t);
    case GOTRACE_GO_START: return take_go_start(t);
    case GOTRACE_GO_DESTROY:
    case GOTRACE_GO_STOP:
    case GOTRACE_GO_BLOCK: return take_go_stop(t);
    case GOTRACE_GO_DESTROY_SYSCALL: return take_destroy_syscall(t);
    case GOTRACE_GO_UNBLOCK: return take_go_unblock(t);
    case GOTRACE_GO_SYSCALL_BEGIN: return take_syscall_begin(t);
    case GOTRACE_GO_SYSCALL_END: return take_syscall_end(t);
    case GOTRACE_GO_SYSCALL_END_BLOCKED: return take_syscall_end_blocked(t);
    case GOTRACE_GO_STATUS:
    case GOTRACE_GO_STATUS_STACK: return take_go_status(t);
    case GOTRACE_GC_ACTIVE:
    case GOTRACE_GC_BEGIN:
    case GOTRACE_GC_END: return take_gc(t);
    case GOTRACE_GO_SWITCH:
    case GOTRACE_GO_SWITCH_DESTROY: return take_go_switch(t);
    default: return pass(t);
    }
}

enum gotrace_verdict gotrace_take(struct gotrace_order *o, const struct gotrace_event *ev, uint64_t thread,
                                  uint64_t generation, struct gotrace_transition *out, int *n) {
    struct taking t = {.o = o, .ev = ev, .thread = thread, .generation = generation, .out = out};
    bool is_new;
    if (!o->first_generation) o->first_generation = generation;
    t.goroutine = t.proc = GOTRACE_NOBODY;
    if (thread != GOTRACE_NOBODY) {
        const struct gotrace_thread *now = find_thread(o, thread, &is_new);
        t.goroutine = now->goroutine;
        t.proc = now->proc;
    }
    enum gotrace_verdict v = take(&t);
    *n = t.n;
    if (v != GOTRACE_IS_NEXT || thread == GOTRACE_NOBODY) return v;
    *find_thread(o, thread, &is_new) = (struct gotrace_thread){t.goroutine, t.proc};
    return v;
}

uint32_t gotrace_goroutine_on(const struct gotrace_order *o, uint64_t thread) {
    uint32_t i, goroutine;
    if (thread == GOTRACE_NOBODY || !u64map_get(&o->thread_of, thread, &i)) return UINT32_MAX;
    uint64_t id = o->threads.at[i].goroutine;
    return id != GOTRACE_NOBODY && u64map_get(&o->goroutine_of, id, &goroutine) ? goroutine : UINT32_MAX;
}
