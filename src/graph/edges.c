/* The edges among the nodes that a report keeps: finding them, their order, and the edges of each node. */
#include "graph/edges.h"

#include <stdlib.h>
#include <string.h>

#include "base/radix.h"
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

void graph_make_edges(struct graph_work *w, struct graph *g) {
    const uint8_t *matching = g->matching = matching_nodes(w, g);
    struct graph_edge_walk all = {.w = w, .from = matching, .to = matching, .wide = g->n_all > EDGE_NARROW_NODES};
    edges_place(w, graph_part_of(w, g), &all);
    edges_choose(&all);
    edges_find(w, g, &all);
    graph_sort_edges(w, g);
    graph_link_edges(w, g);
}
