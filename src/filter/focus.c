/* focus, ignore, hide and show: pprof.md 5.2. */
#include "filter/focus.h"

#include <string.h>

#include "filter/names.h"
#include "filter/stacks.h"

/* Flags of a location. The flags of a stack are those of all its frames together. */
enum { FOCUSED = 1, IGNORED = 2, VISIBLE = 4 };

struct focus_job {
    struct filter_focus *f;
    struct profile *view;
    struct filter_marks focus, ignore, hide, show;
    struct profile_location *location; /* the view's own copy, if lines may change */
    struct profile_line *line;
    uint32_t n_lines;
    uint8_t *flags; /* [loc_id] */
    bool any_hidden;
    /* per stack */
    const bool *used;
    bool *keep;
    uint32_t *size;
    const struct profile *old;
    const uint64_t *off;
    loc_id *frame;
};

static uint8_t focus_or_ignore(struct focus_job *j, const struct profile_location *l) {
    if (j->f->ignore && filter_location_marked(&j->ignore, j->view, l)) {
        j->f->ignore_matched = true;
        return IGNORED;
    }
    if (!j->f->focus || filter_location_marked(&j->focus, j->view, l)) {
        j->f->focus_matched = true;
        return FOCUSED;
    }
    return 0;
}

/* Copies the location's lines to the end of the new table, except those that hide hides or show does not show. Returns
 * false if none is left: then the location is hidden. */
static bool filter_lines(struct focus_job *j, struct profile_location *l) {
    const struct filter_focus *f = j->f;
    bool hide_matches = f->hide && filter_location_marked(&j->hide, j->view, l);
    bool hide_all = hide_matches && filter_mapping_marked(&j->hide, l);
    bool show_all = !f->show || filter_mapping_marked(&j->show, l);
    uint32_t first = j->n_lines;
    for (uint32_t i = 0; i < l->n_lines && !hide_all; i++) {
        struct profile_line line = j->view->line[l->first_line + i];
        if (hide_matches && j->hide.function[line.function]) continue;
        if (!show_all && !j->show.function[line.function]) continue;
        j->line[j->n_lines++] = line;
    }
    l->first_line = first;
    l->n_lines = j->n_lines - first;
    if (hide_matches) j->f->hide_matched = true;
    if (f->show && l->n_lines) j->f->show_matched = true;
    /* only a pattern that has matched hides: a location without lines survives a hide that does not match it, but never
     * a show */
    return l->n_lines || !(hide_matches || f->show);
}

static void mark_locations(struct focus_job *j) {
    bool edit_lines = j->f->hide || j->f->show;
    for (loc_id i = 0; i < j->view->n_locations; i++) {
        j->flags[i] = focus_or_ignore(j, &j->view->location[i]);
        if (!edit_lines || filter_lines(j, &j->location[i]))
            j->flags[i] |= VISIBLE;
        else
            j->any_hidden = true;
    }
    if (!edit_lines) return;
    j->view->line = j->line;
    j->view->n_lines = j->n_lines;
    j->view->location = j->location;
}

/* Decides about one stack. Returns the number of frames that stay visible, 0 if its samples are removed. */
static uint32_t judge_stack(const struct focus_job *j, stack_id s) {
    const loc_id *frame = j->old->frame + j->old->stack_off[s];
    uint32_t n = (uint32_t)(j->old->stack_off[s + 1] - j->old->stack_off[s]);
    uint8_t all = 0;
    if (!j->any_hidden && !j->f->ignore) { /* the first focused frame decides */
        for (uint32_t i = 0; i < n && !(all & FOCUSED); i++) all = j->flags[frame[i]];
        return all & FOCUSED ? n : 0;
    }
    uint32_t visible = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t flags = j->flags[frame[i]];
        all |= flags;
        visible += (flags & VISIBLE) != 0;
    }
    return (all & FOCUSED) && !(all & IGNORED) ? visible : 0;
}

static void judge_stacks(void *context, stack_id from, stack_id to) {
    struct focus_job *j = context;
    for (stack_id s = from; s < to; s++) {
        uint32_t visible = !j->used || j->used[s] ? judge_stack(j, s) : 0;
        j->keep[s] = visible > 0;
        if (j->size) j->size[s] = visible;
    }
}

/* Removes all samples without looking at stacks, because no location is focused. */
static void drop_all(struct focus_job *j) {
    memset(j->keep, 0, j->old->n_stacks * sizeof *j->keep);
    if (j->size) memset(j->size, 0, j->old->n_stacks * sizeof *j->size);
}

static void fill_stacks(void *context, stack_id from, stack_id to) {
    const struct focus_job *j = context;
    for (stack_id s = from; s < to; s++) {
        if (!j->size[s]) continue;
        loc_id *out = j->frame + j->off[s], *end = out + j->size[s];
        for (uint64_t f = j->old->stack_off[s]; out < end; f++) {
            loc_id l = j->old->frame[f];
            *out = l; /* overwritten by the next one unless this one is visible */
            out += (j->flags[l] & VISIBLE) != 0;
        }
    }
}

static struct filter_marks marks_of(struct arena *a, const struct profile *v, const struct regex *r) {
    return r ? filter_mark_names(a, v, r) : (struct filter_marks){NULL, NULL};
}

void filter_by_name(struct arena *a, struct profile *v, struct filter_focus *f) {
    if (!f->focus && !f->ignore && !f->hide && !f->show) {
        f->focus_matched = true;
        return;
    }
    struct arena scratch = {0};
    struct profile old = *v;
    struct focus_job j = {.f = f, .view = v, .old = &old};
    j.focus = marks_of(&scratch, v, f->focus);
    j.ignore = marks_of(&scratch, v, f->ignore);
    j.hide = marks_of(&scratch, v, f->hide);
    j.show = marks_of(&scratch, v, f->show);
    j.flags = ARENA_ARRAY(&scratch, uint8_t, v->n_locations);
    if (f->hide || f->show) {
        struct profile own = *v;
        j.location = filter_own_locations(a, &own);
        size_t n_lines = 0;
        for (loc_id l = 0; l < v->n_locations; l++) n_lines += v->location[l].n_lines;
        j.line = ARENA_ARRAY(a, struct profile_line, n_lines);
    }
    mark_locations(&j);
    j.used = filter_used_stacks(&scratch, &old);
    j.keep = ARENA_ARRAY(&scratch, bool, old.n_stacks);
    if (j.any_hidden) j.size = ARENA_ARRAY(&scratch, uint32_t, old.n_stacks);
    if (f->focus_matched)
        filter_visit_stacks(&old, judge_stacks, &j);
    else
        drop_all(&j);
    filter_keep_stacks(a, v, j.keep);
    if (j.any_hidden) {
        j.frame = filter_new_stacks(a, v, j.size, old.n_stacks);
        j.off = v->stack_off;
        filter_visit_stacks(&old, fill_stacks, &j);
    }
    arena_release(&scratch);
}
