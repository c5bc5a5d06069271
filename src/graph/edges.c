/* Edges: who calls whom among the nodes a report keeps, and with what weight. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/task.h"
#include "graph/graph_internal.h"

enum { STACKS_AT_ONCE = 1024, SLOTS_AT_FIRST = 1 << 12 };

/* A location none of whose nodes is kept. */
#define PASSED_OVER (UINT32_MAX - 2)

enum { RESIDUAL = 1, CALLED = 2 }; /* CALLED: some contribution was no inlining */

struct slot {
    uint64_t key; /* (from << 32 | to) + 1; 0 = free */
    int64_t weight;
    uint32_t mark; /* the worker's number of the last stack that used the edge */
    uint32_t flags;
};

/* A worker's edges: open addressing, at most half full. */
struct edge_table {
    struct arena arena;
    struct slot *slot;
    int64_t *divisor; /* beside slot[]; NULL unless mean */
    uint64_t factor;  /* odd and random: no input can aim at collisions */
    uint32_t n, n_slots;
    int shift;
    uint32_t stack; /* number of the stack being walked; 0 is none */
};

struct edge_walk {
    const struct graph_work *w;
    const uint32_t *part;   /* table node -> index in g->node, or GRAPH_NONE */
    const uint32_t *single; /* location -> that index, GRAPH_MANY or PASSED_OVER */
    const uint8_t *wanted;  /* per index: edges into it are wanted; NULL: all are */
    struct edge_table *worker;
    atomic_uint next;
};

static void table_alloc(struct edge_table *t, uint32_t n_slots, bool mean) {
    t->slot = ARENA_ZERO(&t->arena, struct slot, n_slots);
    t->divisor = mean ? ARENA_ZERO(&t->arena, int64_t, n_slots) : NULL;
    t->n_slots = n_slots;
    t->shift = 64;
    for (uint32_t s = n_slots; s > 1; s /= 2) t->shift--;
}

static inline uint32_t table_probe(const struct edge_table *t, uint64_t key) {
    uint32_t i = (uint32_t)(key * t->factor >> t->shift);
    while (t->slot[i].key && t->slot[i].key != key) i = (i + 1) & (t->n_slots - 1);
    return i;
}

static void table_grow(struct edge_table *t) {
    struct edge_table old = *t;
    table_alloc(t, old.n_slots * 2, old.divisor != NULL);
    for (uint32_t i = 0; i < old.n_slots; i++) {
        if (!old.slot[i].key) continue;
        uint32_t to = table_probe(t, old.slot[i].key);
        t->slot[to] = old.slot[i];
        if (old.divisor) t->divisor[to] = old.divisor[i];
    }
}

static inline struct slot *table_at(struct edge_table *t, uint64_t key) {
    uint32_t i = table_probe(t, key);
    if (!t->slot[i].key) {
        if (t->n >= t->n_slots / 2) {
            table_grow(t);
            i = table_probe(t, key);
        }
        t->slot[i].key = key;
        t->n++;
    }
    return &t->slot[i];
}

static inline void add_edge(struct edge_table *t, uint32_t from, uint32_t to, uint32_t flags, int64_t weight,
                            int64_t divisor) {
    struct slot *s = table_at(t, ((uint64_t)from << 32 | to) + 1);
    if (s->mark == t->stack) return; /* an edge counts once per stack, as it is first met from the root */
    s->mark = t->stack;
    s->flags |= flags;
    s->weight = graph_add(s->weight, weight);
    if (t->divisor) t->divisor[s - t->slot] = graph_add(t->divisor[s - t->slot], divisor);
}

/* Where a walk from the root stands. */
struct step {
    uint32_t parent; /* the last kept node */
    uint32_t flags;  /* RESIDUAL when nodes were passed over since */
};

static inline void step_to(struct edge_table *t, const struct edge_walk *all, struct step *at, uint32_t node,
                           uint32_t called, int64_t weight, int64_t divisor) {
    if (node == GRAPH_NONE) {
        at->flags = RESIDUAL;
        return;
    }
    if (at->parent != GRAPH_NONE && at->parent != node && (!all->wanted || all->wanted[node]))
        add_edge(t, at->parent, node, at->flags | called, weight, divisor);
    at->parent = node;
    at->flags = 0;
}

static void walk_stack(struct edge_table *t, const struct edge_walk *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const uint32_t *first = all->w->table.first, *node_of = all->w->table.node_of;
    int64_t weight = all->w->weights.weight[stack];
    int64_t divisor = t->divisor ? all->w->weights.divisor[stack] : 0;
    struct step at = {GRAPH_NONE, 0};
    t->stack++;
    for (const loc_id *frame = v->frame + v->stack_off[stack + 1]; frame-- > v->frame + v->stack_off[stack];) {
        uint32_t node = all->single[*frame];
        if (node == PASSED_OVER) {
            at.flags = RESIDUAL;
        } else if (node != GRAPH_MANY) {
            step_to(t, all, &at, node, CALLED, weight, divisor);
        } else {
            uint32_t outermost = first[*frame + 1] - 1;
            for (uint32_t i = outermost + 1; i-- > first[*frame];)
                step_to(t, all, &at, all->part[node_of[i]], i == outermost ? CALLED : 0, weight, divisor);
        }
    }
}

static void walk_stacks(void *context, int part) {
    struct edge_walk *all = context;
    struct edge_table *t = &all->worker[part];
    const struct graph_weights *weights = &all->w->weights;
    uint32_t n_stacks = all->w->view->n_stacks;
    table_alloc(t, SLOTS_AT_FIRST, weights->divisor != NULL);
    for (;;) {
        uint32_t from = atomic_fetch_add(&all->next, 1);
        if (from > n_stacks / STACKS_AT_ONCE) break;
        from *= STACKS_AT_ONCE;
        uint32_t to = n_stacks - from > STACKS_AT_ONCE ? from + STACKS_AT_ONCE : n_stacks;
        for (stack_id i = from; i < to; i++)
            if (weights->active[i]) walk_stack(t, all, i);
    }
}

/* Adds what another worker found. */
static void table_join(struct edge_table *into, const struct edge_table *from) {
    for (uint32_t i = 0; i < from->n_slots; i++) {
        const struct slot *s = &from->slot[i];
        if (!s->key) continue;
        struct slot *d = table_at(into, s->key);
        d->flags |= s->flags;
        d->weight = graph_add(d->weight, s->weight);
        if (into->divisor)
            into->divisor[d - into->slot] = graph_add(into->divisor[d - into->slot], from->divisor[i]);
    }
}

uint32_t *graph_part_of(struct graph_work *w, const struct graph *g) {
    uint32_t *part = ARENA_ARRAY(w->arena, uint32_t, w->table.n_nodes);
    memset(part, 0xff, w->table.n_nodes * sizeof *part);
    for (uint32_t i = 0; i < g->n_all; i++) part[w->identity[i]] = i;
    return part;
}

static const uint32_t *single_parts(struct graph_work *w, const uint32_t *part) {
    const struct graph_table *t = &w->table;
    uint32_t n = w->view->n_locations, *single = ARENA_ARRAY(w->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        if (t->single[i] != GRAPH_MANY) {
            uint32_t p = part[t->single[i]];
            single[i] = p == GRAPH_NONE ? PASSED_OVER : p;
            continue;
        }
        single[i] = PASSED_OVER;
        for (uint32_t k = t->first[i]; k < t->first[i + 1]; k++)
            if (part[t->node_of[k]] != GRAPH_NONE) single[i] = GRAPH_MANY;
    }
    return single;
}

static void list_edges(struct graph_work *w, struct graph *g, const struct edge_table *t) {
    g->edge = ARENA_ARRAY(w->arena, struct graph_edge, t->n);
    g->n_edges = 0;
    for (uint32_t i = 0; i < t->n_slots; i++) {
        const struct slot *s = &t->slot[i];
        if (!s->key) continue;
        g->edge[g->n_edges++] = (struct graph_edge){.from = (uint32_t)((s->key - 1) >> 32),
                                                    .to = (uint32_t)(s->key - 1),
                                                    .weight = s->weight,
                                                    .weight_div = t->divisor ? t->divisor[i] : 0,
                                                    .residual = s->flags & RESIDUAL,
                                                    .inlined = !(s->flags & CALLED)};
    }
}

/* All edges (or those into wanted nodes) as they come: in no order. */
static void find_edges(struct graph_work *w, struct graph *g, const uint32_t *part, const uint8_t *wanted) {
    int workers = graph_workers(w->view, (size_t)g->n_all * sizeof(struct slot));
    struct edge_walk all = {.w = w, .part = part, .single = single_parts(w, part), .wanted = wanted};
    all.worker = ARENA_ZERO(w->arena, struct edge_table, (size_t)workers);
    for (int i = 0; i < workers; i++) all.worker[i].factor = hash_u64(1) | 1;
    task_run(workers, walk_stacks, &all);
    for (int i = 1; i < workers; i++) {
        table_join(&all.worker[0], &all.worker[i]);
        arena_release(&all.worker[i].arena);
    }
    list_edges(w, g, &all.worker[0]);
    arena_release(&all.worker[0].arena);
}

/* ---- order and adjacency ---- */

struct sortable_edge {
    uint64_t weight; /* |weight|, turned so that ascending is heaviest first */
    uint64_t ranks;  /* source's and destination's */
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
        /* signed order reversed: the smallest integer's magnitude is itself, and comes last */
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

void graph_make_edges(struct graph_work *w, struct graph *g) {
    find_edges(w, g, graph_part_of(w, g), NULL);
    graph_sort_edges(w, g);
    graph_link_edges(w, g);
}

/* ---- (inline) ---- */

/* Which nodes ever are a line inlined into another; NULL when none is. */
static const uint8_t *inlined_nodes(struct graph_work *w, const struct graph *g, const uint32_t *part) {
    const struct graph_table *t = &w->table;
    uint8_t *inlined = ARENA_ZERO(w->arena, uint8_t, g->n_all);
    bool any = false;
    for (uint32_t i = 0; i < w->view->n_locations; i++) {
        if (t->single[i] != GRAPH_MANY) continue;
        for (uint32_t k = t->first[i]; k + 1 < t->first[i + 1]; k++) {
            if (part[t->node_of[k]] == GRAPH_NONE) continue;
            inlined[part[t->node_of[k]]] = 1;
            any = true;
        }
    }
    return any ? inlined : NULL;
}

void graph_mark_inlined(struct graph_work *w, struct graph *g) {
    const uint32_t *part = graph_part_of(w, g);
    const uint8_t *wanted = inlined_nodes(w, g, part);
    if (!wanted) return;
    find_edges(w, g, part, wanted);
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
