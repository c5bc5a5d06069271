#include "base/task.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/tuning.h"

enum { THREADS_MOST = 64 };

/* How many workers share the threads that this one, a worker, may use. */
static _Thread_local int sharing = 1;

static int all_threads(void) {
    const char *wish = getenv("CPROF_THREADS");
    if (wish && *wish) {
        char *end;
        long n = strtol(wish, &end, 10);
        if (*end == 0 && n >= 1 && n <= THREADS_MOST) return (int)n;
    }
    /* those this program may use; one system call, where sysconf reads a file */
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    int n = CPU_COUNT(&cores);
    return n > TUNING_THREADS_MOST ? TUNING_THREADS_MOST : n;
}

int task_threads(void) {
    int n = all_threads() / sharing;
    return n < 1 ? 1 : n;
}

struct chunked_work {
    struct task_chunks todo;
    int sharing;
    atomic_int n_workers;      /* so far */
    atomic_uint_fast64_t next; /* the first item that no worker has taken; may be past the end */
};

static void *work_on_chunks(void *p) {
    struct chunked_work *w = p;
    const struct task_chunks *todo = &w->todo;
    int worker = atomic_fetch_add(&w->n_workers, 1), before = sharing;
    sharing = w->sharing;
    if (todo->start) todo->start(todo->context, worker);
    for (uint64_t from; (from = atomic_fetch_add(&w->next, todo->at_once)) < todo->n;) {
        uint32_t end = todo->n - from > todo->at_once ? (uint32_t)from + todo->at_once : todo->n;
        todo->run(todo->context, worker, (uint32_t)from, end);
    }
    sharing = before;
    return NULL;
}

int task_chunks(struct task_chunks todo) {
    struct chunked_work w = {.todo = todo};
    int threads = todo.most_workers > 1 ? task_threads() : 1;
    if (threads > todo.most_workers) threads = todo.most_workers;
    w.sharing = sharing * threads;
    pthread_t thread[THREADS_MOST];
    int started = 0;
    /* where no thread can be had, this one does all the work */
    while (started < threads - 1 && pthread_create(&thread[started], NULL, work_on_chunks, &w) == 0) started++;
    work_on_chunks(&w);
    for (int i = 0; i < started; i++) pthread_join(thread[i], NULL);
    return started + 1;
}

struct part_loop {
    void (*run)(void *context, int part);
    void *context;
};

static void run_parts(void *context, int worker, uint32_t from, uint32_t to) {
    const struct part_loop *p = context;
    (void)worker;
    for (uint32_t part = from; part < to; part++) p->run(p->context, (int)part);
}

void task_run(int n_parts, void (*run)(void *context, int part), void *context) {
    struct part_loop p = {run, context};
    task_chunks((struct task_chunks){
        .run = run_parts, .context = &p, .n = (uint32_t)n_parts, .at_once = 1, .most_workers = n_parts});
}

/* --- lines -------------------------------------------------------------------------------------------------------- */

struct task_line_state {
    struct task_line line;
    int sharing;
    int n_threads, most_threads;
    pthread_t thread[THREADS_MOST];
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    uint64_t added, taken, told; /* pieces handed over, begun, and taken by `done` */
    bool *has_run;               /* [slot] */
    bool ending;
};

struct task_line_state *task_line_start(struct arena *a, struct task_line line) {
    struct task_line_state *l = ARENA_NEW(a, struct task_line_state);
    l->line = line;
    l->has_run = ARENA_ZERO(a, bool, (size_t)line.n_slots);
    int threads = task_threads();
    l->sharing = sharing * threads;
    l->most_threads = threads - 1;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    return l;
}

/* Does the next piece that nobody has begun; the lock is given back meanwhile. */
static void run_next(struct task_line_state *l) {
    int slot = (int)(l->taken++ % (uint64_t)l->line.n_slots);
    pthread_mutex_unlock(&l->lock);
    l->line.run(l->line.context, slot);
    pthread_mutex_lock(&l->lock);
    l->has_run[slot] = true;
    pthread_cond_broadcast(&l->changed);
}

static void *line_worker(void *p) {
    struct task_line_state *l = p;
    sharing = l->sharing;
    pthread_mutex_lock(&l->lock);
    for (;;) {
        if (l->taken < l->added)
            run_next(l);
        else if (l->ending)
            break;
        else
            pthread_cond_wait(&l->changed, &l->lock);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

/* Tells of those that are done, in order, until at most so many are left that are not. */
static void tell(struct task_line_state *l, uint64_t most_left) {
    for (;;) {
        int slot = (int)(l->told % (uint64_t)l->line.n_slots);
        if (l->told < l->added && l->has_run[slot]) {
            l->has_run[slot] = false;
            pthread_mutex_unlock(&l->lock);
            l->line.done(l->line.context, slot);
            pthread_mutex_lock(&l->lock);
            l->told++;
        } else if (l->added - l->told <= most_left) {
            return;
        } else if (l->taken < l->added) {
            run_next(l);
        } else {
            pthread_cond_wait(&l->changed, &l->lock);
        }
    }
}

int task_line_next(struct task_line_state *l) {
    pthread_mutex_lock(&l->lock);
    l->added++;
    if (l->n_threads < l->most_threads && pthread_create(&l->thread[l->n_threads], NULL, line_worker, l) == 0)
        l->n_threads++;
    else
        pthread_cond_broadcast(&l->changed);
    tell(l, (uint64_t)l->line.n_slots - 1);
    int next = (int)(l->added % (uint64_t)l->line.n_slots);
    pthread_mutex_unlock(&l->lock);
    return next;
}

void task_line_end(struct task_line_state *l) {
    pthread_mutex_lock(&l->lock);
    tell(l, 0);
    l->ending = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    for (int i = 0; i < l->n_threads; i++) pthread_join(l->thread[i], NULL);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
}

/* --- relays ------------------------------------------------------------------------------------------------------- */

struct relay_state {
    struct task_relay relay;
    int sharing;
    pthread_mutex_t lock; /* of n_done */
    pthread_cond_t changed;
    uint32_t n_done; /* by the first step */
};

static void *follow(void *p) {
    struct relay_state *r = p;
    sharing = r->sharing;
    for (uint32_t from = 0, to; from < r->relay.n; from = to) {
        pthread_mutex_lock(&r->lock);
        while (r->n_done == from) pthread_cond_wait(&r->changed, &r->lock);
        to = r->n_done;
        pthread_mutex_unlock(&r->lock);
        r->relay.second(r->relay.context, from, to);
    }
    return NULL;
}

static uint32_t next_end(const struct task_relay *r, uint32_t from) {
    return r->n - from > r->at_once ? from + r->at_once : r->n;
}

static void relay_here(const struct task_relay *r) {
    for (uint32_t from = 0, to; from < r->n; from = to) {
        to = next_end(r, from);
        r->first(r->context, from, to);
        r->second(r->context, from, to);
    }
}

void task_relay(struct task_relay r) {
    struct relay_state state = {.relay = r, .sharing = sharing * 2};
    pthread_t follower;
    pthread_mutex_init(&state.lock, NULL);
    pthread_cond_init(&state.changed, NULL);
    if (r.n > r.at_once && task_threads() > 1 && pthread_create(&follower, NULL, follow, &state) == 0) {
        int before = sharing;
        sharing = state.sharing;
        for (uint32_t from = 0, to; from < r.n; from = to) {
            to = next_end(&r, from);
            r.first(r.context, from, to);
            pthread_mutex_lock(&state.lock);
            state.n_done = to;
            pthread_cond_signal(&state.changed);
            pthread_mutex_unlock(&state.lock);
        }
        pthread_join(follower, NULL);
        sharing = before;
    } else {
        relay_here(&r);
    }
    pthread_cond_destroy(&state.changed);
    pthread_mutex_destroy(&state.lock);
}
