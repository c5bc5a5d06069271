#include "session/gather.h"

#include "base/task.h"
#include "base/tuning.h"

/* --- loading */

struct load_job {
    struct grab *grab, *also;
    uint32_t n;
};

static void load_part(void *context, int part) {
    const struct load_job *j = context;
    grab_load((uint32_t)part < j->n ? &j->grab[part] : j->also);
}

void gather_load(struct session *s, struct grab *grab, uint32_t n, struct grab *also) {
    watch_show(s->watch);
    grab_fetch(grab, n, also);
    watch_loading(s->watch);
    struct load_job job = {grab, also, n};
    task_run((int)(n + (also != NULL)), load_part, &job);
    watch_hide(s->watch);
}

void gather_remember(struct session *s, const struct grab *g, struct fetched *out) {
    out->any |= g->url.len > 0;
    for (size_t i = 0; i < g->mappings.n; i++) *VEC_PUSH(s->arena, &out->mappings) = g->mappings.at[i];
}

/* --- group by group */

/* A large profile is given back as soon as it is merged. */
struct merge_source gather_source(struct grab *g) {
    bool early = g->arena.total >= TUNING_MERGE_FREED_EARLY_FROM && !g->url.len;
    return (struct merge_source){&g->profile, early ? &g->arena : NULL};
}

/* Merges those of a group that could be loaded. */
static bool merge_group(struct session *s, struct grab *grab, uint32_t n, struct gathered *to, struct err *e) {
    struct merge_source source[GATHER_GROUP];
    uint32_t n_ok = 0;
    for (uint32_t i = 0; i < n; i++)
        if (grab[i].ok) source[n_ok++] = gather_source(&grab[i]);
    if (n_ok == 0) return true;
    to->n_loaded += n_ok;
    if (to->n_loaded > 1) watch_stage(s->watch, "merging");
    watch_show(s->watch);
    bool ok = merge_groups_add(&to->groups, source, n_ok, e);
    watch_hide(s->watch);
    return ok;
}

/* What was merged is not needed any more, but for the only profile so far, and for URLs, which are asked for names
 * later. */
static void drop_group(struct session *s, struct grab *grab, uint32_t n, struct gathered *to) {
    for (uint32_t i = 0; i < n; i++) {
        if (grab[i].url.len) arena_adopt(s->arena, &grab[i].arena);
        if (to->groups.n == 1) arena_adopt(&to->arena, &grab[i].arena);
        grab_drop(&grab[i]);
    }
}

static bool gather_groups(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathered *to,
                          struct fetched *fetched, struct err *e) {
    bool ok = true;
    if (also) grab_plan(also, 1);
    grab_plan(grab, n);
    for (uint32_t start = 0; ok && start < n; start += GATHER_GROUP) {
        struct grab *group = grab + start;
        uint32_t size = n - start < GATHER_GROUP ? n - start : GATHER_GROUP;
        gather_load(s, group, size, also);
        for (uint32_t i = 0; i < size; i++) {
            grab_say(&group[i]);
            if (group[i].ok) gather_remember(s, &group[i], fetched);
        }
        ok = merge_group(s, group, size, to, e);
        drop_group(s, group, size, to);
    }
    return ok;
}

bool gather(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathered *to,
            struct fetched *fetched, struct err *e) {
    bool ok = (n > 1 && stream_files(s, grab, n, also, to)) || gather_groups(s, grab, n, also, to, fetched, e);
    if (ok && to->n_loaded > 0) merge_groups_finish(&to->groups, &to->arena, &to->profile);
    merge_groups_release(&to->groups);
    return ok;
}
