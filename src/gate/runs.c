/* Merges several runs into one profile and keeps them apart: each run's samples are marked with its number, and the
 * runs are merged like any profiles. Names, units and filters thus need no code of their own. */
#include <inttypes.h>

#include "gate/comparable.h"
#include "merge/merge.h"
#include "profile/mark.h"

enum { RUNS_MOST = 1000 };

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
        marked[i] = mark_rows(a, run, i);
        all[i] = &marked[i];
        duration[i] = run->duration_nanos;
        if (i >= sides->n_base && run->time_nanos > out->time_nanos) out->time_nanos = run->time_nanos;
    }
    if (!merge_profiles(a, all, n, &out->merged, e)) return false;
    out->run_of_row = mark_take(a, &out->merged, n);
    return true;
}
