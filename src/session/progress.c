/* The progress line on a terminal, and the table of stages. */
#include "session/progress.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "go/unit.h"
#include "out/message.h"

/* Shorter loads show no progress line. */
#define SILENT_NS INT64_C(500000000)
#define TICK_NS INT64_C(200000000)
#define RATE_FROM_S 0.5
enum { STAGES_MOST = 16 };

struct progress {
    bool verbose;
    int64_t started;
    int64_t load_since; /* the last load has begun */
    struct stage {
        const char *name;
        int64_t ns;
        int64_t peak_bytes; /* of the program, at the end of the stage */
    } stage[STAGES_MOST];
    unsigned n_stages;
    struct stage *current; /* NULL before the first */
    int64_t current_since;

    pthread_mutex_t lock; /* protects all fields below, and the stages */
    pthread_cond_t stop;
    pthread_t ticker;
    bool ticking, stopping, shown;
    const char *doing;
    uint32_t n_sources, n_loaded, n_known; /* n_known: sources whose size is known */
    uint64_t done, total;                  /* bytes that were read, and of the sources with known sizes */
    int64_t stage_since;
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

struct progress *progress_new(struct arena *a, bool verbose) {
    bool terminal = isatty(STDERR_FILENO) == 1;
    if (!verbose && !terminal) return NULL;
    struct progress *w = ARENA_NEW(a, struct progress);
    w->verbose = verbose;
    w->started = w->load_since = now_ns();
    w->doing = "loading";
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return w;
}

void progress_again(struct progress *w) {
    if (!w) return;
    w->load_since = now_ns();
    w->doing = "loading";
}

static void end_stage(struct progress *w) {
    if (!w->current) return;
    w->current->ns += now_ns() - w->current_since;
    w->current->peak_bytes = peak_bytes();
    w->current = NULL;
}

static struct stage *find_stage(struct progress *w, const char *name) {
    for (unsigned i = 0; i < w->n_stages; i++)
        if (strcmp(w->stage[i].name, name) == 0) return &w->stage[i];
    assert(w->n_stages < STAGES_MOST);
    w->stage[w->n_stages] = (struct stage){.name = name};
    return &w->stage[w->n_stages++];
}

static void begin_stage(struct progress *w, const char *name) {
    w->doing = name;
    if (!w->verbose || (w->current && strcmp(w->current->name, name) == 0)) return;
    end_stage(w);
    w->current = find_stage(w, name);
    w->current_since = now_ns();
}

void progress_stage(struct progress *w, const char *name) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    begin_stage(w, name);
    w->n_known = 0;
    w->stage_since = now_ns();
    w->done = w->total = 0;
    pthread_mutex_unlock(&w->lock);
}

static void write_line(struct sink *out, const char *name, int64_t ns, int64_t bytes) {
    struct arena scratch = {0};
    sink_left(out, str_from(name), 16);
    sink_right(out, unit_label(&scratch, ns, STR("ns"), STR("auto")), 10);
    sink_right(out, unit_label(&scratch, bytes, STR("bytes"), STR("auto")), 12);
    sink_char(out, '\n');
    arena_release(&scratch);
}

void progress_print(struct progress *w) {
    if (!w || !w->verbose) return;
    end_stage(w);
    struct sink out;
    sink_to_memory(&out);
    sink_text(&out, "stage                 time peak memory\n");
    for (unsigned i = 0; i < w->n_stages; i++)
        write_line(&out, w->stage[i].name, w->stage[i].ns, w->stage[i].peak_bytes);
    write_line(&out, "all", now_ns() - w->started, peak_bytes());
    message_lines(sink_bytes(&out));
    sink_drop(&out);
}

/* "45% of 47.8MB", or less if less is known. */
static void write_amount(struct progress *w, struct arena *scratch, struct sink *out) {
    const char *separator = w->n_sources > 1 ? ", " : " ";
    if (w->done && w->n_known < w->n_sources) {
        sink_str(out, str_from(separator));
        sink_str(out, unit_label(scratch, (int64_t)w->done, STR("bytes"), STR("auto")));
    }
    if (w->total == 0 || w->n_known < w->n_sources) return;
    str size = unit_label(scratch, (int64_t)w->total, STR("bytes"), STR("auto"));
    if (w->done)
        sink_printf(out, "%s%d%% of %.*s", separator, (int)((double)w->done / (double)w->total * 100), STR_ARG(size));
    else
        sink_printf(out, "%s%.*s", separator, STR_ARG(size));
}

void progress_line(struct progress *w, struct sink *out) {
    struct arena scratch = {0};
    sink_str(out, str_from(w->doing));
    if (w->n_sources > 1) sink_printf(out, " %" PRIu32 " of %" PRIu32 " profiles", w->n_loaded, w->n_sources);
    write_amount(w, &scratch, out);
    sink_printf(out, ", %.1fs", (double)(now_ns() - w->load_since) / 1e9);
    double seconds = (double)(now_ns() - w->stage_since) / 1e9;
    if (w->n_sources > 1 && w->done && seconds >= RATE_FROM_S) {
        str rate = unit_label(&scratch, (int64_t)((double)w->done / seconds), STR("bytes"), STR("auto"));
        sink_printf(out, ", %.*s/s", STR_ARG(rate));
    }
    arena_release(&scratch);
}

static void show(struct progress *w) {
    struct sink out;
    sink_to_fd(&out, STDERR_FILENO);
    sink_text(&out, "\r\033[K");
    progress_line(w, &out);
    sink_drop(&out);
    w->shown = true;
}

static struct timespec at(int64_t ns) {
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

static void *tick(void *context) {
    struct progress *w = context;
    pthread_mutex_lock(&w->lock);
    struct timespec next = at(w->load_since + SILENT_NS);
    while (!w->stopping) {
        if (pthread_cond_timedwait(&w->stop, &w->lock, &next) == 0) continue;
        show(w);
        next = at(now_ns() + TICK_NS);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

void progress_show(struct progress *w) {
    if (!w) return;
    w->stopping = w->shown = false;
    w->ticking = isatty(STDERR_FILENO) == 1 && pthread_create(&w->ticker, NULL, tick, w) == 0;
}

void progress_hide(struct progress *w) {
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

void progress_sources(struct progress *w, uint32_t n) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->n_sources = n;
    w->n_loaded = 0;
    pthread_mutex_unlock(&w->lock);
}

void progress_loading(struct progress *w) {
    if (w && w->n_sources > 1) progress_stage(w, "loading");
}

void progress_loaded(struct progress *w) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->n_loaded++;
    pthread_mutex_unlock(&w->lock);
}

/* Reports the progress of one source. With several sources at work their stages cannot be told apart: all are
 * "loading". */
static void report_progress(void *context, const char *stage, uint64_t done, uint64_t total) {
    struct progress_source *s = context;
    struct progress *w = s->progress;
    pthread_mutex_lock(&w->lock);
    bool at_its_end = total && done == total;
    if (w->n_sources == 1 && !at_its_end) begin_stage(w, stage);
    if (total && !s->total) w->n_known++;
    w->done += done - s->done; /* unsigned: may wrap, because another stage may count other bytes */
    w->total += total - s->total;
    s->done = done;
    s->total = total;
    pthread_mutex_unlock(&w->lock);
}

struct load_options progress_loader(struct progress *w, struct progress_source *source) {
    *source = (struct progress_source){.progress = w};
    return w ? (struct load_options){.stage = report_progress, .context = source} : (struct load_options){0};
}
