/* Groups as the first frames of stacks. */
#include "filter/added_frames.h"
#include "report/by/by.h"
#include "report/by/parts.h"

/* The frames of a group, innermost first: one per key, the first key outermost; of the rest a single one. */
static struct added_choice make_choice(struct added_frames *f, struct arena *scratch, const struct by_groups *groups,
                                       const struct by_group *g) {
    uint32_t n = g->value ? groups->n_keys : 1;
    loc_id *root = ARENA_ARRAY(scratch, loc_id, n);
    if (!g->value) root[0] = added_frames_of(f, g->name, STR_EMPTY);
    for (uint32_t k = 0; k < n && g->value; k++) {
        str key = groups->key[k], value = g->value[k];
        str name = value.ptr ? str_join(scratch, (str[]){key, value}, 2, STR("="))
                             : str_format(scratch, "(no %.*s)", STR_ARG(key));
        root[n - 1 - k] = added_frames_of(f, name, key);
    }
    return (struct added_choice){.root = root, .n_root = n};
}

void by_add_roots(const struct report_in *in, const struct by_groups *groups, struct by_rooted *out) {
    struct arena scratch = {0};
    *out = (struct by_rooted){*in->view, *in->options, *in};
    struct profile *view = &out->view;
    struct added_frames *frames = added_frames_new(in->arena, &scratch, view);
    struct added_choice *choice = ARENA_ARRAY(&scratch, struct added_choice, groups->n);
    uint32_t *group_of_row = ARENA_ARRAY(&scratch, uint32_t, view->n_rows);
    uint32_t *group_of = ARENA_ARRAY(&scratch, uint32_t, view->n_samples);
    for (uint32_t i = 0; i < groups->n; i++) {
        const struct by_group *g = &groups->at[i];
        choice[i] = make_choice(frames, &scratch, groups, g);
        for (uint32_t k = 0; k < g->n_rows; k++) group_of_row[g->row[k]] = i;
    }
    for (uint32_t i = 0; i < view->n_samples; i++) group_of[i] = group_of_row[profile_row(view, i)];
    added_frames_finish(frames, choice, group_of);
    arena_release(&scratch);
    out->options.by = STR_EMPTY;
    out->in.view = view;
    out->in.options = &out->options;
}
