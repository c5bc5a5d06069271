/* The cache of results for requests, and the threads that make them. */
#include "serve/results.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cancel.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/task.h"
#include "bytes/gzip.h"

enum {
    KEPT_BYTES = 32 * 1024 * 1024, /* of results that no request uses */
    PACKED_FROM = 1024,            /* shorter bodies are not compressed */
    WAITING_MOST = 128             /* callers per result, more than there are connections */
};

enum entry_state { ENTRY_QUEUED, ENTRY_RUNNING, ENTRY_DONE };

struct results_entry {
    struct result result; /* must be first: a result is its entry */
    str key;
    uint64_t hash;
    enum entry_state state;
    bool listed; /* new callers can find it */
    unsigned n_users;
    size_t size;
    result_maker *make;
    const void *context;
    const atomic_bool *waiting[WAITING_MOST]; /* flags of the callers that wait for it */
    unsigned n_waiting;
    struct arena arena;
    struct sink body;
    struct results *all;
    struct results_entry *next; /* in the list of entries, most recently used first */
};

struct results {
    pthread_mutex_t lock; /* protects all fields below, and entries, except their result and arena while they run */
    pthread_cond_t queued, done;
    struct results_entry *listed;
    struct results_entry *queue[WAITING_MOST];
    unsigned n_queue, n_running;
    bool ending;
    pthread_t *thread;
    int n_threads;
};

static bool nobody_waits(const struct results_entry *x) {
    for (unsigned i = 0; i < x->n_waiting; i++)
        if (!*x->waiting[i]) return false;
    return true;
}

static bool is_cancelled(void *context) {
    struct results_entry *x = context;
    pthread_mutex_lock(&x->all->lock);
    bool cancelled = x->all->ending || nobody_waits(x);
    if (cancelled) x->listed = false; /* new callers start it again */
    pthread_mutex_unlock(&x->all->lock);
    return cancelled;
}

static void free_entry(struct results_entry *x) {
    sink_drop(&x->body);
    arena_release(&x->arena);
    free(x);
}

/* Removes entries from the list that callers should no longer find, or that are too many, and frees those without
 * users. */
static void tidy(struct results *all) {
    size_t kept = 0;
    for (struct results_entry **at = &all->listed; *at;) {
        struct results_entry *x = *at;
        bool stays = x->listed;
        if (x->state == ENTRY_DONE) {
            if (stays && !x->n_users && kept + x->size > KEPT_BYTES) stays = false;
            if (stays) kept += x->size;
        }
        x->listed = stays;
        /* their last user frees entries in use */
        if (stays || x->n_users || x->state != ENTRY_DONE) {
            at = &x->next;
            continue;
        }
        *at = x->next;
        free_entry(x);
    }
}

static void finish(struct results_entry *x) {
    struct result *r = &x->result;
    if (r->status == 200) r->body = sink_bytes(&x->body);
    /* SHA-256 of the whole body would take a third of the time of a flame graph; of its seeded hash it keeps the seed
     * secret */
    uint64_t tag[] = {hash_bytes(r->body.ptr, r->body.len), r->body.len};
    uint8_t digest[SHA256_BYTES];
    sha256((str){(const char *)tag, sizeof tag}, digest);
    for (int i = 0; i < 16; i++) snprintf(r->etag + 2 * i, 3, "%02x", digest[i]);
    if (r->status == 200 && r->body.len >= PACKED_FROM && !gzip_is(r->body)) {
        r->packed = deflate_member(&x->arena, r->body, DEFLATE_FAST);
        if (r->packed.len >= r->body.len) r->packed = STR_EMPTY;
    }
    if (r->packed.len) {
        sink_drop(&x->body);
        r->body = STR_EMPTY;
    }
    x->size = r->body.len + r->packed.len + x->arena.total + sizeof *x;
}

static void run(struct results_entry *x) {
    x->result = (struct result){
        .status = 200, .type = "application/octet-stream", .body = STR_EMPTY, .packed = STR_EMPTY, .notes = STR_EMPTY};
    if (is_cancelled(x)) return;
    cancel_set(is_cancelled, x);
    struct arena scratch = {0};
    x->make(x->context, &scratch, &x->body, &x->result);
    if (!cancel_wanted()) {
        struct result *r = &x->result;
        r->body = str_copy(&x->arena, r->body);
        r->notes = str_copy(&x->arena, r->notes);
        arena_release(&scratch);
        finish(x);
    } else {
        arena_release(&scratch);
    }
    cancel_set(NULL, NULL);
}

static void *work(void *context) {
    struct results *all = context;
    pthread_mutex_lock(&all->lock);
    for (;;) {
        while (!all->n_queue && !all->ending) pthread_cond_wait(&all->queued, &all->lock);
        if (all->ending) break;
        struct results_entry *x = all->queue[0];
        all->n_queue--;
        memmove(all->queue, all->queue + 1, all->n_queue * sizeof *all->queue);
        x->state = ENTRY_RUNNING;
        all->n_running++;
        pthread_mutex_unlock(&all->lock);
        run(x);
        pthread_mutex_lock(&all->lock);
        x->state = ENTRY_DONE;
        all->n_running--;
        if (x->result.status != 200) x->listed = false;
        pthread_cond_broadcast(&all->done);
        tidy(all);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

struct results *results_new(struct arena *a, struct err *e) {
    struct results *all = ARENA_NEW(a, struct results);
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->queued, NULL);
    pthread_cond_init(&all->done, NULL);
    int n = task_threads();
    all->thread = ARENA_ARRAY(a, pthread_t, (size_t)n);
    int errnum = 0;
    while (all->n_threads < n && !(errnum = pthread_create(&all->thread[all->n_threads], NULL, work, all)))
        all->n_threads++;
    if (all->n_threads) return all;
    char text[ERR_SYSTEM_MOST];
    err_set(e, "no thread for the web interface: %s", err_system(errnum, text));
    return NULL;
}

bool results_stop(struct results *all, int most_ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += most_ms % 1000 * 1000000L;
    until.tv_sec += most_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&all->lock);
    all->ending = true;
    pthread_cond_broadcast(&all->queued);
    pthread_cond_broadcast(&all->done);
    while (all->n_running && pthread_cond_timedwait(&all->done, &all->lock, &until) == 0) continue;
    bool ended = all->n_running == 0;
    pthread_mutex_unlock(&all->lock);
    if (!ended) return false;
    for (int i = 0; i < all->n_threads; i++) pthread_join(all->thread[i], NULL);
    return true;
}

void results_free(struct results *all) {
    while (all->listed) {
        struct results_entry *x = all->listed;
        all->listed = x->next;
        free_entry(x);
    }
}

static struct results_entry *find(struct results *all, str key, uint64_t hash) {
    for (struct results_entry **at = &all->listed; *at; at = &(*at)->next) {
        struct results_entry *x = *at;
        if (!x->listed || x->hash != hash || !str_equal(x->key, key)) continue;
        if (x->state != ENTRY_DONE && x->n_waiting == WAITING_MOST) continue;
        *at = x->next; /* moves it to the front */
        x->next = all->listed;
        all->listed = x;
        return x;
    }
    return NULL;
}

static struct results_entry *add(struct results *all, str key, uint64_t hash) {
    if (all->n_queue == WAITING_MOST) return NULL;
    struct results_entry *x = memory_zero(1, sizeof *x);
    sink_to_memory(&x->body);
    x->key = str_copy(&x->arena, key);
    x->hash = hash;
    x->listed = true;
    x->all = all;
    x->next = all->listed;
    all->listed = x;
    all->queue[all->n_queue++] = x;
    pthread_cond_signal(&all->queued);
    return x;
}

const struct result *results_get(struct results *all, str key, const atomic_bool *gone, result_maker *make,
                                 const void *context) {
    uint64_t hash = hash_bytes(key.ptr, key.len);
    pthread_mutex_lock(&all->lock);
    struct results_entry *x = all->ending ? NULL : find(all, key, hash);
    if (!x && !all->ending && (x = add(all, key, hash))) {
        x->make = make;
        x->context = context;
    }
    if (x) {
        x->n_users++;
        if (x->state != ENTRY_DONE) x->waiting[x->n_waiting++] = gone;
        /* the caller whose context is used waits for the end, even if its client has gone */
        while (x->state == ENTRY_RUNNING || (x->state == ENTRY_QUEUED && !all->ending))
            pthread_cond_wait(&all->done, &all->lock);
        if (x->state != ENTRY_DONE || !x->result.etag[0]) {
            x->n_users--;
            x->listed = false;
            tidy(all);
            x = NULL;
        }
    }
    pthread_mutex_unlock(&all->lock);
    return x ? &x->result : NULL;
}

void results_release(struct results *all, const struct result *r) {
    struct results_entry *x = (struct results_entry *)(uintptr_t)r;
    pthread_mutex_lock(&all->lock);
    x->n_users--;
    tidy(all);
    pthread_mutex_unlock(&all->lock);
}

void results_forget(struct results *all) {
    pthread_mutex_lock(&all->lock);
    for (struct results_entry *x = all->listed; x; x = x->next) x->listed = false;
    tidy(all);
    pthread_mutex_unlock(&all->lock);
}
