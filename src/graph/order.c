/* Orders of nodes, and the entropy score by which graphs in pictures order them.
 *
 * pprof leaves these orders to chance; here they are fixed:
 * - nodes whose primary keys and printable names are equal but whose identities differ (files granularity,
 *   names with spaces, nodes of a call tree): by the secondary value, then by first appearance, location by
 *   location (call trees: in the order in which the stacks make them);
 * - edges of weights w and -w: by source name, destination name, then the positive one first, then by the
 *   nodes' first appearance;
 * - tags of weights w and -w: by name; tag groups of equal weight and label: in the order they were opened;
 * - sums of entropy: over the edges in printing order;
 * - callgrind's [i/n] suffixes: in the order of the printed nodes (so they are only random where these are). */
#include "graph/order.h"

#include <math.h>
#include <stdlib.h>

#include "graph/names.h"

struct ranked_name {
    uint64_t head[2]; /* the first 16 bytes, the length of an address, comparable as numbers */
    str name;
    uint32_t node;
};

static uint64_t head_of(str s, size_t from) {
    uint64_t h = 0;
    for (size_t i = from; i < from + 8; i++) h = h << 8 | (i < s.len ? (unsigned char)s.ptr[i] : 0);
    return h;
}

static int compare_text(const struct ranked_name *l, const struct ranked_name *r) {
    if (l->head[0] != r->head[0]) return l->head[0] < r->head[0] ? -1 : 1;
    if (l->head[1] != r->head[1]) return l->head[1] < r->head[1] ? -1 : 1;
    return str_compare(l->name, r->name);
}

static int compare_names(const void *left, const void *right) {
    const struct ranked_name *l = left, *r = right;
    int c = compare_text(l, r);
    return c ? c : l->node < r->node ? -1 : l->node > r->node;
}

void graph_rank_names(struct graph_work *w, const struct graph *g) {
    w->rank = ARENA_ARRAY(w->arena, uint32_t, g->n_all);
    struct arena_mark mark = arena_mark(w->arena);
    struct ranked_name *s = ARENA_ARRAY(w->arena, struct ranked_name, g->n_all);
    for (uint32_t i = 0; i < g->n_all; i++) {
        str name = graph_node_name(w->arena, &g->node[i]);
        s[i] = (struct ranked_name){{head_of(name, 0), head_of(name, 8)}, name, i};
    }
    qsort(s, g->n_all, sizeof *s, compare_names);
    uint32_t rank = 0;
    for (uint32_t i = 0; i < g->n_all; i++) {
        if (i && compare_text(&s[i - 1], &s[i]) != 0) rank++;
        w->rank[s[i].node] = rank;
    }
    arena_rewind(w->arena, mark);
}

struct sortable_node {
    int64_t first, second; /* magnitudes, descending */
    uint32_t rank, node;
};

static int compare_nodes(const void *left, const void *right) {
    const struct sortable_node *l = left, *r = right;
    if (l->first != r->first) return l->first > r->first ? -1 : 1;
    if (l->rank != r->rank) return l->rank < r->rank ? -1 : 1;
    if (l->second != r->second) return l->second > r->second ? -1 : 1;
    return l->node < r->node ? -1 : l->node > r->node;
}

void graph_sort_nodes(struct graph_work *w, struct graph *g) {
    struct arena_mark mark = arena_mark(w->arena);
    struct sortable_node *s = ARENA_ARRAY(w->arena, struct sortable_node, g->n_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        int64_t flat = graph_abs(n->flat), cum = graph_abs(n->cum);
        s[i] = (struct sortable_node){flat, cum, w->rank[g->order[i]], g->order[i]};
        if (w->plan->visual) {
            s[i].first = graph_abs(graph_entropy_score(g, n));
            s[i].second = flat;
        } else if (w->options->sort == SORT_CUM) {
            s[i].first = cum;
            s[i].second = flat;
        }
    }
    qsort(s, g->n_nodes, sizeof *s, compare_nodes);
    for (uint32_t i = 0; i < g->n_nodes; i++) g->order[i] = s[i].node;
    arena_rewind(w->arena, mark);
}

/* -f log2 f. NaN for f = 0, which in pprof, too, is the effect of edges that cancel out to 0. */
static double surprise(int64_t weight, int64_t total) {
    double fraction = (double)graph_abs(weight) / (double)total;
    return -fraction * log2(fraction);
}

static double edge_entropy(const struct graph *g, const uint32_t *edge, uint32_t n, int64_t self) {
    int64_t total = self;
    double score = 0;
    for (uint32_t i = 0; i < n; i++)
        if (g->edge[edge[i]].weight > 0) total = graph_add(total, g->edge[edge[i]].weight);
    if (!total) return 0;
    for (uint32_t i = 0; i < n; i++) score += surprise(g->edge[edge[i]].weight, total);
    if (self > 0) score += surprise(self, total);
    return score;
}

/* How much a node tells the reader of a graph: entries, leaves and nodes that spread their weight over many edges score
 * high, nodes that only pass weight on score low. */
int64_t graph_entropy_score(const struct graph *g, const struct graph_node *n) {
    double score = 0;
    score += n->n_in ? edge_entropy(g, n->in, n->n_in, 0) : 1;
    score += n->n_out ? edge_entropy(g, n->out, n->n_out, n->flat) : 1;
    return graph_add(graph_truncate(score * (double)n->cum), n->flat);
}
