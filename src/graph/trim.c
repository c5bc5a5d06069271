/* Trims a graph: cutoffs, nodecount, light and redundant edges. */
#include "graph/trim.h"

#include "graph/edges.h"

bool graph_is_listed(const struct options *o, int64_t flat, int64_t cum) {
    if (!flat && !cum) return false;
    return !o->drop_negative || !(flat < 0 || (flat == 0 && cum < 0));
}

int64_t graph_cutoff(int64_t total, double fraction) { return graph_abs(graph_truncate((double)total * fraction)); }

uint32_t graph_select(const struct graph_work *w, const struct graph *g) {
    int64_t most = w->options->nodecount, count = 0;
    if (most <= 0) return g->n_nodes;
    for (uint32_t i = 0; w->plan->visual && i < g->n_nodes; i++) {
        const struct graph_tags *tags = g->node[g->order[i]].tags;
        count += 1 + (tags ? tags->n_weighty : 0); /* estimates the space that tags take */
        if (count >= most) return i + 1;
    }
    return most < g->n_nodes ? (uint32_t)most : g->n_nodes;
}

/* Closes the gaps of edges that are marked in gone[]. */
static void drop_edges(struct graph *g, const uint8_t *gone) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_edges; i++)
        if (!gone[i]) g->edge[n++] = g->edge[i];
    g->n_edges = n;
}

uint32_t graph_trim_edges(struct graph_work *w, struct graph *g) {
    uint8_t *gone = ARENA_ZERO(w->arena, uint8_t, g->n_edges);
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = &g->edge[i];
        gone[i] = w->listed[e->to] && graph_abs(e->weight) < w->edge_cutoff;
        n += gone[i];
    }
    if (n) drop_edges(g, gone);
    return n;
}

/* Memory for the searches below; seen[] holds the number of the last search that met the node. */
struct search {
    const struct graph *g;
    const uint8_t *gone;
    uint32_t *seen, *queue;
    uint32_t number;
};

/* Returns true if another path leads from the edge's source to its destination. Searches backwards from the
 * destination. */
static bool is_redundant(struct search *s, uint32_t edge) {
    uint32_t source = s->g->edge[edge].from, head = 0, tail = 0;
    s->number++;
    s->queue[tail++] = s->g->edge[edge].to;
    s->seen[s->g->edge[edge].to] = s->number;
    while (head < tail) {
        const struct graph_node *n = &s->g->node[s->queue[head++]];
        for (uint32_t i = 0; i < n->n_in; i++) {
            uint32_t from = s->g->edge[n->in[i]].from;
            if (n->in[i] == edge || s->gone[n->in[i]] || s->seen[from] == s->number) continue;
            if (from == source) return true;
            s->seen[from] = s->number;
            s->queue[tail++] = from;
        }
    }
    return false;
}

/* Starts at the last node and the lightest of its incoming edges. Never removes an edge that is heavier than one that
 * is not residual, which would confuse readers. */
void graph_remove_redundant(struct graph_work *w, struct graph *g) {
    uint8_t *gone = ARENA_ZERO(w->arena, uint8_t, g->n_edges);
    struct search s = {.g = g,
                       .gone = gone,
                       .seen = ARENA_ZERO(w->arena, uint32_t, g->n_all),
                       .queue = ARENA_ARRAY(w->arena, uint32_t, g->n_all)};
    bool any = false;
    for (uint32_t i = g->n_nodes; i-- > 0;) {
        const struct graph_node *n = &g->node[g->order[i]];
        for (uint32_t k = n->n_in; k-- > 0 && g->edge[n->in[k]].residual;) {
            gone[n->in[k]] = is_redundant(&s, n->in[k]);
            any |= gone[n->in[k]];
        }
    }
    if (!any) return;
    drop_edges(g, gone);
    graph_link_edges(w, g);
}
