/* Several runs as one profile: each run's samples get a label that says whose they are, the runs are merged as
 * any profiles are, and the label is read off again. So names, units and filters need no second way. */
#include <inttypes.h>
#include <string.h>

#include "gate/gate.h"
#include "merge/merge.h"

#define RUN_KEY STR("cprof::run")
enum { RUNS_MOST = 1000 };

static bool same_string(const struct profile *a, str_id x, const struct profile *b, str_id y) {
    return str_equal(profile_str(a, x), profile_str(b, y));
}

/* Can run i be compared with the first one? */
static bool comparable(const struct gate_sides *sides, uint32_t i, struct err *e) {
    const struct profile *a = sides->run[0], *b = sides->run[i];
    str name_a = sides->name[0], name_b = sides->name[i];
    bool same = a->n_types == b->n_types;
    for (uint32_t t = 0; same && t < a->n_types; t++)
        same =
            same_string(a, a->type[t].type, b, b->type[t].type) && same_string(a, a->type[t].unit, b, b->type[t].unit);
    if (!same)
        return err_set(e, "%.*s and %.*s cannot be compared: their sample types differ", STR_ARG(name_a),
                       STR_ARG(name_b));
    if (a->period != b->period || !same_string(a, a->period_type.unit, b, b->period_type.unit))
        return err_set(e,
                       "%.*s and %.*s cannot be compared: their sampling periods differ (%" PRId64 " %.*s and %" PRId64
                       " %.*s)",
                       STR_ARG(name_a), STR_ARG(name_b), a->period, STR_ARG(profile_str(a, a->period_type.unit)),
                       b->period, STR_ARG(profile_str(b, b->period_type.unit)));
    double da = (double)a->duration_nanos, db = (double)b->duration_nanos;
    bool both_timed = a->duration_nanos > 0 && b->duration_nanos > 0;
    if (both_timed && !sides->any_duration && (da > 1.1 * db || db > 1.1 * da))
        return err_set(e,
                       "%.*s and %.*s cannot be compared: they lasted %.2fs and %.2fs (-normalize compares "
                       "shares, -same_work is for benchmarks)",
                       STR_ARG(name_a), STR_ARG(name_b), da / 1e9, db / 1e9);
    return true;
}

/* A view of p whose every sample has one more label: cprof::run = run. */
static struct profile mark_run(struct arena *a, const struct profile *p, uint32_t run) {
    struct profile v = *p;
    str_id key = profile_add_string(&v, a, RUN_KEY);
    struct profile_label *label = ARENA_ARRAY(a, struct profile_label, (size_t)p->n_labels + 1);
    if (p->n_labels) memcpy(label, p->label, p->n_labels * sizeof *label);
    /* numbers start at 1: a label of nothing but zeros does not exist */
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

/* Reads the marks off again: run_of_row, and label columns without them. */
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
    for (uint32_t i = 0; i < n; i++) {
        const struct profile *run = sides->run[i];
        if (!comparable(sides, i, e)) return false;
        marked[i] = mark_run(a, run, i);
        all[i] = &marked[i];
        duration[i] = run->duration_nanos;
        if (i >= sides->n_base && run->time_nanos > out->time_nanos) out->time_nanos = run->time_nanos;
    }
    if (!merge_profiles(a, all, n, &out->merged, e)) return false;
    unmark(a, &out->merged, &out->run_of_row);
    return true;
}
