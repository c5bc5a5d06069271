/* Walks over the stacks of a view that find its edges and their weights. */
#include "graph/edge_walk.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

#define STACKS_MOST (UINT32_MAX >> EDGE_FLAG_BITS) /* numbers of stacks that fit into slot.state */

/* EDGE_RESIDUAL when lines are passed over after the last kept one, or no line is kept; else 0. */
static uint32_t gap_of(struct graph_edge_place p) { return p.count_gap & EDGE_RESIDUAL; }

static void table_alloc(struct graph_edge_table *t, uint32_t n_slots, bool wide, bool mean) {
    t->slot = ARENA_ZERO(&t->arena, struct graph_edge_slot, n_slots);
    t->from = wide ? ARENA_ARRAY(&t->arena, uint32_t, n_slots) : NULL;
    t->divisor = mean ? ARENA_ZERO(&t->arena, int64_t, n_slots) : NULL;
    t->n_slots = n_slots;
    t->shift = 64;
    for (uint32_t s = n_slots; s > 1; s /= 2) t->shift--;
}

/* The slot at which the search for an edge starts. */
static inline uint32_t table_start(const struct graph_edge_table *t, uint32_t from, uint32_t to) {
    return (uint32_t)((t->from ? (uint64_t)from << 32 | to : from << 16 | to) * t->factor >> t->shift);
}

/* The slot of the edge, or the free slot where it belongs. */
static inline uint32_t table_probe(const struct graph_edge_table *t, uint32_t from, uint32_t to) {
    const struct graph_edge_slot *slot = t->slot;
    uint32_t key = t->from ? to : from << 16 | to;
    uint32_t i = table_start(t, from, to);
    while (slot[i].state && (slot[i].key != key || (t->from && t->from[i] != from))) i = (i + 1) & (t->n_slots - 1);
    return i;
}

static uint32_t slot_from(const struct graph_edge_table *t, uint32_t i) {
    return t->from ? t->from[i] : t->slot[i].key >> 16;
}
static uint32_t slot_to(const struct graph_edge_table *t, uint32_t i) {
    return t->from ? t->slot[i].key : t->slot[i].key & (EDGE_NARROW_NODES - 1);
}

static void table_grow(struct graph_edge_table *t) {
    struct graph_edge_table old = *t;
    t->arena = (struct arena){0};
    table_alloc(t, old.n_slots * 2, old.from != NULL, old.divisor != NULL);
    for (uint32_t i = 0; i < old.n_slots; i++) {
        if (!old.slot[i].state) continue;
        uint32_t to = table_probe(t, slot_from(&old, i), slot_to(&old, i));
        t->slot[to] = old.slot[i];
        if (old.from) t->from[to] = old.from[i];
        if (old.divisor) t->divisor[to] = old.divisor[i];
    }
    arena_release(&old.arena);
}

static uint32_t table_add(struct graph_edge_table *t, uint32_t from, uint32_t to, uint32_t i) {
    if (t->n >= t->n_slots / 2) {
        table_grow(t);
        i = table_probe(t, from, to);
    }
    t->slot[i].key = t->from ? to : from << 16 | to;
    if (t->from) t->from[i] = from;
    t->n++;
    return i;
}

/* Adds the weight of a stack to an edge. An edge counts once per stack, with the flags of its first occurrence from the
 * root. */
static inline void add_edge(struct graph_edge_table *t, uint32_t from, uint32_t to, uint32_t flags, int64_t weight,
                            int64_t divisor) {
    uint32_t i = table_probe(t, from, to);
    struct graph_edge_slot s = t->slot[i];
    if (s.state >> EDGE_FLAG_BITS == t->stack) return;
    if (!s.state) {
        i = table_add(t, from, to, i);
        s = t->slot[i];
    }
    s.state = t->stack << EDGE_FLAG_BITS | (s.state & EDGE_FLAGS) | flags;
    s.weight = graph_add(s.weight, weight);
    t->slot[i] = s;
    if (t->divisor) t->divisor[i] = graph_add(t->divisor[i], divisor);
}

/* Starts the next stack. When the stack number no longer fits, all edges become unused and numbering restarts. */
static void next_stack(struct graph_edge_table *t) {
    if (++t->stack <= STACKS_MOST - 1) return;
    for (uint32_t i = 0; i < t->n_slots; i++)
        if (t->slot[i].state) t->slot[i].state = (t->slot[i].state & EDGE_FLAGS) | 1u << EDGE_FLAG_BITS;
    if (t->seen) memset(t->seen, 0, t->n_seen * sizeof *t->seen);
    t->stack = 2;
}

/* The state of a walk from the root: the last kept node, and the weights of the stack. */
struct walker {
    uint32_t parent;
    int64_t weight, divisor;
};

/* A step from one node to another, with the flags of the second node's code. */
struct step {
    uint32_t from, to, flags;
};

/* Writes the steps of a path that are wanted edges to out[]. It has no branch because no branch predictor can guess
 * which these are. */
static inline size_t find_steps(const struct graph_edge_walk *all, uint32_t parent, const uint32_t *code, size_t n,
                                struct step *out) {
    const uint8_t *from = all->from, *to = all->to;
    size_t n_steps = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t node = code[i] >> EDGE_FLAG_BITS;
        out[n_steps] = (struct step){parent, node, code[i] & EDGE_FLAGS};
        bool wanted = !to || to[node] || (from && from[parent]);
        n_steps += (size_t)(node != parent) & wanted;
        parent = node;
    }
    return n_steps;
}

/* Follows steps that are all wanted, in a table that is in the cache and whose slots hold all of an edge. */
static void follow_near(struct graph_edge_table *t, struct walker *k, const uint32_t *code, size_t n) {
    const uint64_t factor = t->factor;
    const uint32_t stack = t->stack;
    struct graph_edge_slot *slot = t->slot;
    uint32_t from, to = k->parent;
    for (const uint32_t *end = code + n; code < end; code++) {
        from = to;
        to = *code >> EDGE_FLAG_BITS;
        if (from == to) continue;
        /* the key of a free slot is 0, which would be a step from a node to itself */
        uint32_t key = from << 16 | to, i = (uint32_t)(key * factor >> t->shift);
        while (slot[i].key != key && slot[i].state) i = (i + 1) & (t->n_slots - 1);
        uint32_t state = slot[i].state;
        if (state >> EDGE_FLAG_BITS == stack) continue;
        if (!state) {
            i = table_add(t, from, to, i);
            slot = t->slot;
        }
        slot[i].state = stack << EDGE_FLAG_BITS | (state & EDGE_FLAGS) | (*code & EDGE_FLAGS);
        slot[i].weight = graph_add(slot[i].weight, k->weight);
    }
    k->parent = to;
}

/* Follows steps that are all wanted, in a large table whose slots hold all of an edge. Prefetches all slots of a batch
 * before it reads the first one, because each read would wait for memory. */
static void follow_far(struct graph_edge_table *t, struct walker *k, const uint32_t *code, size_t n) {
    const uint64_t factor = t->factor;
    const uint32_t stack = t->stack << EDGE_FLAG_BITS;
    uint32_t key[TUNING_EDGES_BATCH], start[TUNING_EDGES_BATCH], parent = k->parent;
    for (size_t now; n; code += now, n -= now) {
        now = n < TUNING_EDGES_BATCH ? n : TUNING_EDGES_BATCH;
        while (t->n + now > t->n_slots / 2) table_grow(t);
        struct graph_edge_slot *const slot = t->slot;
        const uint32_t last = t->n_slots - 1;
        const int shift = t->shift;
        for (size_t i = 0; i < now; i++) {
            uint32_t to = code[i] >> EDGE_FLAG_BITS;
            key[i] = parent << 16 | to;
            start[i] = (uint32_t)(key[i] * factor >> shift);
            __builtin_prefetch(&slot[start[i]]);
            parent = to;
        }
        for (size_t i = 0; i < now; i++) {
            if (key[i] >> 16 == (key[i] & (EDGE_NARROW_NODES - 1))) continue;
            uint32_t at = start[i];
            while (slot[at].key != key[i] && slot[at].state) at = (at + 1) & last;
            struct graph_edge_slot *s = &slot[at];
            if (s->state >= stack) continue; /* no later stack has been walked yet */
            t->n += !s->state;
            s->key = key[i];
            s->state = stack | (s->state & EDGE_FLAGS) | (code[i] & EDGE_FLAGS);
            s->weight = graph_add(s->weight, k->weight);
        }
    }
    k->parent = parent;
}

/* Prefetches all slots before it reads the first one: in a large table each read would wait for memory. */
static void follow(struct graph_edge_table *t, const struct graph_edge_walk *all, struct walker *k,
                   const uint32_t *code, size_t n) {
    struct step step[TUNING_EDGES_BATCH];
    if (n && k->parent == GRAPH_NONE) {
        k->parent = *code++ >> EDGE_FLAG_BITS;
        n--;
    }
    if (!all->to && !t->from && !t->divisor) {
        (t->n_slots <= TUNING_EDGES_NEAR ? follow_near : follow_far)(t, k, code, n);
        return;
    }
    while (n) {
        size_t now = n < TUNING_EDGES_BATCH ? n : TUNING_EDGES_BATCH,
               n_steps = find_steps(all, k->parent, code, now, step);
        for (size_t i = 0; i < n_steps; i++) __builtin_prefetch(&t->slot[table_start(t, step[i].from, step[i].to)]);
        for (size_t i = 0; i < n_steps; i++)
            add_edge(t, step[i].from, step[i].to, step[i].flags, k->weight, k->divisor);
        k->parent = code[now - 1] >> EDGE_FLAG_BITS;
        code += now;
        n -= now;
    }
}

/* follow for a single code. */
static inline void follow_one(struct graph_edge_table *t, const struct graph_edge_walk *all, struct walker *k,
                              uint32_t code) {
    uint32_t from = k->parent, to = code >> EDGE_FLAG_BITS;
    k->parent = to;
    if (from == GRAPH_NONE || from == to) return;
    if (!all->to || all->to[to] || (all->from && all->from[from]))
        add_edge(t, from, to, code & EDGE_FLAGS, k->weight, k->divisor);
}

/* Follows the codes of a location after the outermost one. A location with many counts once per stack, so that a stack
 * that repeats one is not as long as the product of both. */
static inline void follow_inlined(struct graph_edge_table *t, const struct graph_edge_walk *all, struct walker *k,
                                  loc_id l) {
    struct graph_edge_place p = all->place[l];
    uint32_t count = edge_place_count(p);
    if (count == 1) return; /* the usual case, not worth a call */
    if (count > TUNING_GRAPH_PADDING) {
        if (t->seen[l] == t->stack) {
            k->parent = all->code[p.at + count - 1] >> EDGE_FLAG_BITS;
            return;
        }
        t->seen[l] = t->stack;
    }
    if (count > TUNING_GRAPH_PADDING)
        follow(t, all, k, all->code + p.at + 1, count - 1);
    else
        for (uint32_t i = 1; i < count; i++) follow_one(t, all, k, all->code[p.at + i]);
}

/* Adds the weight of a stack to the nodes of a part of its path. */
static void visit_nodes(struct graph_edge_table *t, const uint32_t *code, size_t n, int64_t weight) {
    for (size_t i = 0; i < n; i++) graph_visit_one(&t->visit[code[i] >> EDGE_FLAG_BITS], t->mark, weight);
}

/* Collects the codes first, as sum.c does. `open` carries gaps from one location to the next. */
static void walk_stack(struct graph_edge_table *t, const struct graph_edge_walk *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_weights *weights = &all->w->weights;
    struct walker k = {GRAPH_NONE, weights->weight[stack], t->divisor ? weights->divisor[stack] : 0};
    const loc_id *begin = profile_frames(v, stack, t->frames);
    const loc_id *frame = begin + (v->stack_off[stack + 1] - v->stack_off[stack]);
    uint32_t path[TUNING_GRAPH_PATH], open = 0;
    next_stack(t);
    t->mark++;
    while (frame > begin) {
        const loc_id *until = frame - begin > GRAPH_PATH_FRAMES ? frame - GRAPH_PATH_FRAMES : begin;
        size_t n = 0;
        while (frame > until) {
            struct graph_edge_place p = all->place[*--frame];
            uint32_t outermost = all->code[p.at] | open, count = edge_place_count(p);
            memcpy(path + n, all->code + p.at, TUNING_GRAPH_PADDING * sizeof *path);
            path[n] = outermost;
            open = gap_of(p);
            n += count;
            if (all->has_long && count > TUNING_GRAPH_PADDING) {
                follow(t, all, &k, path, n - count + 1);
                follow_inlined(t, all, &k, *frame);
                n = 0;
            }
        }
        follow(t, all, &k, path, n);
        if (t->visit) visit_nodes(t, path, n, k.weight);
        if (t->visit && frame == begin) {
            int64_t *flat = &t->flat[path[n - 1] >> EDGE_FLAG_BITS];
            *flat = graph_add(*flat, k.weight);
        }
    }
}

/* Searches for picked frames from the root and writes up to TUNING_GRAPH_PATH of them to out[]. *from is set to where
 * the search continues. It has no branch because no branch predictor can guess which these are. */
static inline size_t pick_frames(const uint64_t *picked, const loc_id **from, const loc_id *begin, const loc_id **out) {
    const loc_id *frame = *from, *until = frame - begin > TUNING_GRAPH_PATH ? frame - TUNING_GRAPH_PATH : begin;
    size_t n = 0;
    while (frame > until) {
        out[n] = --frame;
        n += picked[*frame / 64] >> (*frame % 64) & 1;
    }
    *from = until;
    return n;
}

/* Follows only frames with kept nodes, for views in which few frames have them. */
static void walk_kept(struct graph_edge_table *t, const struct graph_edge_walk *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_weights *weights = &all->w->weights;
    struct walker k = {GRAPH_NONE, weights->weight[stack], t->divisor ? weights->divisor[stack] : 0};
    const loc_id *begin = profile_frames(v, stack, t->frames);
    const loc_id *frame = begin + (v->stack_off[stack + 1] - v->stack_off[stack]), *last = frame;
    const loc_id *picked[TUNING_GRAPH_PATH];
    uint32_t open = 0;
    next_stack(t);
    while (frame > begin) {
        size_t n = pick_frames(all->picked, &frame, begin, picked);
        for (size_t i = 0; i < n; last = picked[i++]) {
            struct graph_edge_place p = all->place[*picked[i]];
            follow_one(t, all, &k, all->code[p.at] | (picked[i] + 1 == last ? open : EDGE_RESIDUAL));
            follow_inlined(t, all, &k, *picked[i]);
            open = gap_of(p);
        }
    }
}

/* The next kept node towards the root from a frame. Sets *open if lines are passed over in between. */
static uint32_t find_parent(const struct graph_edge_walk *all, const loc_id *frame, const loc_id *end, uint32_t *open) {
    *open = 0;
    while (++frame < end) {
        struct graph_edge_place p = all->place[*frame];
        uint32_t count = edge_place_count(p);
        *open |= gap_of(p);
        if (count) return all->code[p.at + count - 1] >> EDGE_FLAG_BITS;
    }
    return GRAPH_NONE;
}

/* Follows the edge from the node before a frame to the next kept node, unless the frame of that node is picked too. */
static void follow_child(struct graph_edge_table *t, const struct graph_edge_walk *all, struct walker *k,
                         const loc_id *frame, const loc_id *begin, uint32_t open) {
    while (frame > begin) {
        frame--;
        if (all->picked[*frame / 64] >> (*frame % 64) & 1) return;
        struct graph_edge_place p = all->place[*frame];
        if (edge_place_count(p)) {
            uint32_t code = all->code[p.at] | open;
            follow_one(t, all, k, code);
            return;
        }
        open = EDGE_RESIDUAL;
    }
}

/* Adds all wanted edges that begin or end in one frame. */
static inline void follow_frame(struct graph_edge_table *t, const struct graph_edge_walk *all, struct walker *k,
                                const loc_id *frame, const loc_id *begin, const loc_id *end) {
    struct graph_edge_place p = all->place[*frame];
    uint32_t open, code = all->code[p.at];
    k->parent = code >> EDGE_FLAG_BITS;
    if (all->from || all->to[k->parent]) {
        k->parent = find_parent(all, frame, end, &open);
        follow_one(t, all, k, code | open);
    }
    follow_inlined(t, all, k, *frame);
    if (all->from) follow_child(t, all, k, frame, begin, gap_of(p));
}

/* Follows only frames that can be ends of wanted edges, and looks for their neighbours. */
static void walk_ends(struct graph_edge_table *t, const struct graph_edge_walk *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_weights *weights = &all->w->weights;
    struct walker k = {GRAPH_NONE, weights->weight[stack], t->divisor ? weights->divisor[stack] : 0};
    const loc_id *begin = profile_frames(v, stack, t->frames);
    const loc_id *end = begin + (v->stack_off[stack + 1] - v->stack_off[stack]), *frame = end;
    const loc_id *picked[TUNING_GRAPH_PATH];
    next_stack(t);
    while (frame > begin) {
        size_t n = pick_frames(all->picked, &frame, begin, picked);
        for (size_t i = 0; i < n; i++) follow_frame(t, all, &k, picked[i], begin, end);
    }
}

static void start_walk(void *context, int worker) {
    struct graph_edge_walk *all = context;
    struct graph_edge_table *t = &all->worker[worker];
    t->factor = hash_u64(1) | 1;
    table_alloc(t, all->n_slots, all->wide, all->w->weights.divisor != NULL);
    t->n_seen = all->has_long ? all->w->view->n_locations : 0;
    if (all->has_long) t->seen = ARENA_ZERO(&t->seen_arena, uint32_t, t->n_seen);
    t->frames = profile_frames_room(all->w->view, &t->seen_arena);
    if (all->sums_nodes) {
        t->visit = ARENA_ZERO(&t->seen_arena, struct graph_visit, all->g->n_all);
        t->flat = ARENA_ZERO(&t->seen_arena, int64_t, all->g->n_all);
    }
    if (worker == 0 && all->beside) all->beside(all->w, all->g);
}

/* Walks backwards, in the order in which the frames of a stack are read, so that the processor sees one stream to
 * prefetch. */
static void walk_stacks(void *context, int worker, stack_id from, stack_id to) {
    static void (*const ways[EDGE_WAYS])(struct graph_edge_table *, const struct graph_edge_walk *, stack_id) = {
        [EDGE_EVERY_FRAME] = walk_stack, [EDGE_KEPT_FRAMES] = walk_kept, [EDGE_END_FRAMES] = walk_ends};
    struct graph_edge_walk *all = context;
    for (stack_id i = to; i-- > from;)
        if (all->w->weights.active[i]) ways[all->way](&all->worker[worker], all, i);
}

/* Writes the used slots from *next on to out[], of up to TUNING_EDGES_BATCH slots, and moves *next behind these. It has
 * no branch because no branch predictor can guess which are used. */
static inline size_t used_slots(const struct graph_edge_table *t, uint32_t *next, uint32_t *out) {
    uint32_t end = t->n_slots - *next > TUNING_EDGES_BATCH ? *next + TUNING_EDGES_BATCH : t->n_slots;
    size_t n = 0;
    for (uint32_t i = *next; i < end; i++) {
        out[n] = i;
        n += t->slot[i].state != 0;
    }
    *next = end;
    return n;
}

/* Adds the edges that another worker found, as if they were those of one stack. */
static void table_join(struct graph_edge_table *into, const struct graph_edge_table *from) {
    uint32_t used[TUNING_EDGES_BATCH];
    next_stack(into);
    for (uint32_t next = 0; next < from->n_slots;) {
        size_t n = used_slots(from, &next, used);
        for (size_t k = 0; k < n; k++) {
            uint32_t i = used[k];
            add_edge(into, slot_from(from, i), slot_to(from, i), from->slot[i].state & EDGE_FLAGS, from->slot[i].weight,
                     from->divisor ? from->divisor[i] : 0);
        }
    }
}

void edges_place(struct graph_work *w, const uint32_t *part, struct graph_edge_walk *all) {
    const uint32_t *first = w->table.first, *node_of = w->table.node_of;
    uint32_t n_locations = w->view->n_locations, n = 0;
    struct graph_edge_place *place = ARENA_ARRAY(w->arena, struct graph_edge_place, n_locations);
    for (uint32_t i = 0; i < first[n_locations]; i++) n += part[node_of[i]] != GRAPH_NONE;
    uint32_t *code = ARENA_ZERO(w->arena, uint32_t, (size_t)n + TUNING_GRAPH_PADDING);
    n = 0;
    for (uint32_t l = 0; l < n_locations; l++) {
        uint32_t at = n, flags = EDGE_CALLED;
        for (uint32_t i = first[l + 1]; i-- > first[l];) {
            uint32_t node = part[node_of[i]];
            if (node != GRAPH_NONE) code[n++] = node << EDGE_FLAG_BITS | flags;
            flags = node != GRAPH_NONE ? 0 : (flags & ~(uint32_t)EDGE_CALLED) | EDGE_RESIDUAL;
        }
        place[l] = (struct graph_edge_place){at, (n - at) << 1 | (flags & EDGE_RESIDUAL)};
        all->has_long |= n - at > TUNING_GRAPH_PADDING;
    }
    all->place = place;
    all->code = code;
}

/* A bit per location that has kept nodes or, with `ends`, nodes at which wanted edges begin or end. */
static const uint64_t *pick_locations(const struct graph_edge_walk *all, bool ends) {
    uint32_t n_locations = all->w->view->n_locations;
    uint64_t *picked = ARENA_ZERO(all->w->arena, uint64_t, n_locations / 64 + 1);
    for (loc_id l = 0; l < n_locations; l++) {
        const uint32_t *code = all->code + all->place[l].at, *end = code + edge_place_count(all->place[l]);
        bool has = code < end && !ends;
        for (; code < end && !has; code++)
            has = all->to[*code >> EDGE_FLAG_BITS] || (all->from && all->from[*code >> EDGE_FLAG_BITS]);
        picked[l / 64] |= (uint64_t)has << (l % 64);
    }
    return picked;
}

/* Returns true if few frames are picked. An estimate, which only decides which way is faster. */
static bool are_rare(const struct profile *v, const uint64_t *picked) {
    uint64_t n = 0, n_picked = 0, end = v->n_stacks ? v->stack_off[v->n_stacks] : 0,
             step = end / TUNING_EDGES_TRIED + 1;
    for (uint64_t i = 0; i < end; i += step) {
        n++;
        loc_id l = profile_frame(v, i);
        n_picked += picked[l / 64] >> (l % 64) & 1;
    }
    return n_picked * TUNING_EDGES_RARE < n;
}

void edges_walk_by(struct graph_edge_walk *all, enum graph_edge_way way) {
    all->way = way;
    all->picked = way == EDGE_EVERY_FRAME ? NULL : pick_locations(all, way == EDGE_END_FRAMES);
}

enum graph_edge_way edges_choose(struct graph_edge_walk *all) {
    edges_walk_by(all, EDGE_KEPT_FRAMES);
    if (are_rare(all->w->view, all->picked)) return all->way;
    if (all->to) edges_walk_by(all, EDGE_END_FRAMES);
    if (all->to && are_rare(all->w->view, all->picked)) return all->way;
    edges_walk_by(all, EDGE_EVERY_FRAME);
    return all->way;
}

static void list_edges(struct graph_work *w, struct graph *g, const struct graph_edge_table *t) {
    uint32_t used[TUNING_EDGES_BATCH];
    g->edge = ARENA_ARRAY(w->arena, struct graph_edge, t->n);
    g->n_edges = 0;
    for (uint32_t next = 0; next < t->n_slots;) {
        size_t n = used_slots(t, &next, used);
        for (size_t k = 0; k < n; k++) {
            uint32_t i = used[k], state = t->slot[i].state;
            g->edge[g->n_edges++] = (struct graph_edge){.from = slot_from(t, i),
                                                        .to = slot_to(t, i),
                                                        .weight = t->slot[i].weight,
                                                        .weight_div = t->divisor ? t->divisor[i] : 0,
                                                        .residual = state & EDGE_RESIDUAL,
                                                        .inlined = !(state & EDGE_CALLED)};
        }
    }
}

static void add_sums(struct graph *g, const struct graph_edge_table *t) {
    for (uint32_t i = 0; i < g->n_all; i++) {
        g->node[i].cum = graph_add(g->node[i].cum, t->visit[i].cum);
        g->node[i].flat = graph_add(g->node[i].flat, t->flat[i]);
    }
}

/* The initial size of the tables. An estimate, which only saves growing. */
static uint32_t expected_slots(const struct graph_edge_walk *all, uint32_t n_nodes) {
    const struct profile *v = all->w->view;
    uint64_t edges = (uint64_t)n_nodes * TUNING_EDGES_PER_NODE, steps = v->n_stacks ? v->stack_off[v->n_stacks] : 0;
    if (edges > steps) edges = steps;
    uint32_t n_slots = TUNING_EDGES_SLOTS;
    while (!all->to && n_slots / 2 < edges && n_slots < TUNING_EDGES_SLOTS_EXPECTED) n_slots *= 2;
    return n_slots;
}

void edges_find(struct graph_work *w, struct graph *g, struct graph_edge_walk *all) {
    all->g = g;
    int workers = graph_workers(w->view, (size_t)g->n_all * sizeof(struct graph_edge_slot));
    all->worker = ARENA_ZERO(w->arena, struct graph_edge_table, (size_t)workers);
    if (!all->n_slots) all->n_slots = expected_slots(all, g->n_all);
    workers = task_chunks(
        (struct task_chunks){start_walk, walk_stacks, all, w->view->n_stacks, TUNING_GRAPH_CHUNK, workers, true});
    for (int i = 0; i < workers && all->sums_nodes; i++) add_sums(g, &all->worker[i]);
    for (int i = 1; i < workers; i++) {
        table_join(&all->worker[0], &all->worker[i]);
        arena_release(&all->worker[i].arena);
        arena_release(&all->worker[i].seen_arena);
    }
    list_edges(w, g, &all->worker[0]);
    arena_release(&all->worker[0].arena);
    arena_release(&all->worker[0].seen_arena);
}
