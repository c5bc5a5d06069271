/* Loads many sources in parallel and merges each as soon as those before it are merged, so that only a window of them
 * is in memory, and merging reads data that are still in the cache.
 *
 * The queue of sources is processed in rounds, between which all threads wait:
 *
 *   in parts    files: each is merged as soon as those before it are
 *   at once     one group: all of it is loaded, then it is merged. For a group with sources other than files, which
 *               cannot be loaded again, and for all groups from the first one whose types or units differ from those
 *               before. The difference shows while the group is merged in parts: its parts are then removed from the
 *               result, and its files loaded again. */
#include "session/loader.h"

#include <pthread.h>

#include "base/pages.h"
#include "base/task.h"
#include "base/tuning.h"

static uint32_t group_size = LOADER_GROUP, window_size; /* window_size 0: depends on the number of threads */

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

    /* of the current round: */
    bool round_at_once;
    uint32_t end; /* end of its sources */

    pthread_mutex_t lock; /* protects all fields below, and the states of sources */
    pthread_cond_t changed;
    uint32_t next;       /* all sources before it have been started in this round */
    uint32_t next_extra; /* like `next`, for sources that are not merged */
    uint32_t n_merged;
    bool merging;
    bool differs; /* a part could not be merged, which ends the round */
    struct arena spare[TUNING_FILES_AHEAD_MOST];
    uint32_t n_spare;
};

static uint32_t group_end(const struct loader *l, uint32_t i) {
    uint32_t end = i - i % group_size + group_size;
    return end < l->n ? end : l->n;
}

static struct arena take_spare(struct loader *l) { return l->n_spare ? l->spare[--l->n_spare] : (struct arena){0}; }

/* Keeps the memory of a source for the next one. */
static void keep_spare(struct loader *l, struct arena *a) {
    if (l->n_spare < TUNING_FILES_AHEAD_MOST && a->block)
        l->spare[l->n_spare++] = *a;
    else
        arena_release(a);
    *a = (struct arena){0};
}

/* Consumes large profiles, so that they are freed as soon as they are merged. Fetched ones are kept, because their
 * servers are asked for names of functions later. */
static struct merge_source merge_source_of(struct source_load *s) {
    bool early = s->arena.total >= TUNING_MERGE_FREED_EARLY_FROM && !source_load_is_server(s);
    return (struct merge_source){&s->work->profile, early ? &s->arena : NULL};
}

/* The sources among n that were loaded. */
static uint32_t merge_sources_of(struct source_load *s, uint32_t n, struct merge_source *out) {
    uint32_t n_ok = 0;
    for (uint32_t i = 0; i < n; i++)
        if (s[i].ok) out[n_ok++] = merge_source_of(&s[i]);
    return n_ok;
}

/* The number of files that can be merged now, up to the end of a group. One file by itself is not merged until a second
 * is ready. */
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
        /* a single profile is not copied: it stays in its memory */
        if (to->groups.n == 1 && part[i].ok) arena_adopt(&to->arena, &part[i].arena);
        source_load_end_work(&part[i]);
        arena_reset(&part[i].arena);
    }
    return true;
}

/* The functions below are called with the lock held, and release it while they work. */

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

/* The next source to start, or NULL if all are started or the window is full. */
static struct source_load *next_source(struct loader *l) {
    while (l->next_extra < l->n_all && l->source[l->next_extra].state != SOURCE_LOAD_READY) l->next_extra++;
    while (l->next < l->end && l->source[l->next].state != SOURCE_LOAD_READY) l->next++;
    if (l->next_extra < l->n_all) return &l->source[l->next_extra];
    bool is_full = !l->round_at_once && l->next >= l->n_merged + l->window;
    return l->next < l->end && !is_full ? &l->source[l->next] : NULL;
}

/* Merges, loads a source, or waits for another thread. Returns false when this thread can stop. */
static bool work(struct loader *l) {
    if (l->differs) return false;
    struct source_load *next = next_source(l);
    uint32_t n = l->merging || l->round_at_once ? 0 : count_ready(l), ahead = l->next - l->n_merged;
    bool all_started = l->next == l->end && l->next_extra == l->n_all, is_full = ahead >= l->window;
    if (n && (is_full || all_started || n >= l->window / 2 || (l->n_merged + n) % group_size == 0)) {
        if (all_started && n == ahead) progress_stage(l->session->progress, "merging");
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

static void keep_mappings(struct loader *l, const struct source_load *s) {
    if (!s->ok || !source_load_is_server(s)) return;
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
        keep_mappings(l, &group[i]);
    }
    uint32_t n_ok = merge_sources_of(group, n, source);
    to->n_loaded += n_ok;
    if (to->n_loaded > 1) progress_stage(l->session->progress, "merging");
    progress_show(l->session->progress);
    bool ok = n_ok == 0 || merge_groups_add(&to->groups, source, n_ok, e);
    progress_hide(l->session->progress);
    for (uint32_t i = 0; i < n; i++) {
        if (source_load_is_server(&group[i])) arena_adopt(l->session->arena, &group[i].arena);
        if (to->groups.n == 1) arena_adopt(&to->arena, &group[i].arena);
        source_load_drop(&group[i]);
        group[i].state = SOURCE_LOAD_MERGED;
    }
    l->n_merged = l->end;
    return ok;
}

/* Removes the merged parts of a group that differs. From this group on, all groups are merged at once. */
static void rewind_group(struct loader *l) {
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
    progress_sources(l->session->progress, n_left);
}

static void start_round(struct loader *l) {
    uint32_t group = l->n_merged / group_size;
    l->next = l->n_merged;
    l->differs = false;
    l->round_at_once = l->n_merged < l->n && l->at_once[group];
    l->end = group_end(l, l->n_merged);
    while (!l->round_at_once && l->end < l->n && !l->at_once[l->end / group_size]) l->end = group_end(l, l->end);
}

/* Fetches the URLs of this round and of sources that are not merged. */
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
    struct progress *progress = l->session->progress;
    uint32_t first = l->n_merged;
    start_round(l);
    progress_show(progress);
    fetch(l);
    progress_loading(progress);
    int threads = task_threads(), most = l->n_all < INT32_MAX ? (int)l->n_all : INT32_MAX;
    task_run(threads < most ? threads : most, work_on, l);
    progress_hide(progress);
    if (l->round_at_once) return merge_group(l, e);
    if (l->differs) rewind_group(l);
    for (uint32_t i = first; i < l->n_merged; i++) source_load_report(&l->source[i]);
    return true;
}

static void plan(struct loader *l) {
    for (uint32_t i = l->n; i < l->n_all; i++) source_load_plan(&l->source[i]);
    l->at_once = ARENA_ZERO(l->session->arena, bool, l->n / group_size + 1);
    /* a single file is not merged in parts */
    l->at_once[0] = l->n > 0 && group_end(l, 0) == 1;
    for (uint32_t i = 0; i < l->n; i++) {
        source_load_plan(&l->source[i]);
        l->at_once[i / group_size] |= l->source[i].kind != SOURCE_LOAD_FILE;
    }
    if (l->n > 1 && !l->at_once[0]) l->to->groups.n_expected = l->n;
}

/* Sets how malloc uses memory, before the first thread allocates. */
static void prepare_memory(const struct loader *l) {
    const struct source_load *first = l->n_all ? &l->source[l->n < l->n_all ? l->n : 0] : NULL;
    uint64_t size = first ? first->size : 0, heap = size * TUNING_HUGE_HEAP_TIMES;
    bool least = first && first->narrow && size < TUNING_LEAST_MEMORY_BELOW;
    if (l->n > 1) pages_keep_freed();
    if (least) pages_share_heap();
    if (size < TUNING_HUGE_HEAP_FROM || size >= TUNING_HUGE_HEAP_UP_TO) return;
    if (heap > TUNING_HUGE_HEAP_MOST) heap = TUNING_HUGE_HEAP_MOST;
    uint64_t filled = size * TUNING_HUGE_HEAP_FILLED_TIMES;
    if (filled < TUNING_HUGE_HEAP_FILLED) filled = TUNING_HUGE_HEAP_FILLED;
    pages_use_huge_heap(least && heap > filled ? filled : heap, !least && size < TUNING_LEAST_MEMORY_BELOW);
}

bool loader_run(struct session *s, struct source_load *source, uint32_t n, uint32_t n_all, struct loader_result *to,
                struct err *e) {
    struct loader l = {.session = s, .source = source, .n = n, .n_all = n_all, .to = to, .next_extra = n};
    uint32_t window = (uint32_t)task_threads() * TUNING_FILES_AHEAD;
    l.window = window_size ? window_size : window < TUNING_FILES_AHEAD_MOST ? window : TUNING_FILES_AHEAD_MOST;
    if (l.window < 2) l.window = 2; /* one file by itself is not merged, see count_ready */
    to->groups.canonical = n_all > 0 && argv_is_canonical(source[0].call);
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
