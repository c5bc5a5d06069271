/* The edges among the nodes that a report keeps: finding them, their order, and the edges of each node. */
#include "graph/edges.h"

#include <stdlib.h>

#include "graph/edge_walk.h"
#include "graph/names.h"

struct sortable_edge {
    uint64_t weight; /* |weight|, inverted so that ascending order puts the heaviest first */
    uint64_t ranks;  /* ranks of source and destination */
    struct graph_edge edge;
};

static int compare_edges(const void *left, const void *right) {
    const struct sortable_edge *l = left, *r = right;
    if (l->weight != r->weight) return l->weight < r->weight ? -1 : 1;
    if (l->ranks != r->ranks) return l->ranks < r->ranks ? -1 : 1;
    if (l->edge.weight != r->edge.weight) return l->edge.weight > r->edge.weight ? -1 : 1;
    if (l->edge.from != r->edge.from) return l->edge.from < r->edge.from ? -1 : 1;
    return l->edge.to < r->edge.to ? -1 : l->edge.to > r->edge.to;
}

void graph_sort_edges(struct graph_work *w, struct graph *g) {
    struct arena_mark mark = arena_mark(w->arena);
    struct sortable_edge *s = ARENA_ARRAY(w->arena, struct sortable_edge, g->n_edges);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = &g->edge[i];
        s[i].edge = *e;
        /* reversed signed order: the magnitude of the smallest integer is itself, and comes last */
        s[i].weight = ~((uint64_t)graph_abs(e->weight) ^ (uint64_t)1 << 63);
        s[i].ranks = (uint64_t)w->rank[e->from] << 32 | w->rank[e->to];
    }
    qsort(s, g->n_edges, sizeof *s, compare_edges);
    for (uint32_t i = 0; i < g->n_edges; i++) g->edge[i] = s[i].edge;
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
    const uint8_t *matching = matching_nodes(w, g);
    struct graph_edge_walk all = {.w = w, .from = matching, .to = matching, .wide = g->n_all > EDGE_NARROW_NODES};
    edges_place(w, graph_part_of(w, g), &all);
    edges_choose(&all);
    edges_find(w, g, &all);
    graph_sort_edges(w, g);
    graph_link_edges(w, g);
}
