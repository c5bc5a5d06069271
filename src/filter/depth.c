/* maxdepth: stacks cut to a number of frames. */
#include "filter/depth.h"

#include <string.h>

#include "filter/line_parts.h"
#include "filter/stacks.h"

static uint32_t count_frames(const struct profile_location *l) { return l->n_lines ? l->n_lines : 1; }

void filter_max_depth(struct arena *a, struct profile *v, uint64_t most) {
    if (!most) return;
    struct arena scratch = {0};
    struct profile old = *v;
    struct line_parts parts = {.scratch = &scratch, .view = &old};
    uint32_t *size = ARENA_ARRAY(&scratch, uint32_t, v->n_stacks);
    loc_id *leaf = ARENA_ARRAY(&scratch, loc_id, v->n_stacks); /* of the cut stack, which may be a part of a location */
    for (stack_id s = 0; s < v->n_stacks; s++) {
        const loc_id *root = v->frame + v->stack_off[s + 1];
        uint32_t n = (uint32_t)(v->stack_off[s + 1] - v->stack_off[s]);
        uint64_t left = most;
        for (size[s] = 0; size[s] < n && left; size[s]++) {
            loc_id l = leaf[s] = root[-1 - (int64_t)size[s]];
            uint32_t frames = count_frames(&v->location[l]);
            if (frames > left) leaf[s] = line_parts_range(&parts, l, frames - (uint32_t)left, (uint32_t)left);
            left -= frames < left ? frames : left;
        }
    }
    loc_id *frame = filter_new_stacks(a, v, size, old.n_stacks);
    for (stack_id s = 0; s < old.n_stacks; s++) {
        if (!size[s]) continue;
        memcpy(frame + v->stack_off[s], old.frame + old.stack_off[s + 1] - size[s], size[s] * sizeof *frame);
        frame[v->stack_off[s]] = leaf[s];
    }
    line_parts_add(a, &parts, v);
    arena_release(&scratch);
}
