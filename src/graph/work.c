/* The state that the steps of graph_build share. */
#include "graph/work.h"

#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

int graph_workers(const struct profile *v, size_t bytes) {
    uint64_t frames = v->n_stacks ? v->stack_off[v->n_stacks] : 0;
    uint64_t most = frames / TUNING_GRAPH_WORKER_FRAMES;
    uint64_t by_size = frames * TUNING_GRAPH_WORKER_BYTES / (bytes + 1);
    if (most > by_size) most = by_size;
    int threads = task_threads();
    return most < 1 ? 1 : most < (uint64_t)threads ? (int)most : threads;
}

bool graph_has_long_locations(const struct graph_table *t) {
    for (loc_id l = 0; l < t->view->n_locations; l++)
        if (t->first[l + 1] - t->first[l] > TUNING_GRAPH_PADDING) return true;
    return false;
}

struct graph *graph_new(struct graph_work *w, uint32_t n_all) {
    struct graph *g = ARENA_NEW(w->arena, struct graph);
    g->node = ARENA_ZERO(w->arena, struct graph_node, n_all);
    g->order = ARENA_ARRAY(w->arena, uint32_t, n_all);
    g->n_all = n_all;
    w->identity = ARENA_ARRAY(w->arena, uint32_t, n_all);
    w->listed = ARENA_ZERO(w->arena, uint8_t, n_all);
    return g;
}

void graph_keep_first(struct graph_work *w, struct graph *g, uint32_t n) {
    struct graph_node *node = ARENA_ARRAY(w->arena, struct graph_node, n);
    uint32_t *identity = ARENA_ARRAY(w->arena, uint32_t, n), *rank = ARENA_ARRAY(w->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        node[i] = g->node[g->order[i]];
        identity[i] = w->identity[g->order[i]];
        rank[i] = w->rank[g->order[i]];
        g->order[i] = i;
    }
    g->node = node;
    g->n_nodes = g->n_all = n;
    w->identity = identity;
    w->rank = rank;
    memset(w->listed, 1, n);
}

uint32_t *graph_part_of(struct graph_work *w, const struct graph *g) {
    uint32_t *part = ARENA_ARRAY(w->arena, uint32_t, w->table.nodes.n);
    memset(part, 0xff, w->table.nodes.n * sizeof *part);
    for (uint32_t i = 0; i < g->n_all; i++) part[w->identity[i]] = i;
    return part;
}
