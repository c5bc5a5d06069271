/* Merges several runs into one profile and keeps them apart: each run's samples get a label with its number, the
 * runs are merged like any profiles, and the label is removed again. Names, units and filters thus need no code of
 * their own. */
#include <inttypes.h>
#include <string.h>

#include "gate/comparable.h"
#include "merge/merge.h"

#define RUN_KEY STR("cprof::run")
enum { RUNS_MOST = 1000 };

/* A view of p in which every sample has one more label: cprof::run = run. */
static struct profile mark_run(struct arena *a, const struct profile *p, uint32_t run) {
    struct profile v = *p;
    str_id key = profile_add_string(&v, a, RUN_KEY);
    struct profile_label *label = ARENA_ARRAY(a, struct profile_label, (size_t)p->n_labels + 1);
    if (p->n_labels) memcpy(label, p->label, p->n_labels * sizeof *label);
    /* numbers start at 1, because a label column of zeros only does not exist */
    label[p->n_labels] = (struct profile_label){.key = key, .numeric = true, .number = (int64_t)run + 1};
    uint32_t n_refs = p->label_off[p->n_rows];
    uint32_t *off = ARENA_ARRAY(a, uint32_t, (size_t)p->n_rows + 1);
    label_id *ref = ARENA_ARRAY(a, label_id, (size_t)n_refs + p->n_rows);
    uint32_t at = 0;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        off[r] = at;
        for (uint32_t l = p->label_off[r]; l < p->label_off[r + 1]; l++) ref[at++] = p->label_ref[l];
        ref[at++] = p->n_labels;
    }
    off[p->n_rows] = at;
    v.label = label;
    v.n_labels = p->n_labels + 1;
    v.label_off = off;
    v.label_ref = ref;
    return v;
}

/* Removes the labels: fills run_of_row and drops their column. */
static void unmark(struct arena *a, struct profile *p, const uint16_t **run_of_row) {
    str_id key = 0;
    bool any = profile_find_string(p, RUN_KEY, &key);
    uint16_t *run = ARENA_ZERO(a, uint16_t, p->n_rows);
    uint32_t *off = ARENA_ARRAY(a, uint32_t, (size_t)p->n_rows + 1);
    label_id *ref = ARENA_ARRAY(a, label_id, p->n_rows ? p->label_off[p->n_rows] : 0);
    uint32_t at = 0;
    for (uint32_t r = 0; r < p->n_rows; r++) {
        off[r] = at;
        for (uint32_t l = p->label_off[r]; l < p->label_off[r + 1]; l++) {
            const struct profile_label *label = &p->label[p->label_ref[l]];
            if (any && label->numeric && label->key == key)
                run[r] = (uint16_t)(label->number - 1);
            else
                ref[at++] = p->label_ref[l];
        }
    }
    off[p->n_rows] = at;
    p->label_off = off;
    p->label_ref = ref;
    *run_of_row = run;
}

bool gate_runs_merge(struct arena *a, const struct gate_sides *sides, struct gate_runs *out, struct err *e) {
    uint32_t n = sides->n_base + sides->n_new;
    if (n > RUNS_MOST) return err_set(e, "%" PRIu32 " runs were given; at most %d can be compared", n, RUNS_MOST);
    struct profile *marked = ARENA_ARRAY(a, struct profile, n);
    const struct profile **all = ARENA_ARRAY(a, const struct profile *, n);
    int64_t *duration = ARENA_ARRAY(a, int64_t, n);
    *out = (struct gate_runs){
        .n_base = sides->n_base, .n_new = sides->n_new, .duration_nanos = duration, .name = sides->name};
    out->warnings.arena = a;
    if (!gate_comparable(sides, &out->warnings, e)) return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *run = sides->run[i];
        marked[i] = mark_run(a, run, i);
        all[i] = &marked[i];
        duration[i] = run->duration_nanos;
        if (i >= sides->n_base && run->time_nanos > out->time_nanos) out->time_nanos = run->time_nanos;
    }
    if (!merge_profiles(a, all, n, &out->merged, e)) return false;
    unmark(a, &out->merged, &out->run_of_row);
    return true;
}
