/* Many files on their way through: while some are loaded, those before them are merged and given back. However many
 * there are, few are in memory, and what is merged has just been written. */
#include <pthread.h>

#include "base/pages.h"
#include "base/task.h"
#include "base/tuning.h"
#include "session/gather.h"

struct stream {
    struct grab *grab, *also; /* also: may be NULL */
    uint32_t n, window;
    struct gathered *to;
    struct watch *watch;

    pthread_mutex_t lock; /* of all below, and of is_loaded */
    pthread_cond_t changed;
    uint32_t n_started, n_merged; /* of the files, in their order */
    bool also_started, merging;
    bool unusual; /* this is no way to do it */
    struct arena spare[TUNING_FILES_AHEAD_MOST];
    uint32_t n_spare;
};

/* How many files can be merged now, up to the end of a group. The first waits for another. */
static uint32_t count_ready(const struct stream *t) {
    uint32_t end = t->n_merged + GATHER_GROUP - t->n_merged % GATHER_GROUP, i = t->n_merged;
    while (i < t->n && i < end && t->grab[i].is_loaded) i++;
    return i > 1 ? i - t->n_merged : 0;
}

static struct arena take_spare(struct stream *t) { return t->n_spare ? t->spare[--t->n_spare] : (struct arena){0}; }

/* The next one will find room where this one was. */
static void keep_spare(struct stream *t, struct arena *a) {
    if (t->n_spare < TUNING_FILES_AHEAD_MOST && a->block)
        t->spare[t->n_spare++] = *a;
    else
        arena_release(a);
    *a = (struct arena){0};
}

/* --- what a thread does, the lock given back meanwhile ----------------------------------------------------------- */

static void load_one(struct stream *t, struct grab *g) {
    g->arena = take_spare(t);
    pthread_mutex_unlock(&t->lock);
    bool is_file = grab_file(g);
    pthread_mutex_lock(&t->lock);
    g->is_loaded = is_file;
    t->unusual |= !is_file && g != t->also;
}

static bool merge_part(const struct stream *t, struct grab *part, uint32_t n) {
    struct merge_source source[GATHER_GROUP];
    uint32_t n_ok = 0, end = (uint32_t)(part - t->grab) + n;
    for (uint32_t i = 0; i < n; i++)
        if (part[i].ok) source[n_ok++] = gather_source(&part[i]);
    t->to->n_loaded += n_ok;
    if (!merge_groups_add_part(&t->to->groups, source, n_ok, end % GATHER_GROUP == 0 || end == t->n)) return false;
    for (uint32_t i = 0; i < n; i++) {
        /* the only one so far stays where it is */
        if (t->to->groups.n == 1 && part[i].ok) arena_adopt(&t->to->arena, &part[i].arena);
        arena_reset(&part[i].arena);
    }
    return true;
}

static void merge_some(struct stream *t, uint32_t n) {
    struct grab *part = t->grab + t->n_merged;
    t->merging = true;
    pthread_mutex_unlock(&t->lock);
    bool ok = merge_part(t, part, n);
    pthread_mutex_lock(&t->lock);
    t->merging = false;
    t->unusual |= !ok;
    t->n_merged += n;
    for (uint32_t i = 0; i < n; i++) keep_spare(t, &part[i].arena);
}

/* --- which of it -------------------------------------------------------------------------------------------------- */

/* Merges, or else loads something, or waits for another thread. False: there is nothing to do that the others will not
 * do. */
static bool work(struct stream *t) {
    uint32_t n = t->merging ? 0 : count_ready(t), ahead = t->n_started - t->n_merged;
    bool all_started = t->n_started == t->n, full = ahead >= t->window;
    if (t->unusual) return false;
    if (n && (full || all_started || n >= t->window / 2 || (t->n_merged + n) % GATHER_GROUP == 0)) {
        if (all_started && n == ahead) watch_stage(t->watch, "merging");
        merge_some(t, n);
    } else if (t->also && !t->also_started) {
        t->also_started = true;
        load_one(t, t->also);
    } else if (!all_started && !full) {
        load_one(t, &t->grab[t->n_started++]);
    } else if (all_started) {
        return false;
    } else {
        pthread_cond_wait(&t->changed, &t->lock);
        return true;
    }
    pthread_cond_broadcast(&t->changed);
    return true;
}

static void work_on(void *context, int part) {
    struct stream *t = context;
    (void)part;
    pthread_mutex_lock(&t->lock);
    while (work(t)) {
    }
    pthread_mutex_unlock(&t->lock);
}

/* --- all of it ------------------------------------------------------------------------------------------------------
 */

static void forget(struct stream *t) {
    for (uint32_t i = 0; i < t->n; i++) grab_drop(&t->grab[i]);
    merge_groups_release(&t->to->groups);
    arena_release(&t->to->arena);
    t->to->n_loaded = 0;
    watch_sources(t->watch, t->n + (t->also != NULL));
}

bool stream_files(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathered *to) {
    struct stream t = {.grab = grab, .also = also, .n = n, .to = to, .watch = s->watch};
    int threads = task_threads();
    to->groups.n_expected = n;
    pages_keep_freed();
    t.window = threads * TUNING_FILES_AHEAD < TUNING_FILES_AHEAD_MOST ? (uint32_t)(threads * TUNING_FILES_AHEAD)
                                                                      : TUNING_FILES_AHEAD_MOST;
    pthread_mutex_init(&t.lock, NULL);
    pthread_cond_init(&t.changed, NULL);
    watch_show(s->watch);
    watch_loading(s->watch);
    task_run(threads, work_on, &t);
    watch_hide(s->watch);
    pthread_cond_destroy(&t.changed);
    pthread_mutex_destroy(&t.lock);
    while (t.n_spare) arena_release(&t.spare[--t.n_spare]);
    if (t.unusual)
        forget(&t);
    else
        for (uint32_t i = 0; i < n; i++) grab_say(&grab[i]);
    return !t.unusual;
}
