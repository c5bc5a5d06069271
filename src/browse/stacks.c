/* The tree of stacks that the views tree and flame show. */
#include "browse/stacks.h"

#include "stacks/sides.h"

bool stacks_load(struct view_source *s, struct err *e) {
    struct flame *f = ARENA_NEW(s->run.in.arena, struct flame);
    (void)e;
    *f = flame_make(&s->run.in, false);
    s->data = f;
    return true;
}

void stacks_drop(const void *data) {
    struct flame f = *(const struct flame *)data;
    flame_drop(&f);
}

bool stacks_cut(struct view_page *p, struct stacks *out, struct err *e) {
    struct arena *a = &p->arena;
    const struct view_zoom *zoom = p->place->zoom;
    *out = (struct stacks){.flame = *(const struct flame *)p->source->data};
    const struct stacktree_all *all = out->flame.all;
    struct pathhash root = {{0, 0}};
    struct stacktree_place place;
    if (!zoom) {
        out->tree = stacktree_cut(a, all, 1, FLAME_CUT);
    } else if (stacktree_find(all, root, zoom->path, &place)) {
        out->tree = stacktree_cut_below(a, all, &place, FLAME_CUT);
        root = zoom->path;
    } else {
        return err_set(e, "no stack has the frame that was zoomed into: %.*s", STR_ARG(zoom->name));
    }
    const struct stacktree *t = out->tree;
    out->flame.tree = (struct stacktree *)t;
    out->layout = look_layout(a, t, out->flame.two_sides);
    out->path = ARENA_ARRAY(a, struct pathhash, t->n_nodes);
    out->above = ARENA_ZERO(a, uint32_t, t->n_nodes);
    struct pathhash *frame = ARENA_ARRAY(a, struct pathhash, t->n_frames);
    for (uint32_t i = 0; i < t->n_frames; i++) {
        const struct stacktree_frame *f = &t->frame[i];
        frame[i] = pathhash_frame(f->name, f->file, f->line, f->inlined);
    }
    uint32_t *open = ARENA_ZERO(a, uint32_t, (size_t)out->layout.levels + 1);
    for (uint32_t i = 0; i < t->n_nodes; i++) {
        open[t->depth[i]] = i;
        if (i) out->above[i] = open[t->depth[i] - 1];
        out->path[i] = i ? pathhash_child(out->path[out->above[i]], frame[t->frame_of[i]]) : root;
    }
    return true;
}

const struct stacktree_frame *stacks_frame(const struct stacks *s, uint32_t node) {
    return &s->tree->frame[s->tree->frame_of[node]];
}

str stacks_function(const struct stacks *s, uint32_t node) { return stacks_frame(s, node)->function; }

struct columns_row stacks_values(const struct stacks *s, uint32_t node) {
    const struct stacktree *t = s->tree;
    int64_t flat = t->self[SIDE_NEW][node], cum = t->total[SIDE_NEW][node];
    if (s->flame.two_sides) {
        flat = graph_add(flat, (int64_t)(0 - (uint64_t)t->self[SIDE_BASE][node]));
        cum = graph_add(cum, (int64_t)(0 - (uint64_t)t->total[SIDE_BASE][node]));
    }
    return (struct columns_row){.flat = flat, .cum = cum};
}

const struct view_zoom *stacks_zoom(const struct view_page *p, const struct stacks *s, uint32_t node) {
    if (node == 0) return p->place->zoom;
    VEC(uint32_t) way = {0};
    struct arena scratch = {0};
    for (uint32_t i = node; i; i = s->above[i]) *VEC_PUSH(&scratch, &way) = i;
    const struct view_zoom *above = p->place->zoom;
    while (way.n--) {
        struct view_zoom *zoom = ARENA_NEW(p->keep, struct view_zoom);
        uint32_t i = way.at[way.n];
        *zoom = (struct view_zoom){s->path[i], str_copy(p->keep, stacks_frame(s, i)->name), above};
        above = zoom;
    }
    arena_release(&scratch);
    return above;
}

bool stacks_find(const struct stacks *s, uint32_t from, const struct view_match *match, bool forward, uint32_t *node) {
    struct arena scratch = {0};
    uint32_t n = s->tree->n_nodes, n_frames = s->tree->n_frames;
    /* each frame is matched once: 1 yes, 2 no */
    uint8_t *known = ARENA_ZERO(&scratch, uint8_t, n_frames);
    bool found = false;
    for (uint32_t step = 1; step <= n && !found; step++) {
        uint32_t i = forward ? (uint32_t)(((uint64_t)from + step) % n) : (uint32_t)(((uint64_t)from + n - step) % n);
        uint32_t frame = s->tree->frame_of[i];
        /* "root" is no function */
        if (!frame) continue;
        if (!known[frame])
            known[frame] = view_matches(match, s->tree->frame[frame].name, s->tree->frame[frame].function) ? 1 : 2;
        found = known[frame] == 1;
        if (found) *node = i;
    }
    arena_release(&scratch);
    return found;
}
