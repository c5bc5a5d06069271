/* Marks (inline) and (partial-inline): nodes that were inlined into all, or some, of their callers. */
#include "graph/inline.h"

#include "base/task.h"
#include "base/tuning.h"
#include "graph/edge_walk.h"

/* Marks the listed nodes that some line inlines into another; returns false if no line does. */
static bool find_inlined(const struct graph_edge_walk *all, uint8_t *inlined) {
    bool any = false;
    for (loc_id l = 0; l < all->w->view->n_locations; l++) {
        const uint32_t *code = all->code + all->place[l].at, *end = code + edge_place_count(all->place[l]);
        for (; code < end; code++) {
            if (*code & EDGE_CALLED || !all->w->listed[*code >> EDGE_FLAG_BITS]) continue;
            inlined[*code >> EDGE_FLAG_BITS] = 1;
            any = true;
        }
    }
    return any;
}

/* The nodes that a node is inlined into: the last one found, and an upper bound of their number. */
struct inliners {
    uint32_t last, n; /* n is PROFILE_NONE if the node may be called as well */
};

static struct inliners *find_inliners(const struct graph_edge_walk *all, uint32_t n_nodes) {
    struct inliners *of = ARENA_ARRAY(all->w->arena, struct inliners, n_nodes);
    for (uint32_t i = 0; i < n_nodes; i++) of[i] = (struct inliners){GRAPH_NONE, 0};
    for (loc_id l = 0; l < all->w->view->n_locations; l++) {
        const uint32_t *code = all->code + all->place[l].at, *end = code + edge_place_count(all->place[l]);
        uint32_t outer = GRAPH_NONE;
        for (; code < end; code++) {
            uint32_t node = *code >> EDGE_FLAG_BITS;
            struct inliners *n = &of[node];
            if (*code & EDGE_CALLED || outer == GRAPH_NONE) n->n = PROFILE_NONE;
            if (n->n != PROFILE_NONE && outer != node && outer != n->last) *n = (struct inliners){outer, n->n + 1};
            outer = node;
        }
    }
    return of;
}

/* Returns true if weights only add up and none cancel out. */
static bool only_grow(const struct graph_weights *weights, uint32_t n_stacks) {
    double sum = 0;
    for (stack_id i = 0; i < n_stacks; i++) {
        if (weights->weight[i] < 0) return false;
        sum += (double)weights->weight[i];
    }
    return !weights->divisor && sum < 1e18;
}

/* Marks nodes as fully inlined without looking at edges, where all their weight comes from so few callers that one of
 * these must reach the cutoff. Returns true if inlined[] still holds other nodes. */
static bool mark_certain(const struct graph_edge_walk *all, struct graph *g, uint8_t *inlined) {
    const struct graph_work *w = all->w;
    if (!only_grow(&w->weights, w->view->n_stacks)) return true;
    const struct inliners *of = find_inliners(all, g->n_all);
    bool any = false;
    for (uint32_t i = 0; i < g->n_all; i++) {
        struct graph_node *n = &g->node[i];
        bool certain = of[i].n && of[i].n != PROFILE_NONE && n->cum / of[i].n >= w->edge_cutoff && n->cum > 0;
        if (certain && inlined[i]) {
            n->any_inline_in = n->all_inline_in = true;
            inlined[i] = 0;
        }
        any |= inlined[i];
    }
    return any;
}

struct bounding {
    const struct graph_work *w;
    struct bounder {
        struct arena arena;
        uint64_t *weight; /* per location: an upper bound of the magnitude of all weights that pass through it */
        loc_id *frames;   /* profile_frames_room */
    } * worker;
};

static void start_bounder(void *context, int worker) {
    struct bounding *all = context;
    struct bounder *b = &all->worker[worker];
    b->weight = ARENA_ZERO(&b->arena, uint64_t, all->w->view->n_locations);
    b->frames = profile_frames_room(all->w->view, &b->arena);
}

static void bound_locations(void *context, int worker, stack_id from, stack_id to) {
    struct bounding *all = context;
    const struct profile *v = all->w->view;
    uint64_t *weight = all->worker[worker].weight;
    for (stack_id i = from; i < to; i++) {
        uint64_t magnitude = (uint64_t)graph_abs(all->w->weights.weight[i]);
        if (!magnitude) continue;
        const loc_id *frame = profile_frames(v, i, all->worker[worker].frames);
        const loc_id *end = frame + (v->stack_off[i + 1] - v->stack_off[i]);
        for (; frame < end; frame++) weight[*frame] += magnitude;
    }
}

/* Returns true if magnitudes that are added once per frame fit in 64 bits, with a wide margin. */
static bool bounds_fit(const struct graph_work *w) {
    const struct profile *v = w->view;
    double sum = 0;
    for (stack_id i = 0; i < v->n_stacks; i++)
        sum += (double)(uint64_t)graph_abs(w->weights.weight[i]) * (double)(v->stack_off[i + 1] - v->stack_off[i]);
    return w->edge_cutoff >= 0 && sum < 1e18;
}

/* Clears inlined[] for nodes that no inlining edge of enough weight can lead to. Where many nodes are inlined, these
 * are most of them. */
static void forget_light(const struct graph_edge_walk *all, uint8_t *inlined, uint32_t n_nodes) {
    struct graph_work *w = all->w;
    if (!bounds_fit(w)) return;
    uint64_t cutoff = (uint64_t)w->edge_cutoff;
    int workers = graph_workers(w->view, w->view->n_locations * sizeof(uint64_t));
    struct bounding b = {.w = w, .worker = ARENA_ZERO(w->arena, struct bounder, (size_t)workers)};
    uint64_t *weight = ARENA_ZERO(w->arena, uint64_t, n_nodes);
    workers = task_chunks((struct task_chunks){start_bounder, bound_locations, &b, w->view->n_stacks,
                                               TUNING_GRAPH_CHUNK, workers, false});
    for (loc_id l = 0; l < w->view->n_locations; l++) {
        const uint32_t *code = all->code + all->place[l].at, *end = code + edge_place_count(all->place[l]);
        for (; code < end; code++)
            for (int i = 0; i < workers && !(*code & EDGE_CALLED); i++)
                if (weight[*code >> EDGE_FLAG_BITS] < cutoff) weight[*code >> EDGE_FLAG_BITS] += b.worker[i].weight[l];
    }
    for (int i = 0; i < workers; i++) arena_release(&b.worker[i].arena);
    for (uint32_t i = 0; i < n_nodes; i++) inlined[i] &= weight[i] >= cutoff;
}

void graph_mark_inlined(struct graph_work *w, struct graph *g) {
    struct graph_edge_walk all = {.w = w, .wide = g->n_all > EDGE_NARROW_NODES};
    uint8_t *inlined = ARENA_ZERO(w->arena, uint8_t, g->n_all);
    edges_place(w, graph_part_of(w, g), &all);
    if (!find_inlined(&all, inlined) || !mark_certain(&all, g, inlined)) return;
    all.to = inlined;
    if (edges_choose(&all) == EDGE_EVERY_FRAME) {
        forget_light(&all, inlined, g->n_all);
        edges_choose(&all);
    }
    edges_find(w, g, &all);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = &g->edge[i];
        struct graph_node *n = &g->node[e->to];
        if (graph_abs(e->weight) < w->edge_cutoff && w->listed[e->to]) continue;
        if (!n->any_inline_in && !n->n_in) n->all_inline_in = true;
        n->n_in++;
        n->any_inline_in |= e->inlined;
        n->all_inline_in &= e->inlined;
    }
    for (uint32_t i = 0; i < g->n_all; i++) g->node[i].n_in = 0;
    g->n_edges = 0;
}
