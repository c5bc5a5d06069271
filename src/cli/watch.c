#include "cli/watch.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/sink.h"
#include "base/unit.h"
#include "cli/message.h"

/* Loads shorter than this are over before anybody wonders. */
#define PATIENCE_NS INT64_C(500000000)
#define TICK_NS INT64_C(200000000)
enum { STAGES_MOST = 32 };

struct watch {
    bool verbose;
    int64_t started;
    struct stage {
        const char *name;
        int64_t started, ended;
        int64_t peak_bytes; /* of the program, at its end */
    } stage[STAGES_MOST];
    unsigned n_stages;

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t stop;
    pthread_t ticker;
    bool ticking, stopping, shown;
    uint32_t n_sources, n_loaded;
    const char *loading; /* what the loader does, where there is one source */
    uint64_t bytes;      /* and to how many bytes */
};

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t peak_bytes(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

struct watch *watch_new(struct arena *a, bool verbose) {
    bool terminal = isatty(STDERR_FILENO) == 1;
    if (!verbose && !terminal) return NULL;
    struct watch *w = ARENA_NEW(a, struct watch);
    w->verbose = verbose;
    w->started = now_ns();
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return w;
}

/* --- stages ----------------------------------------------------------------------------------------------- */

static void end_stage(struct watch *w) {
    if (w->n_stages == 0 || w->stage[w->n_stages - 1].ended) return;
    w->stage[w->n_stages - 1].ended = now_ns();
    w->stage[w->n_stages - 1].peak_bytes = peak_bytes();
}

void watch_stage(struct watch *w, const char *name) {
    if (!w || !w->verbose) return;
    end_stage(w);
    if (w->n_stages < STAGES_MOST) w->stage[w->n_stages++] = (struct stage){.name = name, .started = now_ns()};
}

static void write_line(struct sink *out, const char *name, int64_t ns, int64_t bytes) {
    struct arena scratch = {0};
    sink_left(out, str_from(name), 14);
    sink_right(out, unit_label(&scratch, ns, STR("ns"), STR("auto")), 10);
    sink_right(out, unit_label(&scratch, bytes, STR("bytes"), STR("auto")), 12);
    sink_char(out, '\n');
    arena_release(&scratch);
}

void watch_print(struct watch *w) {
    if (!w || !w->verbose) return;
    end_stage(w);
    struct sink out;
    sink_to_memory(&out);
    sink_text(&out, "stage               time peak memory\n");
    for (unsigned i = 0; i < w->n_stages; i++)
        write_line(&out, w->stage[i].name, w->stage[i].ended - w->stage[i].started, w->stage[i].peak_bytes);
    write_line(&out, "all", now_ns() - w->started, peak_bytes());
    message_print(sink_bytes(&out));
    struct err ignored = {0};
    sink_close(&out, &ignored);
    err_clear(&ignored);
}

/* --- the line on the terminal ------------------------------------------------------------------------------- */

static void show(struct watch *w) {
    struct arena scratch = {0};
    struct sink out;
    sink_to_fd(&out, STDERR_FILENO);
    str time = unit_label(&scratch, (now_ns() - w->started) / 100000000 * 100000000, STR("ns"), STR("s"));
    sink_text(&out, "\r\033[K");
    if (w->n_sources > 1) {
        sink_printf(&out, "%" PRIu32 " of %" PRIu32 " profiles, %.*s", w->n_loaded, w->n_sources, STR_ARG(time));
    } else {
        str size = unit_label(&scratch, (int64_t)w->bytes, STR("bytes"), STR("auto"));
        sink_printf(&out, "%s%s%.*s, %.*s", w->loading ? w->loading : "loading", w->bytes ? " " : "",
                    STR_ARG(w->bytes ? size : STR_EMPTY), STR_ARG(time));
    }
    struct err ignored = {0};
    sink_close(&out, &ignored);
    err_clear(&ignored);
    arena_release(&scratch);
    w->shown = true;
}

static struct timespec after(int64_t ns) {
    int64_t at = now_ns() + ns;
    return (struct timespec){.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000};
}

static void *tick(void *context) {
    struct watch *w = context;
    pthread_mutex_lock(&w->lock);
    struct timespec next = after(PATIENCE_NS);
    while (!w->stopping) {
        if (pthread_cond_timedwait(&w->stop, &w->lock, &next) == 0) continue;
        show(w);
        next = after(TICK_NS);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

void watch_sources(struct watch *w, uint32_t n) {
    if (!w) return;
    w->n_sources = n;
    w->n_loaded = 0;
    w->loading = NULL;
    if (n > 1) watch_stage(w, "loading");
    w->stopping = w->shown = false;
    w->ticking = isatty(STDERR_FILENO) == 1 && pthread_create(&w->ticker, NULL, tick, w) == 0;
}

void watch_done(struct watch *w) {
    if (!w || !w->ticking) return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->stop);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->ticker, NULL);
    w->ticking = false;
    static const char clear[] = "\r\033[K";
    if (w->shown && write(STDERR_FILENO, clear, sizeof clear - 1) < 0) w->shown = false;
}

static void loader_says(void *context, const char *stage, uint64_t done, uint64_t total) {
    struct watch *w = context;
    pthread_mutex_lock(&w->lock);
    bool decoded = total > 0 && done == total;
    if (decoded)
        w->n_loaded++;
    else if (w->n_sources == 1)
        watch_stage(w, stage);
    w->loading = stage;
    w->bytes = total;
    pthread_mutex_unlock(&w->lock);
}

struct load_watch watch_loader(struct watch *w) {
    return w ? (struct load_watch){loader_says, w} : (struct load_watch){NULL, NULL};
}
