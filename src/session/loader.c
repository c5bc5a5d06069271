/* The queue of sources. While some are loaded, those before them are merged and freed, so that only a window of them is
 * in memory, and what is merged has just been written.
 *
 * The queue is worked on in rounds, between which all threads wait:
 *
 *   in parts    files: each is merged as soon as those before it are
 *   at once     one group: all of it is loaded, then it is merged. For a group with something other than files, which
 *               cannot be loaded again, and from the first group on whose types or units differ from those before: it
 *               turns out while the group is merged in parts; its parts are taken back, and its files loaded again. */
#include "session/loader.h"

#include <pthread.h>

#include "base/pages.h"
#include "base/task.h"
#include "base/tuning.h"

static uint32_t group_size = LOADER_GROUP, window_size; /* window_size 0: by the number of threads */

void loader_set_limits(uint32_t group, uint32_t window) {
    group_size = group ? group : LOADER_GROUP;
    window_size = window;
}

struct loader {
    struct session *session;
    struct source_load *source;
    uint32_t n, n_all, window;
    struct loader_result *to;
    bool *at_once; /* [group] */

    /* of the round */
    bool round_at_once;
    uint32_t end; /* of its sources */

    pthread_mutex_t lock; /* of all below, and of the states */
    pthread_cond_t changed;
    uint32_t next;       /* no source before it is still to be started in this round */
    uint32_t next_extra; /* of those that are not merged */
    uint32_t n_merged;
    bool merging;
    bool differs; /* what could not be merged in parts ends the round */
    struct arena spare[TUNING_FILES_AHEAD_MOST];
    uint32_t n_spare;
};

static uint32_t group_end(const struct loader *l, uint32_t i) {
    uint32_t end = i - i % group_size + group_size;
    return end < l->n ? end : l->n;
}

static struct arena take_spare(struct loader *l) { return l->n_spare ? l->spare[--l->n_spare] : (struct arena){0}; }

/* The next source finds room where this one was. */
static void keep_spare(struct loader *l, struct arena *a) {
    if (l->n_spare < TUNING_FILES_AHEAD_MOST && a->block)
        l->spare[l->n_spare++] = *a;
    else
        arena_release(a);
    *a = (struct arena){0};
}

/* A large profile is freed as soon as it is merged; one that was fetched stays, since its server is asked for names. */
static struct merge_source merge_source_of(struct source_load *s) {
    bool early = s->arena.total >= TUNING_MERGE_FREED_EARLY_FROM && s->kind != SOURCE_LOAD_URL;
    return (struct merge_source){&s->profile, early ? &s->arena : NULL};
}

/* Those of n sources that were loaded. */
static uint32_t merge_sources_of(struct source_load *s, uint32_t n, struct merge_source *out) {
    uint32_t n_ok = 0;
    for (uint32_t i = 0; i < n; i++)
        if (s[i].ok) out[n_ok++] = merge_source_of(&s[i]);
    return n_ok;
}

/* How many files can be merged now, up to the end of a group. The first one waits for another. */
static uint32_t count_ready(const struct loader *l) {
    uint32_t end = group_end(l, l->n_merged), i = l->n_merged;
    if (end > l->end) end = l->end;
    while (i < end && l->source[i].state == SOURCE_LOAD_DONE) i++;
    return i > 1 ? i - l->n_merged : 0;
}

static bool merge_part(const struct loader *l, struct source_load *part, uint32_t n) {
    struct merge_source source[LOADER_GROUP];
    struct loader_result *to = l->to;
    uint32_t end = (uint32_t)(part - l->source) + n, n_ok = merge_sources_of(part, n, source);
    if (!merge_groups_add_part(&to->groups, source, n_ok, end == group_end(l, end - 1))) return false;
    to->n_loaded += n_ok;
    for (uint32_t i = 0; i < n; i++) {
        /* the only one so far stays where it is */
        if (to->groups.n == 1 && part[i].ok) arena_adopt(&to->arena, &part[i].arena);
        arena_reset(&part[i].arena);
    }
    return true;
}

/* What follows is called with the lock held, and works without it. */

static void merge_some(struct loader *l, uint32_t n) {
    struct source_load *part = l->source + l->n_merged;
    l->merging = true;
    pthread_mutex_unlock(&l->lock);
    bool ok = merge_part(l, part, n);
    pthread_mutex_lock(&l->lock);
    l->merging = false;
    l->differs |= !ok;
    if (!ok) return;
    l->n_merged += n;
    for (uint32_t i = 0; i < n; i++) {
        part[i].state = SOURCE_LOAD_MERGED;
        keep_spare(l, &part[i].arena);
    }
}

static void load_one(struct loader *l, struct source_load *s) {
    s->state = SOURCE_LOAD_STARTED;
    if (!s->arena.block) s->arena = take_spare(l);
    pthread_mutex_unlock(&l->lock);
    source_load_run(s);
    pthread_mutex_lock(&l->lock);
    s->state = SOURCE_LOAD_DONE;
}

/* The next source to start; NULL: none, or not now. */
static struct source_load *next_source(struct loader *l) {
    while (l->next_extra < l->n_all && l->source[l->next_extra].state != SOURCE_LOAD_READY) l->next_extra++;
    while (l->next < l->end && l->source[l->next].state != SOURCE_LOAD_READY) l->next++;
    if (l->next_extra < l->n_all) return &l->source[l->next_extra];
    bool is_full = !l->round_at_once && l->next >= l->n_merged + l->window;
    return l->next < l->end && !is_full ? &l->source[l->next] : NULL;
}

/* Merges, or else loads something, or waits for another thread. False when this thread can stop. */
static bool work(struct loader *l) {
    if (l->differs) return false;
    struct source_load *next = next_source(l);
    uint32_t n = l->merging || l->round_at_once ? 0 : count_ready(l), ahead = l->next - l->n_merged;
    bool all_started = l->next == l->end && l->next_extra == l->n_all, is_full = ahead >= l->window;
    if (n && (is_full || all_started || n >= l->window / 2 || (l->n_merged + n) % group_size == 0)) {
        if (all_started && n == ahead) watch_stage(l->session->watch, "merging");
        merge_some(l, n);
    } else if (next) {
        load_one(l, next);
    } else if (all_started) {
        return false;
    } else {
        pthread_cond_wait(&l->changed, &l->lock);
        return true;
    }
    pthread_cond_broadcast(&l->changed);
    return true;
}

static void work_on(void *context, int part) {
    struct loader *l = context;
    (void)part;
    pthread_mutex_lock(&l->lock);
    while (work(l)) {
    }
    pthread_mutex_unlock(&l->lock);
}

static void remember_fetched(struct loader *l, const struct source_load *s) {
    if (!s->ok || s->kind != SOURCE_LOAD_URL) return;
    l->to->any_url = true;
    for (size_t i = 0; i < s->mappings.n; i++) *VEC_PUSH(l->session->arena, &l->to->mappings) = s->mappings.at[i];
}

/* Merges the group that the round has loaded. */
static bool merge_group(struct loader *l, struct err *e) {
    struct merge_source source[LOADER_GROUP];
    struct source_load *group = l->source + l->n_merged;
    struct loader_result *to = l->to;
    uint32_t n = l->end - l->n_merged;
    for (uint32_t i = 0; i < n; i++) {
        source_load_report(&group[i]);
        remember_fetched(l, &group[i]);
    }
    uint32_t n_ok = merge_sources_of(group, n, source);
    to->n_loaded += n_ok;
    if (to->n_loaded > 1) watch_stage(l->session->watch, "merging");
    watch_show(l->session->watch);
    bool ok = n_ok == 0 || merge_groups_add(&to->groups, source, n_ok, e);
    watch_hide(l->session->watch);
    for (uint32_t i = 0; i < n; i++) {
        if (group[i].kind == SOURCE_LOAD_URL) arena_adopt(l->session->arena, &group[i].arena);
        if (to->groups.n == 1) arena_adopt(&to->arena, &group[i].arena);
        source_load_drop(&group[i]);
        group[i].state = SOURCE_LOAD_MERGED;
    }
    l->n_merged = l->end;
    return ok;
}

/* Takes back what was merged of a group that differs, and everything is merged at once from there on. */
static void take_back_group(struct loader *l) {
    uint32_t start = l->n_merged - l->n_merged % group_size, n_left = 0;
    merge_groups_rewind(&l->to->groups);
    if (!l->to->groups.n) arena_release(&l->to->arena);
    for (uint32_t i = start; i < l->n_merged; i++) {
        l->to->n_loaded -= l->source[i].ok;
        source_load_drop(&l->source[i]);
    }
    l->n_merged = start;
    for (uint32_t g = start / group_size; g * group_size < l->n; g++) l->at_once[g] = true;
    for (uint32_t i = start; i < l->n; i++) n_left += l->source[i].state == SOURCE_LOAD_READY;
    watch_sources(l->session->watch, n_left);
}

static void start_round(struct loader *l) {
    uint32_t group = l->n_merged / group_size;
    l->next = l->n_merged;
    l->differs = false;
    l->round_at_once = l->n_merged < l->n && l->at_once[group];
    l->end = group_end(l, l->n_merged);
    while (!l->round_at_once && l->end < l->n && !l->at_once[l->end / group_size]) l->end = group_end(l, l->end);
}

/* Fetches what has a URL, of this round and of those that are not merged. */
static void fetch(const struct loader *l) {
    struct arena scratch = {0};
    struct source_load **wanted = ARENA_ARRAY(&scratch, struct source_load *, l->n_all);
    uint32_t n = 0;
    for (uint32_t i = l->n_merged; i < l->n_all; i++)
        if ((i < l->end || i >= l->n) && l->source[i].state == SOURCE_LOAD_UNFETCHED) wanted[n++] = &l->source[i];
    if (n) source_load_fetch(wanted, n);
    arena_release(&scratch);
}

static bool run_round(struct loader *l, struct err *e) {
    struct watch *watch = l->session->watch;
    uint32_t first = l->n_merged;
    start_round(l);
    watch_show(watch);
    fetch(l);
    watch_loading(watch);
    int threads = task_threads(), most = l->n_all < INT32_MAX ? (int)l->n_all : INT32_MAX;
    task_run(threads < most ? threads : most, work_on, l);
    watch_hide(watch);
    if (l->round_at_once) return merge_group(l, e);
    if (l->differs) take_back_group(l);
    for (uint32_t i = first; i < l->n_merged; i++) source_load_report(&l->source[i]);
    return true;
}

static void plan(struct loader *l) {
    for (uint32_t i = l->n; i < l->n_all; i++) source_load_plan(&l->source[i]);
    l->at_once = ARENA_ZERO(l->session->arena, bool, l->n / group_size + 1);
    /* one file alone is not merged in parts */
    l->at_once[0] = l->n > 0 && group_end(l, 0) == 1;
    for (uint32_t i = 0; i < l->n; i++) {
        source_load_plan(&l->source[i]);
        l->at_once[i / group_size] |= l->source[i].kind != SOURCE_LOAD_FILE;
    }
    if (l->n > 1 && !l->at_once[0]) l->to->groups.n_expected = l->n;
}

/* How malloc is used is settled here, before the first thread allocates. */
static void prepare_memory(const struct loader *l) {
    uint64_t size = l->n_all ? l->source[l->n < l->n_all ? l->n : 0].size : 0;
    if (l->n > 1) pages_keep_freed();
    if (size < TUNING_HUGE_HEAP_FROM || size >= TUNING_HUGE_HEAP_UP_TO) return;
    pages_use_huge_heap(size < TUNING_HUGE_HEAP_MOST / TUNING_HUGE_HEAP_TIMES ? size * TUNING_HUGE_HEAP_TIMES
                                                                              : TUNING_HUGE_HEAP_MOST);
}

bool loader_run(struct session *s, struct source_load *source, uint32_t n, uint32_t n_all, struct loader_result *to,
                struct err *e) {
    struct loader l = {.session = s, .source = source, .n = n, .n_all = n_all, .to = to, .next_extra = n};
    uint32_t window = (uint32_t)task_threads() * TUNING_FILES_AHEAD;
    l.window = window_size ? window_size : window < TUNING_FILES_AHEAD_MOST ? window : TUNING_FILES_AHEAD_MOST;
    if (l.window < 2) l.window = 2; /* the first one waits for another */
    pthread_mutex_init(&l.lock, NULL);
    pthread_cond_init(&l.changed, NULL);
    plan(&l);
    prepare_memory(&l);
    bool ok = true;
    do ok = run_round(&l, e);
    while (ok && l.n_merged < l.n);
    pthread_cond_destroy(&l.changed);
    pthread_mutex_destroy(&l.lock);
    while (l.n_spare) arena_release(&l.spare[--l.n_spare]);
    for (uint32_t i = l.n_merged; i < n; i++) source_load_drop(&source[i]);
    if (ok && to->n_loaded > 0) merge_groups_finish(&to->groups, &to->arena, &to->profile);
    merge_groups_release(&to->groups);
    return ok;
}
