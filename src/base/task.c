#include "base/task.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS_MOST = 64, THREADS_DEFAULT_MOST = 16 };

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
    return n > THREADS_DEFAULT_MOST ? THREADS_DEFAULT_MOST : n;
}

int task_threads(void) {
    int n = all_threads() / sharing;
    return n < 1 ? 1 : n;
}

struct work {
    void (*run)(void *context, int part);
    void *context;
    int n_parts;
    int sharing;
    atomic_int next;
};

static void *worker(void *p) {
    struct work *w = p;
    int before = sharing;
    sharing = w->sharing;
    for (int part; (part = atomic_fetch_add(&w->next, 1)) < w->n_parts;) w->run(w->context, part);
    sharing = before;
    return NULL;
}

void task_run(int n_parts, void (*run)(void *context, int part), void *context) {
    struct work w = {.run = run, .context = context, .n_parts = n_parts};
    int threads = n_parts > 1 ? task_threads() : 1;
    if (threads > n_parts) threads = n_parts;
    w.sharing = sharing * threads;
    pthread_t thread[THREADS_MOST];
    int started = 0;
    /* where no thread can be had, this one does all the work */
    while (started < threads - 1 && pthread_create(&thread[started], NULL, worker, &w) == 0) started++;
    worker(&w);
    for (int i = 0; i < started; i++) pthread_join(thread[i], NULL);
}
