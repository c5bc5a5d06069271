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
        if (f != PROFILE_NONE) sum.bytes += profile_str(v, v->function[f].name).len;
    }
    return sum;
}

bool stacks_check_size(struct arena *a, const struct profile *v, struct err *e) {
    struct arena_mark mark = arena_mark(a);
    struct extent *location = ARENA_ARRAY(a, struct extent, v->n_locations), sum = {0, 0};
    bool small = true; /* no stack can pass a limit */
    for (loc_id l = 0; l < v->n_locations; l++) {
        location[l] = measure_location(v, &v->location[l]);
        small &= location[l].lines <= STACKS_LINES_A_FRAME && location[l].bytes <= STACKS_BYTES_A_FRAME;
    }
    if (!small) {
        const bool *used = filter_used_stacks(a, v);
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
        if (sum.bytes > STACKS_BYTES && sum.bytes / STACKS_BYTES_A_FRAME > frames)
            return err_set(e, "the names in the stacks make %" PRIu64 " GB of text: choose fewer stacks with focus",
                           sum.bytes >> 30);
    }
    arena_rewind(a, mark);
    return true;
}
