/* norecursion: repeated frames become one. */
#include "filter/recursion.h"

#include <string.h>

#include "filter/line_parts.h"
#include "filter/stacks.h"

/* A frame of the stack that is being folded. */
struct recursion_frame {
    uint64_t what; /* equal for the same function */
    loc_id location;
    uint32_t line;  /* offset in the location; PROFILE_NONE: all of it */
    uint32_t place; /* of the location in the stack */
};

struct recursion_fold {
    const struct profile *view;
    bool by_file, by_address;
    struct line_parts parts;
    VEC(struct recursion_frame) frame; /* root first */
    VEC(loc_id) out;                   /* of all stacks, leaf first */
};

enum { A_NAME, A_MAPPING, A_LOCATION }; /* what a frame is told apart by */
static uint64_t identity(uint64_t kind, uint32_t id) { return kind << 32 | id; }

static uint64_t identify(const struct recursion_fold *r, loc_id l, uint32_t line) {
    const struct profile *v = r->view;
    const struct profile_location *location = &v->location[l];
    if (line == PROFILE_NONE && location->n_lines) return identity(A_LOCATION, l);
    str_id name = 0;
    if (line != PROFILE_NONE) {
        const struct profile_function *f = &v->function[v->line[location->first_line + line].function];
        name = r->by_file && f->file ? f->file : f->name;
    }
    if (name) return identity(A_NAME, name);
    return r->by_address ? identity(A_LOCATION, l) : identity(A_MAPPING, location->mapping);
}

/* Appends a frame. If it completes a sequence that stands there already, drops the older one: what is left has no such
 * sequence, because its frames are the same as before the younger one was appended. */
static void push(struct recursion_fold *r, struct arena *scratch, struct recursion_frame f) {
    *VEC_PUSH(scratch, &r->frame) = f;
    struct recursion_frame *end = r->frame.at + r->frame.n;
    for (size_t length = 1; length <= RECURSION_MOST && 2 * length <= r->frame.n; length++) {
        size_t same = 0;
        while (same < length && end[-1 - (ptrdiff_t)same].what == end[-1 - (ptrdiff_t)(same + length)].what) same++;
        if (same < length) continue;
        memmove(end - 2 * length, end - length, length * sizeof *end);
        r->frame.n -= length;
        return;
    }
}

static void read_stack(struct recursion_fold *r, struct arena *scratch, stack_id s) {
    const loc_id *frame = r->view->frame + r->view->stack_off[s];
    r->frame.n = 0;
    for (uint32_t place = (uint32_t)(r->view->stack_off[s + 1] - r->view->stack_off[s]); place-- > 0;) {
        loc_id l = frame[place];
        uint32_t n = r->view->location[l].n_lines;
        bool whole = n == 0 || n > LINE_PARTS_MOST;
        if (whole) push(r, scratch, (struct recursion_frame){identify(r, l, PROFILE_NONE), l, PROFILE_NONE, place});
        for (uint32_t line = whole ? 0 : n; line-- > 0;)
            push(r, scratch, (struct recursion_frame){identify(r, l, line), l, line, place});
    }
}

/* Makes locations of the frames that are left. Returns their number. */
static uint32_t write_stack(struct recursion_fold *r, struct arena *scratch) {
    uint32_t written = 0;
    for (size_t end = r->frame.n; end > 0;) {
        struct recursion_frame f = r->frame.at[end - 1];
        uint32_t line[LINE_PARTS_MOST], n = 0;
        for (; end > 0 && r->frame.at[end - 1].place == f.place; end--) line[n++] = r->frame.at[end - 1].line;
        loc_id l = f.line == PROFILE_NONE ? f.location : line_parts_of(&r->parts, f.location, line, n);
        *VEC_PUSH(scratch, &r->out) = l;
        written++;
    }
    return written;
}

void filter_no_recursion(struct arena *a, struct profile *v, const struct options *o) {
    struct arena scratch = {0}, stack = {0}, out = {0};
    struct profile old = *v;
    struct recursion_fold r = {.view = &old,
                               .by_file = o->granularity == GRANULARITY_FILES,
                               .by_address = o->granularity == GRANULARITY_ADDRESSES,
                               .parts = {.scratch = &scratch, .view = &old}};
    const bool *used = filter_used_stacks(&scratch, v);
    uint32_t *size = ARENA_ZERO(&scratch, uint32_t, v->n_stacks);
    for (stack_id s = 0; s < v->n_stacks; s++) {
        if (used && !used[s]) continue;
        read_stack(&r, &stack, s);
        size[s] = write_stack(&r, &out);
    }
    loc_id *frame = filter_new_stacks(a, v, size, old.n_stacks);
    if (r.out.n) memcpy(frame, r.out.at, r.out.n * sizeof *frame);
    line_parts_add(a, &r.parts, v);
    arena_release(&scratch);
    arena_release(&stack);
    arena_release(&out);
}
