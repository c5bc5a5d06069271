/* The edges among the nodes that a report keeps: finding them, their order, and the edges of each node. */
#include "graph/edges.h"

#include <stdlib.h>
#include <string.h>

#include "base/radix.h"
#include "base/task.h"
#include "base/tuning.h"
#include "graph/edge_walk.h"
#include "graph/names.h"

/* The first two keys of the order of edges. */
static uint64_t weight_key(const struct graph_edge *e) {
    /* inverted, so that ascending order puts the heaviest first; reversed signed order: the magnitude of the smallest
     * integer is itself, and comes last */
    return ~((uint64_t)graph_abs(e->weight) ^ (uint64_t)1 << 63);
}
static uint64_t rank_key(const struct graph_work *w, const struct graph_edge *e) {
    return (uint64_t)w->rank[e->from] << 32 | w->rank[e->to];
}

/* The other keys. */
static int compare_equals(const void *left, const void *right) {
    const struct graph_edge *l = left, *r = right;
    if (l->weight != r->weight) return l->weight > r->weight ? -1 : 1;
    if (l->from != r->from) return l->from < r->from ? -1 : 1;
    return l->to < r->to ? -1 : l->to > r->to;
}

void graph_sort_edges(struct graph_work *w, struct graph *g) {
    struct arena_mark mark = arena_mark(w->arena);
    uint32_t n = g->n_edges;
    struct graph_edge *edge = ARENA_ARRAY(w->arena, struct graph_edge, n);
    struct radix_item *item = ARENA_ARRAY(w->arena, struct radix_item, n);
    for (uint32_t i = 0; i < n; i++) item[i] = (struct radix_item){rank_key(w, &g->edge[i]), i};
    radix_sort(w->arena, item, n);
    for (uint32_t i = 0; i < n; i++) item[i].key = weight_key(&g->edge[item[i].value]);
    radix_sort(w->arena, item, n);
    for (uint32_t i = 0; i < n; i++) edge[i] = g->edge[item[i].value];
    for (uint32_t from = 0, to; from < n; from = to) {
        for (to = from + 1;
             to < n && item[to].key == item[from].key && rank_key(w, &edge[to]) == rank_key(w, &edge[from]);)
            to++;
        if (to - from > 1) qsort(edge + from, to - from, sizeof *edge, compare_equals);
    }
    if (n) memcpy(g->edge, edge, n * sizeof *edge);
    arena_rewind(w->arena, mark);
}

void graph_link_edges(struct graph_work *w, struct graph *g) {
    uint32_t *in = ARENA_ARRAY(w->arena, uint32_t, g->n_edges), *out = ARENA_ARRAY(w->arena, uint32_t, g->n_edges);
    for (uint32_t i = 0; i < g->n_all; i++) g->node[i].n_in = g->node[i].n_out = 0;
    for (uint32_t i = 0; i < g->n_edges; i++) {
        g->node[g->edge[i].to].n_in++;
        g->node[g->edge[i].from].n_out++;
    }
    uint32_t *in_end = ARENA_ARRAY(w->arena, uint32_t, g->n_all), *out_end = ARENA_ARRAY(w->arena, uint32_t, g->n_all);
    uint32_t n_in = 0, n_out = 0;
    for (uint32_t i = 0; i < g->n_all; i++) {
        struct graph_node *n = &g->node[i];
        n->in = in + n_in;
        n->out = out + n_out;
        in_end[i] = n_in;
        out_end[i] = n_out;
        n_in += n->n_in;
        n_out += n->n_out;
    }
    for (uint32_t i = 0; i < g->n_edges; i++) {
        in[in_end[g->edge[i].to]++] = i;
        out[out_end[g->edge[i].from]++] = i;
    }
}

/* An edge in the list of a node, with the first two keys of its order. */
struct listed_edge {
    uint64_t weight_key;
    uint64_t rank_key;
    const struct graph_edge *edge;
};

static int compare_listed(const void *left, const void *right) {
    const struct listed_edge *l = left, *r = right;
    if (l->weight_key != r->weight_key) return l->weight_key < r->weight_key ? -1 : 1;
    if (l->rank_key != r->rank_key) return l->rank_key < r->rank_key ? -1 : 1;
    return compare_equals(l->edge, r->edge);
}

/* Sorts a list of edges, a short one by insertion; `room` has space for it. */
static void sort_list(const struct graph_work *w, const struct graph *g, uint32_t *list, uint32_t n,
                      struct listed_edge *room) {
    if (n < 2) return;
    for (uint32_t i = 0; i < n; i++) {
        const struct graph_edge *e = &g->edge[list[i]];
        struct listed_edge one = {weight_key(e), rank_key(w, e), e};
        uint32_t to = i;
        for (; n <= TUNING_EDGES_FEW && to > 0 && compare_listed(&room[to - 1], &one) > 0; to--)
            room[to] = room[to - 1];
        room[to] = one;
    }
    if (n > TUNING_EDGES_FEW) qsort(room, n, sizeof *room, compare_listed);
    for (uint32_t i = 0; i < n; i++) list[i] = (uint32_t)(room[i].edge - g->edge);
}

struct list_sorting {
    struct graph_work *w;
    struct graph *g;
    uint32_t longest;          /* list */
    struct listed_edge **room; /* per worker */
    struct arena *arena;       /* per worker */
};

static void start_sorting(void *context, int worker) {
    struct list_sorting *s = context;
    s->room[worker] = ARENA_ARRAY(&s->arena[worker], struct listed_edge, s->longest);
}

/* The lists of a node are parts of arrays that graph_link_edges has made, and that nobody else has seen yet. */
static void sort_lists(void *context, int worker, uint32_t from, uint32_t to) {
    struct list_sorting *s = context;
    for (uint32_t i = from; i < to; i++) {
        struct graph_node *n = &s->g->node[i];
        if (!s->w->plan->only_out) sort_list(s->w, s->g, (uint32_t *)(uintptr_t)n->in, n->n_in, s->room[worker]);
        sort_list(s->w, s->g, (uint32_t *)(uintptr_t)n->out, n->n_out, s->room[worker]);
    }
}

void graph_link_sorted(struct graph_work *w, struct graph *g) {
    graph_link_edges(w, g);
    uint32_t most = g->n_edges / TUNING_EDGES_SORTED, threads = (uint32_t)task_threads();
    int workers = most < 1 ? 1 : (int)(most < threads ? most : threads);
    struct list_sorting s = {.w = w,
                             .g = g,
                             .room = ARENA_ZERO(w->arena, struct listed_edge *, (size_t)workers),
                             .arena = ARENA_ZERO(w->arena, struct arena, (size_t)workers)};
    for (uint32_t i = 0; i < g->n_all; i++) {
        if (s.longest < g->node[i].n_in) s.longest = g->node[i].n_in;
        if (s.longest < g->node[i].n_out) s.longest = g->node[i].n_out;
    }
    workers =
        task_chunks((struct task_chunks){start_sorting, sort_lists, &s, g->n_all, TUNING_GRAPH_CHUNK, workers, false});
    for (int i = 0; i < workers; i++) arena_release(&s.arena[i]);
}

static const uint8_t *matching_nodes(struct graph_work *w, const struct graph *g) {
    if (!w->plan->edges_of) return NULL;
    uint8_t *matching = ARENA_ARRAY(w->arena, uint8_t, g->n_all);
    for (uint32_t i = 0; i < g->n_all; i++) {
        struct arena_mark mark = arena_mark(w->arena);
        matching[i] = regex_match(w->plan->edges_of, graph_node_name(w->arena, &g->node[i]));
        arena_rewind(w->arena, mark);
    }
    return matching;
}

void graph_make_edges(struct graph_work *w, struct graph *g, graph_beside_fn *beside) {
    const uint8_t *matching = g->matching = matching_nodes(w, g);
    struct graph_edge_walk all = {
        .w = w, .from = matching, .to = matching, .wide = g->n_all > EDGE_NARROW_NODES, .beside = beside};
    edges_place(w, graph_part_of(w, g), &all);
    edges_choose(&all);
    edges_find(w, g, &all);
}

void graph_make_sums_and_edges(struct graph_work *w, struct graph *g, graph_beside_fn *beside) {
    struct graph_edge_walk all = {.w = w, .wide = g->n_all > EDGE_NARROW_NODES, .sums_nodes = true, .beside = beside};
    edges_place(w, w->identity, &all);
    edges_walk_by(&all, EDGE_EVERY_FRAME);
    edges_find(w, g, &all);
}
