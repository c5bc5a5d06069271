/* Work per distinct stack, on several threads if there are enough frames, and the choice of rows. */
#include "filter/stacks.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

static int count_parts(uint64_t n, uint64_t per_part) {
    uint64_t parts = n / per_part;
    return parts < 2 ? 1 : parts > FILTER_PARTS_MOST ? FILTER_PARTS_MOST : (int)parts;
}

struct stack_visit {
    const struct profile *view;
    void (*visit)(void *context, stack_id from, stack_id to);
    void *context;
    int n_parts;
};

/* The first stack that starts at or after part/n_parts of all frames. Parts are equal in frames rather than in stacks,
 * because frames take the time. */
static stack_id part_start(const struct stack_visit *w, int part) {
    if (part == 0) return 0;
    if (part == w->n_parts) return w->view->n_stacks;
    const uint64_t *off = w->view->stack_off;
    uint64_t frames = off[w->view->n_stacks] - off[0], n = (uint64_t)w->n_parts, p = (uint64_t)part;
    uint64_t want = off[0] + frames / n * p + frames % n * p / n;
    stack_id low = 0, high = w->view->n_stacks;
    while (low < high) {
        stack_id middle = low + (high - low) / 2;
        if (off[middle] < want)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void visit_part(void *context, int part) {
    const struct stack_visit *w = context;
    w->visit(w->context, part_start(w, part), part_start(w, part + 1));
}

void filter_visit_stacks(const struct profile *v, void (*visit)(void *context, stack_id from, stack_id to),
                         void *context) {
    if (v->n_stacks == 0) return;
    uint64_t frames = v->stack_off[v->n_stacks] - v->stack_off[0];
    struct stack_visit w = {v, visit, context, count_parts(frames, TUNING_FILTER_FRAMES)};
    task_run(w.n_parts, visit_part, &w);
}

const bool *filter_used_stacks(struct arena *a, const struct profile *v) {
    if (!v->row) return NULL;
    bool *used = ARENA_ZERO(a, bool, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) used[v->stack_of[v->row[i]]] = true;
    return used;
}

loc_id *filter_new_stacks(struct arena *a, struct profile *v, const uint32_t *size, uint32_t n) {
    uint64_t *off = ARENA_ARRAY(a, uint64_t, (size_t)n + 1);
    uint64_t at = 0;
    for (stack_id s = 0; s < n; s++) {
        off[s] = at;
        at += size[s];
    }
    off[n] = at;
    loc_id *frame = ARENA_ARRAY(a, loc_id, at);
    v->n_stacks = n;
    v->stack_off = off;
    v->frame = frame;
    return frame;
}

struct cut_job {
    const struct profile *old;
    const struct filter_cut *cut;
    const uint64_t *off;
    loc_id *frame;
};

static void cut_some(void *context, stack_id from, stack_id to) {
    const struct cut_job *j = context;
    for (stack_id s = from; s < to; s++) {
        uint32_t n = j->cut[s].to - j->cut[s].from;
        if (n) memcpy(j->frame + j->off[s], j->old->frame + j->old->stack_off[s] + j->cut[s].from, n * sizeof(loc_id));
    }
}

void filter_cut_stacks(struct arena *a, struct profile *v, const struct filter_cut *cut) {
    struct profile old = *v;
    struct arena scratch = {0};
    uint32_t *size = ARENA_ARRAY(&scratch, uint32_t, v->n_stacks);
    for (stack_id s = 0; s < v->n_stacks; s++) size[s] = cut[s].to - cut[s].from;
    struct cut_job j = {.old = &old, .cut = cut, .frame = filter_new_stacks(a, v, size, v->n_stacks)};
    j.off = v->stack_off;
    filter_visit_stacks(&old, cut_some, &j);
    arena_release(&scratch);
}

struct pick_job {
    uint32_t (*pick)(void *context, int part, uint32_t from, uint32_t to, uint32_t *out);
    void *context;
    uint32_t *row, count[FILTER_PARTS_MOST];
    uint32_t n_samples;
    int n_parts;
};

static uint32_t part_sample(const struct pick_job *j, int part) {
    return (uint32_t)((uint64_t)j->n_samples * (uint64_t)part / (uint64_t)j->n_parts);
}

static void pick_part(void *context, int part) {
    struct pick_job *j = context;
    uint32_t from = part_sample(j, part);
    j->count[part] = j->pick(j->context, part, from, part_sample(j, part + 1), j->row + from);
}

void filter_pick_samples(struct arena *a, struct profile *v,
                         uint32_t (*pick)(void *context, int part, uint32_t from, uint32_t to, uint32_t *out),
                         void *context) {
    if (v->n_samples == 0) return;
    struct pick_job j = {.pick = pick,
                         .context = context,
                         .row = ARENA_ARRAY(a, uint32_t, v->n_samples),
                         .n_samples = v->n_samples,
                         .n_parts = count_parts(v->n_samples, TUNING_FILTER_SAMPLES)};
    task_run(j.n_parts, pick_part, &j);
    uint32_t n = 0;
    for (int part = 0; part < j.n_parts; part++) {
        memmove(j.row + n, j.row + part_sample(&j, part), j.count[part] * sizeof *j.row);
        n += j.count[part];
    }
    if (n == v->n_samples) return;
    v->row = j.row;
    v->n_samples = n;
}

struct keep_job {
    const struct profile *view;
    const bool *keep;
};

static uint32_t pick_kept(void *context, int part, uint32_t from, uint32_t to, uint32_t *out) {
    (void)part;
    const struct keep_job *j = context;
    uint32_t n = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t row = profile_row(j->view, i);
        out[n] = row; /* overwritten by the next one unless this one is kept */
        n += j->keep[j->view->stack_of[row]];
    }
    return n;
}

void filter_keep_stacks(struct arena *a, struct profile *v, const bool *keep) {
    if (!memchr(keep, 0, v->n_stacks)) return; /* a pattern often matches everything */
    struct profile old = *v;
    struct keep_job j = {&old, keep};
    filter_pick_samples(a, v, pick_kept, &j);
}
