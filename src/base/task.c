/* Threads: their number, chunked loops, ordered queues and pipelines of two. */
#include "base/task.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cancel.h"
#include "base/tuning.h"

enum { THREADS_MOST = 64 };

/* The number of workers among which this worker's threads are divided. */
static _Thread_local int sharing = 1;

static int all_threads(void) {
    const char *wish = getenv("CPROF_THREADS");
    if (wish && *wish) {
        char *end;
        long n = strtol(wish, &end, 10);
        if (*end == 0 && n >= 1 && n <= THREADS_MOST) return (int)n;
    }
    /* the cores that this program may use; one system call, whereas sysconf reads a file */
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
    struct cancel_work cancel; /* of the thread that started the loop */
    int sharing;
    atomic_int n_workers;      /* started so far */
    atomic_uint_fast64_t next; /* the first item that no worker has taken; may exceed the end */
};

static void *work_on_chunks(void *p) {
    struct chunked_work *w = p;
    const struct task_chunks *todo = &w->todo;
    int worker = atomic_fetch_add(&w->n_workers, 1), before = sharing;
    sharing = w->sharing;
    cancel_set(w->cancel.is_cancelled, w->cancel.context);
    if (todo->start) todo->start(todo->context, worker);
    for (uint64_t from; (from = atomic_fetch_add(&w->next, todo->at_once)) < todo->n;) {
        if (todo->stops && cancel_wanted()) break;
        uint32_t end = todo->n - from > todo->at_once ? (uint32_t)from + todo->at_once : todo->n;
        todo->run(todo->context, worker, (uint32_t)from, end);
    }
    sharing = before;
    return NULL;
}

int task_chunks(struct task_chunks todo) {
    struct chunked_work w = {.todo = todo, .cancel = cancel_work()};
    int threads = todo.most_workers > 1 ? task_threads() : 1;
    if (threads > todo.most_workers) threads = todo.most_workers;
    w.sharing = sharing * threads;
    pthread_t thread[THREADS_MOST];
    int started = 0;
    /* if no thread can be started, this one does all the work */
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

struct task_queue_state {
    struct task_queue queue;
    int sharing;
    int n_threads, most_threads;
    pthread_t thread[THREADS_MOST];
    pthread_mutex_t lock; /* protects all fields below */
    pthread_cond_t changed;
    uint64_t added, taken, delivered; /* numbers of pieces pushed, started, and delivered to `done` */
    bool *has_run;                    /* [slot] */
    bool ending;
};

struct task_queue_state *task_queue_start(struct arena *a, struct task_queue queue) {
    struct task_queue_state *q = ARENA_NEW(a, struct task_queue_state);
    q->queue = queue;
    q->has_run = ARENA_ZERO(a, bool, (size_t)queue.n_slots);
    int threads = task_threads();
    q->sharing = sharing * threads;
    q->most_threads = threads - 1;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    return q;
}

/* Runs the next piece that no thread has started, without holding the lock. */
static void run_next(struct task_queue_state *q) {
    int slot = (int)(q->taken++ % (uint64_t)q->queue.n_slots);
    pthread_mutex_unlock(&q->lock);
    q->queue.run(q->queue.context, slot);
    pthread_mutex_lock(&q->lock);
    q->has_run[slot] = true;
    pthread_cond_broadcast(&q->changed);
}

static void *queue_worker(void *p) {
    struct task_queue_state *q = p;
    sharing = q->sharing;
    pthread_mutex_lock(&q->lock);
    for (;;) {
        if (q->taken < q->added)
            run_next(q);
        else if (q->ending)
            break;
        else
            pthread_cond_wait(&q->changed, &q->lock);
    }
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* Delivers finished pieces to `done`, in order, until at most most_left pieces remain. */
static void deliver(struct task_queue_state *q, uint64_t most_left) {
    for (;;) {
        int slot = (int)(q->delivered % (uint64_t)q->queue.n_slots);
        if (q->delivered < q->added && q->has_run[slot]) {
            q->has_run[slot] = false;
            pthread_mutex_unlock(&q->lock);
            q->queue.done(q->queue.context, slot);
            pthread_mutex_lock(&q->lock);
            q->delivered++;
        } else if (q->added - q->delivered <= most_left) {
            return;
        } else if (q->taken < q->added) {
            run_next(q);
        } else {
            pthread_cond_wait(&q->changed, &q->lock);
        }
    }
}

int task_queue_push(struct task_queue_state *q) {
    pthread_mutex_lock(&q->lock);
    q->added++;
    if (q->n_threads < q->most_threads && pthread_create(&q->thread[q->n_threads], NULL, queue_worker, q) == 0)
        q->n_threads++;
    else
        pthread_cond_broadcast(&q->changed);
    deliver(q, (uint64_t)q->queue.n_slots - 1);
    int next = (int)(q->added % (uint64_t)q->queue.n_slots);
    pthread_mutex_unlock(&q->lock);
    return next;
}

void task_queue_finish(struct task_queue_state *q) {
    pthread_mutex_lock(&q->lock);
    deliver(q, 0);
    q->ending = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < q->n_threads; i++) pthread_join(q->thread[i], NULL);
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
}

struct pipeline_state {
    struct task_pipeline stages;
    int sharing;
    pthread_mutex_t lock; /* protects n_done */
    pthread_cond_t changed;
    uint32_t n_done; /* items that the first stage has finished */
};

static void *follow(void *p) {
    struct pipeline_state *r = p;
    sharing = r->sharing;
    for (uint32_t from = 0, to; from < r->stages.n; from = to) {
        pthread_mutex_lock(&r->lock);
        while (r->n_done == from) pthread_cond_wait(&r->changed, &r->lock);
        to = r->n_done;
        pthread_mutex_unlock(&r->lock);
        r->stages.second(r->stages.context, from, to);
    }
    return NULL;
}

static uint32_t next_end(const struct task_pipeline *r, uint32_t from) {
    return r->n - from > r->at_once ? from + r->at_once : r->n;
}

static void run_both_here(const struct task_pipeline *r) {
    for (uint32_t from = 0, to; from < r->n; from = to) {
        to = next_end(r, from);
        r->first(r->context, from, to);
        r->second(r->context, from, to);
    }
}

void task_pipeline(struct task_pipeline r) {
    struct pipeline_state state = {.stages = r, .sharing = sharing * 2};
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
        run_both_here(&r);
    }
    pthread_cond_destroy(&state.changed);
    pthread_mutex_destroy(&state.lock);
}
