/* call_tree: a node for each call path instead of one for each function.
 *
 * A tree node has one parent, so its incoming edge needs no record of its own: its weight is the node's cum value.
 * Children come after their parents in each column, so one pass backwards sums cum values and one pass forwards splices
 * nodes out. */
#include "graph/tree.h"

#include <string.h>

#include "base/tuning.h"
#include "graph/edges.h"
#include "graph/order.h"
#include "graph/tag_sums.h"
#include "graph/tags.h"
#include "graph/trim.h"

struct call_tree {
    uint32_t n;
    uint32_t *identity; /* node in the table of nodes */
    uint32_t *parent;   /* GRAPH_NONE: it is a root, or its edge was cut off */
    uint32_t *group;    /* number of the nodes of one function below one parent */
    uint8_t *inlined;   /* the edge from the parent is always an inlining */
    uint8_t *residual;  /* the edge bridges nodes that were removed */
    int64_t *flat, *cum, *flat_div, *cum_div;
    const struct graph_tags **tags;
    uint32_t *leaf; /* per stack: the node nearest to its end */
    uint8_t *exact; /* per stack: leaf is its end, so it gets the flat weight */
};

static struct call_tree tree_alloc(struct arena *a, uint32_t n, bool mean) {
    return (struct call_tree){.identity = ARENA_ARRAY(a, uint32_t, n),
                              .parent = ARENA_ARRAY(a, uint32_t, n),
                              .group = ARENA_ARRAY(a, uint32_t, n),
                              .inlined = ARENA_ARRAY(a, uint8_t, n),
                              .residual = ARENA_ZERO(a, uint8_t, n),
                              .flat = ARENA_ZERO(a, int64_t, n),
                              .cum = ARENA_ZERO(a, int64_t, n),
                              .flat_div = mean ? ARENA_ZERO(a, int64_t, n) : NULL,
                              .cum_div = mean ? ARENA_ZERO(a, int64_t, n) : NULL,
                              .tags = ARENA_ZERO(a, const struct graph_tags *, n)};
}

struct trie_node {
    uint32_t identity, parent;
    bool inlined;
};

/* The node that the first frames of a stack (from the root) lead to. A stack that begins with the same frames starts
 * there. */
struct checkpoint {
    stack_id stack;
    uint32_t node;
};

/* The shape of the tree, built before the number of nodes is known. */
struct trie {
    struct u64map child; /* parent + 1 << 32 | table node -> tree node */
    VEC(struct trie_node) node;
    struct u64map checkpoint_at; /* hash of the frames up to it -> index into checkpoint */
    VEC(struct checkpoint) checkpoint;
};

static uint32_t add_child(struct graph_work *w, struct trie *s, uint32_t parent, uint32_t identity, bool inlined) {
    uint64_t key = (uint64_t)(parent + 1) << 32 | identity; /* GRAPH_NONE + 1 is 0: the parent of all roots */
    bool added;
    uint32_t i = u64map_put(&s->child, key, (uint32_t)s->node.n, &added);
    if (added) *VEC_PUSH(w->arena, &s->node) = (struct trie_node){identity, parent, true};
    s->node.at[i].inlined &= inlined;
    return i;
}

static uint32_t add_frame(struct graph_work *w, struct trie *s, uint32_t parent, loc_id l) {
    const struct graph_table *t = &w->table;
    for (uint32_t i = t->first[l + 1]; i-- > t->first[l];)
        parent = add_child(w, s, parent, t->node_of[i], i + 1 != t->first[l + 1]);
    return parent;
}

/* Hashes the first TUNING_TREE_STRIDE, 2 * TUNING_TREE_STRIDE … frames from the root and returns the number of hashes.
 * `end` points past the frame of the root. */
static uint32_t hash_frames(const loc_id *end, uint64_t n_frames, uint64_t *hash) {
    uint32_t n = n_frames / TUNING_TREE_STRIDE < TUNING_TREE_CHECKPOINTS ? (uint32_t)(n_frames / TUNING_TREE_STRIDE)
                                                                         : TUNING_TREE_CHECKPOINTS;
    uint64_t h = 0;
    for (uint32_t i = 0; i < n; i++) {
        end -= TUNING_TREE_STRIDE;
        h = hash_u64(h + hash_bytes(end, TUNING_TREE_STRIDE * sizeof *end));
        hash[i] = h;
    }
    return n;
}

/* The node of the last checkpoint on the way of `stack`, or GRAPH_NONE; *n is set to the number of strides up to it. */
static uint32_t find_checkpoint(const struct graph_work *w, const struct trie *s, stack_id stack, const uint64_t *hash,
                                uint32_t *n) {
    const struct profile *v = w->view;
    const loc_id *end = v->frame + v->stack_off[stack + 1];
    for (; *n > 0; --*n) {
        uint32_t i;
        if (!u64map_get(&s->checkpoint_at, hash[*n - 1], &i)) continue;
        const struct checkpoint *m = &s->checkpoint.at[i];
        uint64_t length = (uint64_t)*n * TUNING_TREE_STRIDE;
        if (v->stack_off[m->stack + 1] - v->stack_off[m->stack] < length) continue; /* hashes may collide */
        if (memcmp(end - length, v->frame + v->stack_off[m->stack + 1] - length, length * sizeof *end) == 0)
            return m->node;
    }
    return GRAPH_NONE;
}

static void add_checkpoint(struct graph_work *w, struct trie *s, uint64_t hash, struct checkpoint m) {
    bool added;
    u64map_put(&s->checkpoint_at, hash, (uint32_t)s->checkpoint.n, &added);
    if (added) *VEC_PUSH(w->arena, &s->checkpoint) = m;
}

static uint32_t add_stack(struct graph_work *w, struct trie *s, stack_id stack) {
    const struct profile *v = w->view;
    const loc_id *frame = v->frame + v->stack_off[stack], *end = v->frame + v->stack_off[stack + 1];
    uint64_t hash[TUNING_TREE_CHECKPOINTS], length = (uint64_t)(end - frame);
    uint32_t n_hashes = hash_frames(end, length, hash), known = n_hashes;
    uint32_t parent = find_checkpoint(w, s, stack, hash, &known);
    for (uint64_t i = (uint64_t)known * TUNING_TREE_STRIDE; i < length; i++) {
        parent = add_frame(w, s, parent, end[-1 - (ptrdiff_t)i]);
        if ((i + 1) % TUNING_TREE_STRIDE == 0 && (i + 1) / TUNING_TREE_STRIDE <= n_hashes)
            add_checkpoint(w, s, hash[i / TUNING_TREE_STRIDE], (struct checkpoint){stack, parent});
    }
    return parent;
}

/* Groups the nodes that callgrind shows as one function: those of one function below one parent. */
static void group_functions(struct graph_work *w, struct call_tree *t) {
    struct u64map groups = {.arena = w->arena};
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t function = graph_table_function(&w->table, t->identity[i]);
        bool added;
        t->group[i] = u64map_put(&groups, (uint64_t)(t->parent[i] + 1) << 32 | function, i, &added);
    }
}

static struct call_tree tree_make(struct graph_work *w) {
    const struct profile *v = w->view;
    struct trie s = {.child = {.arena = w->arena}, .checkpoint_at = {.arena = w->arena}};
    uint32_t *leaf = ARENA_ARRAY(w->arena, uint32_t, v->n_stacks);
    for (stack_id i = 0; i < v->n_stacks; i++) leaf[i] = w->weights.active[i] ? add_stack(w, &s, i) : GRAPH_NONE;
    struct call_tree t = tree_alloc(w->arena, (uint32_t)s.node.n, w->weights.divisor != NULL);
    t.n = (uint32_t)s.node.n;
    t.leaf = leaf;
    t.exact = ARENA_ARRAY(w->arena, uint8_t, v->n_stacks);
    memset(t.exact, 1, v->n_stacks);
    for (uint32_t i = 0; i < t.n; i++) {
        t.identity[i] = s.node.at[i].identity;
        t.parent[i] = s.node.at[i].parent;
        t.inlined[i] = s.node.at[i].inlined;
    }
    group_functions(w, &t);
    return t;
}

static void sum_up(int64_t *flat, int64_t *cum, const struct call_tree *t, const int64_t *weight, const uint32_t *leaf,
                   uint32_t n_stacks) {
    for (stack_id i = 0; i < n_stacks; i++)
        if (leaf[i] != GRAPH_NONE) flat[leaf[i]] = graph_add(flat[leaf[i]], weight[i]);
    for (uint32_t i = t->n; i-- > 0;) {
        cum[i] = graph_add(cum[i], flat[i]);
        if (t->parent[i] != GRAPH_NONE) cum[t->parent[i]] = graph_add(cum[t->parent[i]], cum[i]);
    }
}

static void tree_sum(const struct graph_work *w, struct call_tree *t) {
    uint32_t n_stacks = w->view->n_stacks;
    sum_up(t->flat, t->cum, t, w->weights.weight, t->leaf, n_stacks);
    if (t->flat_div) sum_up(t->flat_div, t->cum_div, t, w->weights.divisor, t->leaf, n_stacks);
}

static bool is_listed(const struct graph_work *w, const struct call_tree *t, uint32_t i) {
    return graph_is_listed(w->options, t->flat[i], t->cum[i]);
}

/* Removes nodes. The children of a removed node move to its parent, or become roots if it has none. */
static void splice(struct call_tree *t, const uint8_t *gone) {
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t p = t->parent[i];
        if (p == GRAPH_NONE || !gone[p]) continue;
        t->parent[i] = t->parent[p]; /* p itself has been spliced already */
        t->residual[i] = 1;
        t->inlined[i] &= t->inlined[p];
    }
}

/* The new number of each old node, or that of its nearest ancestor that is left. */
static uint32_t *renumber(struct arena *a, const struct call_tree *t, const uint8_t *gone, uint32_t *n) {
    uint32_t *to = ARENA_ARRAY(a, uint32_t, t->n);
    *n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        if (!gone[i])
            to[i] = (*n)++;
        else
            to[i] = t->parent[i] == GRAPH_NONE ? GRAPH_NONE : to[t->parent[i]];
    }
    return to;
}

static void tree_remove(struct graph_work *w, struct call_tree *t, const uint8_t *gone) {
    splice(t, gone);
    uint32_t n;
    const uint32_t *to = renumber(w->arena, t, gone, &n);
    for (stack_id i = 0; i < w->view->n_stacks; i++) {
        if (t->leaf[i] == GRAPH_NONE) continue;
        t->exact[i] &= !gone[t->leaf[i]];
        t->leaf[i] = to[t->leaf[i]];
    }
    for (uint32_t i = 0; i < t->n; i++) {
        if (gone[i]) continue;
        uint32_t k = to[i]; /* never larger than i */
        t->identity[k] = t->identity[i];
        t->parent[k] = t->parent[i] == GRAPH_NONE ? GRAPH_NONE : to[t->parent[i]];
        t->group[k] = t->group[i];
        t->inlined[k] = t->inlined[i];
        t->residual[k] = t->residual[i];
        t->flat[k] = t->flat[i];
        t->cum[k] = t->cum[i];
        if (t->flat_div) {
            t->flat_div[k] = t->flat_div[i];
            t->cum_div[k] = t->cum_div[i];
        }
        t->tags[k] = t->tags[i];
    }
    t->n = n;
}

static uint32_t cut_by_value(struct graph_work *w, struct call_tree *t) {
    int64_t total = 0;
    for (uint32_t i = 0; i < t->n; i++)
        if (is_listed(w, t, i)) total = graph_add(total, t->flat[i]);
    w->node_cutoff = graph_cutoff(total, w->options->nodefraction);
    w->edge_cutoff = graph_cutoff(total, w->options->edgefraction);
    if (w->node_cutoff <= 0) return 0;
    uint8_t *gone = ARENA_ZERO(w->arena, uint8_t, t->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        gone[i] = is_listed(w, t, i) && graph_abs(t->cum[i]) < w->node_cutoff;
        n += gone[i];
    }
    if (n) tree_remove(w, t, gone);
    return n;
}

static uint32_t cut_edges(const struct graph_work *w, struct call_tree *t) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->parent[i] == GRAPH_NONE || !is_listed(w, t, i) || graph_abs(t->cum[i]) >= w->edge_cutoff) continue;
        t->parent[i] = GRAPH_NONE;
        n++;
    }
    return n;
}

static void show_edges(struct graph_work *w, const struct call_tree *t, struct graph *g) {
    g->edge = ARENA_ARRAY(w->arena, struct graph_edge, t->n);
    g->n_edges = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->parent[i] == GRAPH_NONE) continue;
        g->edge[g->n_edges++] = (struct graph_edge){.from = t->parent[i],
                                                    .to = i,
                                                    .weight = t->cum[i],
                                                    .weight_div = t->cum_div ? t->cum_div[i] : 0,
                                                    .residual = t->residual[i],
                                                    .inlined = t->inlined[i]};
    }
    graph_sort_edges(w, g);
    graph_link_edges(w, g);
}

/* Node i of the graph is node i of the tree. */
static struct graph *show(struct graph_work *w, const struct call_tree *t) {
    struct graph *g = graph_new(w, t->n);
    for (uint32_t i = 0; i < t->n; i++) {
        struct graph_node *n = &g->node[i];
        graph_table_show(&w->table, t->identity[i], n);
        n->function = t->group[i];
        n->flat = t->flat[i];
        n->cum = t->cum[i];
        if (t->flat_div) {
            n->flat_div = t->flat_div[i];
            n->cum_div = t->cum_div[i];
        }
        n->tags = t->tags[i];
        w->identity[i] = t->identity[i];
        w->listed[i] = is_listed(w, t, i);
        if (w->listed[i]) g->order[g->n_nodes++] = i;
    }
    graph_rank_names(w, g);
    show_edges(w, t, g);
    graph_sort_nodes(w, g);
    return g;
}

/* A stack visits its leaf and all ancestors of the leaf. */
static const struct graph_visits *find_visits(struct graph_work *w, const struct call_tree *t, const uint8_t *needed) {
    struct graph_visits *visits = ARENA_ARRAY(w->arena, struct graph_visits, w->view->n_stacks);
    VEC(uint32_t) node = {0};
    for (stack_id s = 0; s < w->view->n_stacks; s++) {
        uint32_t leaf = t->leaf[s];
        visits[s] = (struct graph_visits){.leaf = GRAPH_NONE};
        if (leaf == GRAPH_NONE || !needed[s]) continue;
        if (t->exact[s] && w->listed[leaf]) visits[s].leaf = leaf;
        node.n = 0;
        for (uint32_t i = leaf; i != GRAPH_NONE; i = t->parent[i])
            if (w->listed[i]) *VEC_PUSH(w->arena, &node) = i;
        uint32_t *copy = ARENA_ARRAY(w->arena, uint32_t, node.n);
        if (node.n) memcpy(copy, node.at, node.n * sizeof *copy);
        visits[s].node = copy;
        visits[s].n = (uint32_t)node.n;
    }
    return visits;
}

static struct graph *cut_by_count(struct graph_work *w, struct call_tree *t, struct graph *g) {
    uint32_t n = graph_select(w, g);
    cut_edges(w, t);
    if (n < g->n_nodes) {
        uint8_t *gone = ARENA_ZERO(w->arena, uint8_t, t->n);
        for (uint32_t i = n; i < g->n_nodes; i++) gone[g->order[i]] = 1;
        tree_remove(w, t, gone);
        return show(w, t);
    }
    show_edges(w, t, g);
    return g;
}

struct graph *graph_build_tree(struct graph_work *w) {
    struct call_tree t = tree_make(w);
    tree_sum(w, &t);
    uint32_t dropped = cut_by_value(w, &t);
    struct graph *g = show(w, &t);
    uint32_t orig_count = g->n_nodes;
    if (w->plan->want_tags && graph_has_tags(w)) {
        struct graph_tagging *tagging = graph_tag_groups(w, g);
        graph_tag_nodes(tagging, find_visits(w, &t, graph_tagged_stacks(tagging)));
        for (uint32_t i = 0; i < t.n; i++) t.tags[i] = g->node[i].tags;
    }
    if (w->options->nodecount > 0) g = cut_by_count(w, &t, g);
    g->orig_count = orig_count;
    g->dropped_nodes = dropped;
    g->dropped_edges = cut_edges(w, &t);
    if (g->dropped_edges) show_edges(w, &t, g);
    return g;
}
