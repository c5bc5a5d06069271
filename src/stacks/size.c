/* How much text the stacks of a view make. */
#include "stacks/size.h"

#include <inttypes.h>

#include "filter/stacks.h"

/* The text of something, in lines and bytes of names. */
struct extent {
    uint64_t lines, bytes;
};

/* A sum that stays at the largest number. */
static uint64_t add(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

static struct extent measure_location(const struct profile *v, const struct profile_location *l) {
    struct extent sum = {.lines = l->n_lines};
    for (uint32_t i = 0; i < l->n_lines; i++) {
        func_id f = v->line[l->first_line + i].function;
        if (f == PROFILE_NONE) continue;
        sum.bytes += profile_str(v, v->function[f].name).len + profile_str(v, v->function[f].file).len;
    }
    return sum;
}

/* Returns true if n names have too many bytes. */
static bool is_too_long(uint64_t bytes, uint64_t n) { return bytes > STACKS_BYTES && bytes / STACKS_NAME_BYTES > n; }

static bool check_stacks(struct arena *a, const struct profile *v, const struct extent *location, struct err *e) {
    const bool *used = filter_used_stacks(a, v);
    struct extent sum = {0, 0};
    uint64_t frames = 0;
    for (stack_id s = 0; s < v->n_stacks; s++) {
        if (used && !used[s]) continue;
        frames += v->stack_off[s + 1] - v->stack_off[s];
        for (uint64_t f = v->stack_off[s]; f < v->stack_off[s + 1]; f++) {
            sum.lines = add(sum.lines, location[v->frame[f]].lines);
            sum.bytes = add(sum.bytes, location[v->frame[f]].bytes);
        }
    }
    if (sum.lines > STACKS_LINES && sum.lines / STACKS_LINES_A_FRAME > frames)
        return err_set(e,
                       "the stacks have %" PRIu64 " lines, most of them inlined functions: leave those out with "
                       "noinlines, or choose fewer stacks with focus",
                       sum.lines);
    return !is_too_long(sum.bytes, frames) ||
           err_set(e, "the names in the stacks make %" PRIu64 " GB of text: choose fewer stacks with focus",
                   sum.bytes >> 30);
}

static bool check_names(struct arena *a, const struct profile *v, struct stacks_text what, struct err *e) {
    struct extent *location = ARENA_ARRAY(a, struct extent, v->n_locations), sum = {0, 0};
    bool small = true; /* no stack can pass a limit */
    for (loc_id l = 0; l < v->n_locations; l++) {
        location[l] = measure_location(v, &v->location[l]);
        small &= location[l].lines <= STACKS_LINES_A_FRAME && location[l].bytes <= STACKS_NAME_BYTES;
        sum.lines = add(sum.lines, location[l].lines);
        sum.bytes = add(sum.bytes, location[l].bytes);
    }
    if (what.lines && is_too_long(sum.bytes, sum.lines))
        return err_set(e, "the names of the lines make %" PRIu64 " GB of text: choose fewer with focus, or functions",
                       sum.bytes >> 30);
    return small || !what.stacks || check_stacks(a, v, location, e);
}

static bool check_labels(struct arena *a, const struct profile *v, struct err *e) {
    uint64_t *size = ARENA_ARRAY(a, uint64_t, v->n_labels), sum = 0, n = 0;
    bool small = true;
    for (label_id i = 0; i < v->n_labels; i++) {
        const struct profile_label *l = &v->label[i];
        size[i] = profile_str(v, l->key).len + profile_str(v, l->numeric ? l->unit : l->value).len;
        small &= size[i] <= STACKS_NAME_BYTES;
    }
    for (uint32_t i = 0; i < v->n_samples && !small; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++, n++) sum = add(sum, size[v->label_ref[k]]);
    }
    return !is_too_long(sum, n) ||
           err_set(e,
                   "the labels of the samples make %" PRIu64 " GB of text: choose fewer samples with focus or tagfocus",
                   sum >> 30);
}

bool stacks_check_size(struct arena *a, const struct profile *v, struct stacks_text what, struct err *e) {
    struct arena_mark mark = arena_mark(a);
    bool ok = (!(what.stacks || what.lines) || check_names(a, v, what, e)) && (!what.labels || check_labels(a, v, e));
    arena_rewind(a, mark);
    return ok;
}
