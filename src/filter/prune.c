/* prune_from (pprof.md 5.3) and the profile's own drop_frames (pprof.md 3.8): remove frames below a function. */
#include "filter/prune.h"

#include <string.h>

#include "base/tuning.h"
#include "filter/names.h"
#include "filter/stacks.h"

str filter_simple_name(str name) {
    static const struct {
        const char *word;
        size_t bracket; /* offset of its '(' */
    } reserved[] = {{"(anonymous namespace)", 0}, {"operator()", 8}};
    if (str_has_prefix(name, STR("."))) name = str_from_offset(name, 1);
    size_t from = 0; /* words must not overlap the part that was read before */
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != '(') continue;
        size_t after = 0;
        for (size_t w = 0; w < sizeof reserved / sizeof *reserved; w++) {
            size_t back = reserved[w].bracket;
            str word = str_from(reserved[w].word);
            if (i < from + back || !str_has_prefix(str_from_offset(name, i - back), word)) continue;
            after = i - back + word.len;
        }
        if (!after) return str_slice(name, 0, i);
        from = after;
        i = after - 1;
    }
    return name;
}

/* How a location cuts its stacks: not at all, below itself, or with itself. */
enum { STAYS, CUT_BELOW, CUT_WITH_ITSELF };

struct prune_job {
    struct profile *view;
    const uint8_t *fate; /* [loc_id] */
    const bool *used;
    struct filter_cut *cut;
};

/* [func_id]: true if the simplified name is not empty and matches drop, but not keep. */
static const bool *mark_functions(struct arena *a, const struct profile *v, const struct regex *drop,
                                  const struct regex *keep) {
    bool *marked = ARENA_ARRAY(a, bool, v->n_functions);
    uint8_t *known = ARENA_ZERO(a, uint8_t, v->n_strings); /* by name: 0 not matched yet, 1 no, 2 yes */
    for (func_id f = 0; f < v->n_functions; f++) {
        str_id id = v->function[f].name;
        if (id && !known[id]) {
            str name = filter_simple_name(profile_str(v, id));
            known[id] = regex_match(drop, name) && !(keep && regex_match(keep, name)) ? 2 : 1;
        }
        marked[f] = id && known[id] == 2;
    }
    return marked;
}

static void run(struct arena *a, struct prune_job *j, struct arena *scratch,
                void (*cut_stacks)(void *context, stack_id from, stack_id to)) {
    j->used = filter_used_stacks(scratch, j->view);
    j->cut = ARENA_ARRAY(scratch, struct filter_cut, j->view->n_stacks);
    filter_visit_stacks(j->view, cut_stacks, j);
    filter_cut_stacks(a, j->view, j->cut);
}

static void cut_from_leaf(void *context, stack_id from, stack_id to) {
    const struct prune_job *j = context;
    for (stack_id s = from; s < to; s++) {
        const loc_id *frame = j->view->frame + j->view->stack_off[s];
        uint32_t n = (uint32_t)(j->view->stack_off[s + 1] - j->view->stack_off[s]), first = 0;
        if (j->used && !j->used[s]) n = 0;
        while (first < n && j->fate[frame[first]] == STAYS) first++;
        j->cut[s] = (struct filter_cut){first < n ? first : 0, n};
    }
}

void filter_prune_from(struct arena *a, struct profile *v, const struct regex *r) {
    if (!r) return;
    struct arena scratch = {0};
    const bool *marked = mark_functions(&scratch, v, r, NULL);
    struct profile_location *location = filter_own_locations(a, v);
    uint8_t *fate = ARENA_ZERO(&scratch, uint8_t, v->n_locations);
    bool any = false;
    for (loc_id i = 0; i < v->n_locations; i++) {
        struct profile_location *l = &location[i];
        uint32_t first = 0;
        while (first < l->n_lines && !marked[v->line[l->first_line + first].function]) first++;
        if (first == l->n_lines) continue;
        l->first_line += first;
        l->n_lines -= first;
        fate[i] = CUT_BELOW;
        any = true;
    }
    if (any) run(a, &(struct prune_job){.view = v, .fate = fate}, &scratch, cut_from_leaf);
    arena_release(&scratch);
}

/* Walks from the root: spares the frames up to the first one that stays, then cuts at the first one that does not. */
static void cut_from_root(void *context, stack_id from, stack_id to) {
    const struct prune_job *j = context;
    for (stack_id s = from; s < to; s++) {
        const loc_id *frame = j->view->frame + j->view->stack_off[s];
        uint32_t n = (uint32_t)(j->view->stack_off[s + 1] - j->view->stack_off[s]), i = n;
        if (j->used && !j->used[s]) i = n = 0;
        while (i > 0 && j->fate[frame[i - 1]] != STAYS) i--;
        while (i > 0 && j->fate[frame[i - 1]] == STAYS) i--;
        /* frame i - 1, if there is one, cuts the stack */
        if (i > 0 && j->fate[frame[i - 1]] == CUT_BELOW) i--;
        j->cut[s] = (struct filter_cut){i, n};
    }
}

/* Cuts the lines of a location at its outermost match. Returns how the location cuts its stacks. */
static uint8_t prune_lines(const bool *marked, const struct profile *v, struct profile_location *l) {
    uint32_t n = l->n_lines;
    while (n > 0 && !marked[v->line[l->first_line + n - 1].function]) n--;
    if (n == 0) return STAYS;
    if (n == l->n_lines) return CUT_WITH_ITSELF;
    l->first_line += n;
    l->n_lines -= n;
    return CUT_BELOW;
}

static struct regex *compile_whole(struct arena *a, str pattern) {
    return regex_compile_bounded(a, str_format(a, "^(%.*s)$", STR_ARG(pattern)), TUNING_REGEX_STEPS, NULL);
}

static bool is_bounded(const struct regex *r, const char *what, struct err *e) {
    if (!r || !regex_overran(r)) return true;
    return err_set(e, "the profile's %s takes too long to match its functions; -all_frames shows all frames", what);
}

static void drop_marked(struct arena *a, struct arena *scratch, struct profile *v, const bool *marked) {
    struct profile_location *location = filter_own_locations(a, v);
    uint8_t *fate = ARENA_ZERO(scratch, uint8_t, v->n_locations);
    bool any = false;
    for (loc_id i = 0; i < v->n_locations; i++) any |= (fate[i] = prune_lines(marked, v, &location[i])) != STAYS;
    if (any) run(a, &(struct prune_job){.view = v, .fate = fate}, scratch, cut_from_root);
}

bool filter_drop_frames(struct arena *a, struct profile *v, struct err *e) {
    if (!v->drop_frames) return true;
    profile_widen(v, a);
    struct arena scratch = {0};
    bool ok = true;
    const struct regex *drop = compile_whole(&scratch, profile_str(v, v->drop_frames));
    const struct regex *keep = v->keep_frames ? compile_whole(&scratch, profile_str(v, v->keep_frames)) : NULL;
    /* pprof drops nothing, and prints nothing, if a pattern is not a regular expression */
    if (drop && (keep || !v->keep_frames)) {
        const bool *marked = mark_functions(&scratch, v, drop, keep);
        ok = is_bounded(drop, "drop_frames", e) && is_bounded(keep, "keep_frames", e);
        if (ok) drop_marked(a, &scratch, v, marked);
    }
    arena_release(&scratch);
    return ok;
}
