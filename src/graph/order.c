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
#include <string.h>

#include "base/radix.h"
#include "graph/names.h"

/* Bytes of a common start after which names are compared: they may be long, and each step calls itself. */
enum { HEADS_MOST = 512 };

/* Eight bytes of a name, comparable as a number; zeros after its end. */
static uint64_t head_of(str s, size_t from) {
    uint64_t h = 0;
    if (from >= s.len) return 0;
    size_t n = s.len - from < sizeof h ? s.len - from : sizeof h;
    if (n == sizeof h) {
        memcpy(&h, s.ptr + from, sizeof h);
        return __builtin_bswap64(h);
    }
    for (size_t i = 0; i < n; i++) h |= (uint64_t)(unsigned char)s.ptr[from + i] << 8 * (sizeof h - 1 - i);
    return h;
}

struct long_name {
    str name;
    uint32_t at; /* keeps the order of equal names */
    uint32_t value;
};

static int compare_long_names(const void *left, const void *right) {
    const struct long_name *l = left, *r = right;
    int c = str_compare(l->name, r->name);
    return c ? c : l->at < r->at ? -1 : l->at > r->at;
}

static void sort_long_names(struct arena *a, const str *name, struct radix_item *item, uint32_t n) {
    struct long_name *s = ARENA_ARRAY(a, struct long_name, n);
    for (uint32_t i = 0; i < n; i++) s[i] = (struct long_name){name[item[i].value], i, item[i].value};
    qsort(s, n, sizeof *s, compare_long_names);
    for (uint32_t i = 0; i < n; i++) item[i].value = s[i].value;
}

/* Sorts items by the names of their values, which have the first `from` bytes in common. */
static void sort_names(struct arena *a, const str *name, struct radix_item *item, uint32_t n, size_t from) {
    for (uint32_t i = 0; i < n; i++) item[i].key = head_of(name[item[i].value], from);
    radix_sort(a, item, n);
    from += sizeof item->key;
    for (uint32_t first = 0, end; first < n; first = end) {
        bool are_same = true, have_ended = true;
        str one = name[item[first].value];
        for (end = first; end < n && item[end].key == item[first].key; end++) {
            str other = name[item[end].value];
            are_same &= other.ptr == one.ptr && other.len == one.len;
            have_ended &= other.len <= from;
        }
        if (are_same) continue;
        if (have_ended) {
            /* they differ in zeros at their ends only */
            for (uint32_t i = first; i < end; i++) item[i].key = name[item[i].value].len;
            radix_sort(a, item + first, end - first);
        } else if (from >= HEADS_MOST) {
            sort_long_names(a, name, item + first, end - first);
        } else {
            sort_names(a, name, item + first, end - first, from);
        }
    }
}

void graph_rank(struct arena *a, const str *name, uint32_t n, uint32_t *rank) {
    struct radix_item *item = ARENA_ARRAY(a, struct radix_item, n);
    for (uint32_t i = 0; i < n; i++) item[i].value = i;
    sort_names(a, name, item, n, 0);
    for (uint32_t i = 0, next = 0; i < n; i++) {
        if (i && !str_equal(name[item[i - 1].value], name[item[i].value])) next++;
        rank[item[i].value] = next;
    }
}

/* Ranks nodes that all have addresses, with which their names start: only nodes that share an address need names. */
static void rank_addresses(struct arena *a, const struct graph *g, uint32_t *rank) {
    enum { ADDRESS_TEXT = 17 }; /* of a name: 16 digits and a space */
    struct radix_item *item = ARENA_ARRAY(a, struct radix_item, g->n_all);
    str *name = ARENA_ARRAY(a, str, g->n_all);
    for (uint32_t i = 0; i < g->n_all; i++) item[i] = (struct radix_item){g->node[i].address, i};
    radix_sort(a, item, g->n_all);
    for (uint32_t first = 0, end, next = 0; first < g->n_all; first = end) {
        for (end = first + 1; end < g->n_all && item[end].key == item[first].key;) end++;
        for (uint32_t i = first; i < end && end - first > 1; i++)
            name[item[i].value] = graph_node_name(a, &g->node[item[i].value]);
        if (end - first > 1) sort_names(a, name, item + first, end - first, ADDRESS_TEXT);
        for (uint32_t i = first; i < end; i++) {
            rank[item[i].value] = next;
            next += i + 1 == end || !str_equal(name[item[i].value], name[item[i + 1].value]);
        }
    }
}

static bool have_addresses(const struct graph *g) {
    for (uint32_t i = 0; i < g->n_all; i++)
        if (!g->node[i].address) return false;
    return true;
}

void graph_rank_names(struct graph_work *w, struct graph *g) {
    w->rank = ARENA_ZERO(w->arena, uint32_t, g->n_all);
    struct arena_mark mark = arena_mark(w->arena);
    if (have_addresses(g)) {
        rank_addresses(w->arena, g, w->rank);
    } else {
        str *name = ARENA_ARRAY(w->arena, str, g->n_all);
        for (uint32_t i = 0; i < g->n_all; i++) name[i] = graph_node_name(w->arena, &g->node[i]);
        graph_rank(w->arena, name, g->n_all, w->rank);
    }
    arena_rewind(w->arena, mark);
}

struct sortable_node {
    int64_t first, second; /* magnitudes, descending */
    uint32_t rank, node;
};

static struct sortable_node sortable(const struct graph_work *w, const struct graph *g, uint32_t node) {
    const struct graph_node *n = &g->node[node];
    int64_t flat = graph_abs(n->flat), cum = graph_abs(n->cum);
    if (w->plan->visual) return (struct sortable_node){graph_abs(graph_entropy_score(g, n)), flat, w->rank[node], node};
    if (w->options->sort == SORT_CUM) return (struct sortable_node){cum, flat, w->rank[node], node};
    return (struct sortable_node){flat, cum, w->rank[node], node};
}

static int compare_nodes(const void *left, const void *right) {
    const struct sortable_node *l = left, *r = right;
    if (l->first != r->first) return l->first > r->first ? -1 : 1;
    if (l->rank != r->rank) return l->rank < r->rank ? -1 : 1;
    if (l->second != r->second) return l->second > r->second ? -1 : 1;
    return l->node < r->node ? -1 : l->node > r->node;
}

/* Sorts by ranks, then by the first magnitudes; compares nodes where both are equal. */
void graph_sort_nodes(struct graph_work *w, struct graph *g) {
    struct arena_mark mark = arena_mark(w->arena);
    uint32_t n = g->n_nodes;
    struct sortable_node *s = ARENA_ARRAY(w->arena, struct sortable_node, n),
                         *sorted = ARENA_ARRAY(w->arena, struct sortable_node, n);
    struct radix_item *item = ARENA_ARRAY(w->arena, struct radix_item, n);
    for (uint32_t i = 0; i < n; i++) {
        s[i] = sortable(w, g, g->order[i]);
        item[i] = (struct radix_item){s[i].rank, i};
    }
    radix_sort(w->arena, item, n);
    for (uint32_t i = 0; i < n; i++) item[i].key = ~((uint64_t)s[item[i].value].first ^ (uint64_t)1 << 63);
    radix_sort(w->arena, item, n);
    for (uint32_t i = 0; i < n; i++) sorted[i] = s[item[i].value];
    for (uint32_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && sorted[to].first == sorted[from].first && sorted[to].rank == sorted[from].rank;)
            to++;
        if (to - from > 1) qsort(sorted + from, to - from, sizeof *sorted, compare_nodes);
    }
    for (uint32_t i = 0; i < n; i++) g->order[i] = sorted[i].node;
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
