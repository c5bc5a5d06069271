/* show_from: pprof.md 5.3. */
#include "filter/show_from.h"

#include "filter/names.h"
#include "filter/stacks.h"

/* Removes the lines outside the last match from the location. Returns true if the location matches. */
static bool cut_lines(const struct filter_marks *m, const struct profile *v, struct profile_location *l) {
    if (filter_mapping_marked(m, l)) return true;
    for (uint32_t n = l->n_lines; n > 0; n--) {
        if (!m->function[v->line[l->first_line + n - 1].function]) continue;
        l->n_lines = n;
        return true;
    }
    return false;
}

struct show_from_job {
    const struct profile *view;
    const bool *matches; /* [loc_id] */
    const bool *used;
    struct filter_cut *cut;
    bool *keep;
};

/* Keeps the frames from the leaf to the outermost one that matches. */
static void cut_stacks(void *context, stack_id from, stack_id to) {
    const struct show_from_job *j = context;
    for (stack_id s = from; s < to; s++) {
        const loc_id *frame = j->view->frame + j->view->stack_off[s];
        uint32_t n = (uint32_t)(j->view->stack_off[s + 1] - j->view->stack_off[s]);
        if (j->used && !j->used[s]) n = 0;
        while (n > 0 && !j->matches[frame[n - 1]]) n--;
        j->keep[s] = n > 0;
        j->cut[s] = (struct filter_cut){0, n};
    }
}

bool filter_show_from(struct arena *a, struct profile *v, const struct regex *r) {
    if (!r) return false;
    struct arena scratch = {0};
    struct filter_marks marks = filter_mark_names(&scratch, v, r);
    struct profile_location *location = filter_own_locations(a, v);
    bool *matches = ARENA_ARRAY(&scratch, bool, v->n_locations), any = false;
    for (loc_id l = 0; l < v->n_locations; l++) any |= matches[l] = cut_lines(&marks, v, &location[l]);
    struct show_from_job j = {.view = v,
                              .matches = matches,
                              .used = filter_used_stacks(&scratch, v),
                              .cut = ARENA_ARRAY(&scratch, struct filter_cut, v->n_stacks),
                              .keep = ARENA_ARRAY(&scratch, bool, v->n_stacks)};
    filter_visit_stacks(v, cut_stacks, &j);
    filter_keep_stacks(a, v, j.keep);
    filter_cut_stacks(a, v, j.cut);
    arena_release(&scratch);
    return any;
}
