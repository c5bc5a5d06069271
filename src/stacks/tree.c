/* The tree of all stacks, and trees that are cut from it. */
#include "stacks/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/task.h"
#include "base/tuning.h"
#include "go/gotext.h"
#include "graph/graph.h"
#include "stacks/sides.h"

/* In this file a frame is a number: 2 * node of the names + (1 if it is inlined). */
struct naming {
    const struct profile *view;
    const struct options *options;
    struct graph_names *names;
    uint32_t *frame_at; /* [position in names->node_of] */
};

/* One of the stacks that are walked in parallel. */
struct lane {
    uint32_t *frame; /* root first */
    uint32_t n, room;
};

/* A tree of paths, in the order in which they were found: parents before children. Node 0 is the root. */
struct growth {
    struct arena arena;
    struct u64map child; /* parent << 32 | frame -> node */
    uint32_t *parent, *frame;
    uint32_t n, cap;
    struct arena rooms; /* memory of the lanes' frames */
    struct lane lane[TUNING_STACKTREE_LANES];
};

static void grow_start(struct growth *g, uint32_t expected) {
    g->child.arena = &g->arena;
    g->cap = expected < 64 ? 64 : expected;
    u64map_reserve(&g->child, g->cap);
    g->parent = ARENA_ARRAY(&g->arena, uint32_t, g->cap);
    g->frame = ARENA_ARRAY(&g->arena, uint32_t, g->cap);
    g->parent[0] = g->frame[0] = 0;
    g->n = 1;
}

static inline void grow_prefetch(const struct growth *g, uint32_t parent, uint32_t frame) {
    uint64_t key = (uint64_t)parent << 32 | frame;
    if (g->child.n) __builtin_prefetch(&g->child.slot[(uint32_t)hash_u64(key) & g->child.mask]);
}

static inline uint32_t grow_child(struct growth *g, uint32_t parent, uint32_t frame) {
    bool added;
    uint32_t node = u64map_put(&g->child, (uint64_t)parent << 32 | frame, g->n, &added);
    if (!added) return node;
    if (g->n == g->cap) {
        size_t size = g->cap * sizeof *g->parent;
        g->parent = arena_grow(&g->arena, g->parent, size, 2 * size);
        g->frame = arena_grow(&g->arena, g->frame, size, 2 * size);
        g->cap *= 2;
    }
    g->parent[node] = parent;
    g->frame[node] = frame;
    g->n++;
    return node;
}

/* Nodes that differ only in address, object or start line are one frame: returns, per node, the first of those that are
 * the same. */
static uint32_t *same_nodes(struct arena *scratch, const struct naming *m) {
    const struct graph_names *names = m->names;
    struct intern seen = {.arena = scratch};
    VEC(uint32_t) first = {0};
    uint32_t *same = ARENA_ARRAY(scratch, uint32_t, names->n_nodes);
    for (uint32_t i = 0; i < names->n_nodes; i++) {
        struct graph_node n = names->node[i];
        same[i] = i;
        if (n.name.len && !m->view->shown.address) continue;
        if (n.name.len) n.address = 0;
        str numbers = str_format(scratch, "%lld:%lld", (long long)n.line, (long long)n.column);
        str part[] = {n.name, n.file, numbers, n.name.len ? STR_EMPTY : graph_node_name(scratch, &n)};
        uint32_t id = intern_id(&seen, str_join(scratch, part, 4, (str){"", 1}));
        if (id == first.n) *VEC_PUSH(scratch, &first) = i;
        same[i] = first.at[id];
    }
    return same;
}

static void name_positions(struct arena *scratch, struct naming *m) {
    const struct graph_names *names = m->names;
    const uint32_t *same = same_nodes(scratch, m);
    m->frame_at = ARENA_ARRAY(scratch, uint32_t, names->first[m->view->n_locations]);
    for (loc_id l = 0; l < m->view->n_locations; l++)
        for (uint32_t i = names->first[l]; i < names->first[l + 1]; i++)
            m->frame_at[i] = 2 * same[names->node_of[i]] + (i + 1 < names->first[l + 1]);
}

struct growing {
    const struct naming *naming;
    const uint8_t *active; /* [stack] */
    uint32_t *leaf;        /* [stack]: its last node */
    struct growth *worker;
    int most_workers;
    uint8_t *worker_of; /* [stack / TUNING_STACKTREE_CHUNK] */
};

/* Makes room for the nodes of about as many paths as the worker has stacks. */
static void grow_begin(void *context, int worker) {
    struct growing *j = context;
    grow_start(&j->worker[worker], j->naming->view->n_stacks / (uint32_t)j->most_workers);
}

/* Writes the frames of a stack to a lane, root first, and returns their number. */
static uint32_t spread(struct growth *g, const struct naming *m, stack_id stack, struct lane *lane) {
    const struct profile *v = m->view;
    const uint32_t *first = m->names->first;
    uint32_t n = 0;
    for (uint64_t f = v->stack_off[stack + 1]; f-- > v->stack_off[stack];) {
        loc_id l = v->frame[f];
        uint32_t from = first[l], lines = first[l + 1] - from;
        if (lane->room - n < lines) {
            uint32_t room = 2 * (n + lines);
            lane->frame =
                arena_grow(&g->rooms, lane->frame, lane->room * sizeof *lane->frame, room * sizeof *lane->frame);
            lane->room = room;
        }
        while (lines-- > 0) lane->frame[n++] = m->frame_at[from + lines];
    }
    return n;
}

/* Walks several stacks in parallel, a step of each in turn, so that the look-ups of one need not wait for those of
 * another. */
static void grow_together(struct growing *j, struct growth *g, const stack_id *stack, uint32_t n_lanes) {
    uint32_t node[TUNING_STACKTREE_LANES], longest = 0;
    for (uint32_t k = 0; k < n_lanes; k++) {
        struct lane *l = &g->lane[k];
        l->n = spread(g, j->naming, stack[k], l);
        if (l->n > longest) longest = l->n;
        node[k] = 0;
    }
    for (uint32_t step = 0; step < longest; step++) {
        for (uint32_t k = 0; k < n_lanes; k++)
            if (step < g->lane[k].n) grow_prefetch(g, node[k], g->lane[k].frame[step]);
        for (uint32_t k = 0; k < n_lanes; k++)
            if (step < g->lane[k].n) node[k] = grow_child(g, node[k], g->lane[k].frame[step]);
    }
    for (uint32_t k = 0; k < n_lanes; k++) j->leaf[stack[k]] = node[k];
}

static void grow_stacks(void *context, int worker, uint32_t from, uint32_t to) {
    struct growing *j = context;
    struct growth *g = &j->worker[worker];
    stack_id stack[TUNING_STACKTREE_LANES];
    uint32_t n = 0;
    j->worker_of[from / TUNING_STACKTREE_CHUNK] = (uint8_t)worker;
    for (stack_id s = from; s < to; s++) {
        if (j->active[s]) stack[n++] = s;
        if (n < TUNING_STACKTREE_LANES && s + 1 < to) continue;
        grow_together(j, g, stack, n);
        n = 0;
    }
}

/* Adds the paths that another worker found, and moves the ends of its stacks to the nodes of the first worker. */
static void grow_merge(const struct growing *j, int worker, uint32_t n_stacks) {
    struct growth *to = &j->worker[0];
    const struct growth *from = &j->worker[worker];
    struct arena scratch = {0};
    uint32_t *is = ARENA_ARRAY(&scratch, uint32_t, from->n);
    is[0] = 0;
    for (uint32_t i = 1; i < from->n; i++) is[i] = grow_child(to, is[from->parent[i]], from->frame[i]);
    for (stack_id s = 0; s < n_stacks; s++)
        if (j->worker_of[s / TUNING_STACKTREE_CHUNK] == worker) j->leaf[s] = is[j->leaf[s]];
    arena_release(&scratch);
}

/* Grows one tree from the trees of all workers. Only the order of its nodes depends on how stacks were distributed. */
static struct growth grow(struct arena *scratch, const struct naming *naming, const uint8_t *active, uint32_t *leaf) {
    const struct profile *v = naming->view;
    uint64_t frames = v->n_stacks ? v->stack_off[v->n_stacks] : 0;
    int threads = task_threads();
    uint64_t worth = frames / TUNING_STACKTREE_WORKER + 1;
    int most = worth < (uint64_t)threads ? (int)worth : threads;
    struct growing j = {.naming = naming,
                        .active = active,
                        .leaf = leaf,
                        .most_workers = most,
                        .worker = ARENA_ZERO(scratch, struct growth, (size_t)most),
                        .worker_of = ARENA_ZERO(scratch, uint8_t, (size_t)v->n_stacks / TUNING_STACKTREE_CHUNK + 1)};
    int workers = task_chunks((struct task_chunks){.start = grow_begin,
                                                   .run = grow_stacks,
                                                   .context = &j,
                                                   .n = v->n_stacks,
                                                   .at_once = TUNING_STACKTREE_CHUNK,
                                                   .most_workers = most});
    for (int i = 0; i < workers; i++) arena_release(&j.worker[i].rooms);
    for (int i = 1; i < workers; i++) {
        grow_merge(&j, i, v->n_stacks);
        arena_release(&j.worker[i].arena);
    }
    return j.worker[0];
}

struct stacktree_all {
    struct naming naming;
    struct stacktree_plan plan;
    struct growth growth;
    uint32_t *leaf;                /* [stack]: its last node */
    struct stacktree_frame *frame; /* [number], for frames that nodes have */
    uint32_t *rank;                /* [number]: its position among them by name */
    uint32_t sides;
    int64_t **self, **total; /* [column][node] */
    double *whole;           /* [type]: sum of magnitudes, the larger of two sides */
};

static int64_t **new_columns(struct arena *a, uint32_t n, uint32_t rows) {
    int64_t **column = ARENA_ARRAY(a, int64_t *, n);
    for (uint32_t i = 0; i < n; i++) column[i] = ARENA_ZERO(a, int64_t, rows);
    return column;
}

static void sum_type(void *context, int t) {
    struct stacktree_all *s = context;
    const struct profile *v = s->naming.view;
    const int64_t *value = v->value[s->plan.type[t]];
    int64_t **self = s->self + (uint32_t)t * s->sides;
    double whole[SIDES] = {0, 0};
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i), node = s->leaf[v->stack_of[row]];
        int side = s->plan.two_sides ? sides_of(value[row]) : SIDE_NEW;
        uint64_t magnitude = sides_magnitude(value[row]);
        whole[side] += (double)magnitude;
        self[side][node] = graph_add(self[side][node], s->plan.two_sides ? (int64_t)magnitude : value[row]);
    }
    s->whole[t] = whole[SIDE_NEW] > whole[SIDE_BASE] ? whole[SIDE_NEW] : whole[SIDE_BASE];
    for (uint32_t side = 0; side < s->sides; side++) {
        int64_t *total = s->total[(uint32_t)t * s->sides + side];
        memcpy(total, self[side], s->growth.n * sizeof *total);
        for (uint32_t i = s->growth.n; --i > 0;)
            total[s->growth.parent[i]] = graph_add(total[s->growth.parent[i]], total[i]);
    }
}

/* The magnitude of the larger side, which decides the width of a node. */
static uint64_t weight(const struct stacktree_all *s, uint32_t type, uint32_t node) {
    uint64_t most = 0;
    for (uint32_t side = 0; side < s->sides; side++) {
        uint64_t m = sides_magnitude(s->total[type * s->sides + side][node]);
        if (m > most) most = m;
    }
    return most;
}

/* The types and the cut of a tree. */
struct cutting {
    const struct stacktree_all *all;
    uint32_t n_types;
    double cut;
};

static bool is_kept(const struct cutting *c, uint32_t node) {
    if (c->cut <= 0) return true;
    for (uint32_t t = 0; t < c->n_types; t++) {
        uint64_t w = weight(c->all, t, node);
        if (w > 0 && (double)w >= c->cut * c->all->whole[t]) return true;
    }
    return false;
}

/* The name, file and line of a frame. */
static struct stacktree_frame describe(struct arena *a, const struct naming *m, const str_id *file, uint32_t frame) {
    struct graph_node n = m->names->node[frame / 2];
    struct stacktree_frame f = {.function = n.name, .file = n.file, .line = n.line, .inlined = frame % 2};
    if (!n.name.len) {
        f.name = graph_node_name(a, &n);
        return f;
    }
    f.name = n.name;
    if (n.line || n.column) {
        str number = n.column ? str_format(a, ":%lld:%lld", (long long)n.line, (long long)n.column)
                              : str_format(a, ":%lld", (long long)n.line);
        f.name = str_join(a, (str[]){n.name, number}, 2, STR_EMPTY);
    }
    if (!f.file.len && file && file[frame / 2] != PROFILE_NONE && file[frame / 2])
        f.file = graph_trim_path(gotext_clean_path(a, profile_str(m->view, file[frame / 2])), m->options->trim_path,
                                 m->options->source_path);
    return f;
}

/* [node of names]: the file of all its functions, 0 if they differ. NULL if the view tells files apart. */
static str_id *find_files(struct arena *scratch, const struct naming *m) {
    const struct profile *v = m->view;
    if (v->shown.file) return NULL;
    str_id *file = ARENA_ARRAY(scratch, str_id, m->names->n_nodes);
    for (uint32_t i = 0; i < m->names->n_nodes; i++) file[i] = PROFILE_NONE;
    for (loc_id l = 0; l < v->n_locations; l++) {
        const uint32_t *node = m->names->node_of + m->names->first[l];
        for (uint32_t i = 0; i < v->location[l].n_lines; i++) {
            str_id f = v->function[v->line[v->location[l].first_line + i].function].file;
            str_id *known = &file[node[i]];
            *known = *known == PROFILE_NONE || *known == f ? f : 0;
        }
    }
    return file;
}

struct ranked {
    const struct stacktree_frame *frame;
    uint32_t number;
};

/* Frames that look the same are in the order of their numbers, because the order of nodes depends on the threads. */
static int compare_frames(const void *x, const void *y) {
    const struct ranked *p = x, *q = y;
    const struct stacktree_frame *a = p->frame, *b = q->frame;
    int c = str_compare(a->name, b->name);
    if (c == 0) c = str_compare(a->file, b->file);
    if (c == 0) c = (a->line > b->line) - (a->line < b->line);
    return c ? c : (p->number > q->number) - (p->number < q->number);
}

/* Names the frames of all nodes, and ranks them by name. */
static void name_frames(struct arena *a, struct stacktree_all *s) {
    struct arena scratch = {0};
    const struct growth *g = &s->growth;
    const str_id *file = find_files(&scratch, &s->naming);
    size_t n_numbers = (size_t)2 * s->naming.names->n_nodes;
    VEC(struct ranked) used = {0};
    s->frame = ARENA_ZERO(a, struct stacktree_frame, n_numbers);
    s->rank = ARENA_ZERO(a, uint32_t, n_numbers);
    for (uint32_t i = 1; i < g->n; i++) {
        struct stacktree_frame *f = &s->frame[g->frame[i]];
        if (f->name.ptr) continue;
        *f = describe(a, &s->naming, file, g->frame[i]);
        *VEC_PUSH(&scratch, &used) = (struct ranked){f, g->frame[i]};
    }
    if (used.n) qsort(used.at, used.n, sizeof *used.at, compare_frames);
    for (uint32_t i = 0; i < used.n; i++) s->rank[used.at[i].number] = i;
    arena_release(&scratch);
}

/* A node among its siblings. */
struct sibling {
    uint64_t weight;
    uint32_t rank; /* of its frame by name */
    uint32_t node;
};

static int compare_siblings(const void *x, const void *y) {
    const struct sibling *a = x, *b = y;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* The nodes that are kept, as children of their parents. */
struct choice {
    uint8_t *kept;      /* [node] */
    uint32_t *left_out; /* [node]: number of children that are not kept */
    uint32_t *first;    /* [node]: index of its first child in `sibling`; one element more than nodes */
    struct sibling *sibling;
    uint32_t n_kept;
};

static struct choice choose(struct arena *scratch, const struct cutting *cutting) {
    const struct stacktree_all *s = cutting->all;
    const struct growth *g = &s->growth;
    struct choice c = {.kept = ARENA_ZERO(scratch, uint8_t, g->n),
                       .left_out = ARENA_ZERO(scratch, uint32_t, g->n),
                       .first = ARENA_ZERO(scratch, uint32_t, (size_t)g->n + 2),
                       .n_kept = 1};
    c.kept[0] = 1;
    for (uint32_t i = 1; i < g->n; i++) {
        if (!c.kept[g->parent[i]]) continue;
        c.kept[i] = is_kept(cutting, i);
        if (!c.kept[i]) {
            c.left_out[g->parent[i]]++;
            continue;
        }
        c.n_kept++;
        c.first[g->parent[i] + 2]++;
    }
    for (uint32_t i = 0; i < g->n; i++) c.first[i + 2] += c.first[i + 1];
    c.sibling = ARENA_ARRAY(scratch, struct sibling, c.n_kept);
    /* first[node + 1] counts up to the start of the next node's children, and so becomes first[] of that node */
    for (uint32_t i = 1; i < g->n; i++)
        if (c.kept[i])
            c.sibling[c.first[g->parent[i] + 1]++] = (struct sibling){weight(s, 0, i), s->rank[g->frame[i]], i};
    for (uint32_t i = 0; i < g->n; i++)
        if (c.first[i + 1] - c.first[i] > 1)
            qsort(c.sibling + c.first[i], c.first[i + 1] - c.first[i], sizeof *c.sibling, compare_siblings);
    return c;
}

/* Writes the nodes that are kept in preorder, without recursion. */
static struct stacktree *lay_out(struct arena *scratch, struct arena *a, const struct cutting *cutting,
                                 const struct choice *c) {
    const struct stacktree_all *s = cutting->all;
    const struct growth *g = &s->growth;
    uint32_t n_columns = cutting->n_types * s->sides, n_numbers = 2 * s->naming.names->n_nodes;
    struct stacktree *t = ARENA_NEW(a, struct stacktree);
    uint32_t *depth = ARENA_ARRAY(a, uint32_t, c->n_kept), *frame_of = ARENA_ARRAY(a, uint32_t, c->n_kept);
    int64_t **self = new_columns(a, n_columns, c->n_kept), **total = new_columns(a, n_columns, c->n_kept);
    struct waiting {
        uint32_t node, depth;
    } *waiting = ARENA_ARRAY(scratch, struct waiting, c->n_kept);
    uint32_t *source = ARENA_ARRAY(scratch, uint32_t, c->n_kept);
    uint32_t *id = ARENA_ZERO(scratch, uint32_t, n_numbers); /* [number]: frame's id + 1 */
    VEC(struct stacktree_frame) frame = {0};
    VEC(struct stacktree_more) more = {0};
    *VEC_PUSH(a, &frame) = (struct stacktree_frame){STR("root"), STR_EMPTY, STR_EMPTY, 0, false};
    uint32_t n = 0, n_waiting = 1;
    waiting[0] = (struct waiting){0, 0};
    while (n_waiting) {
        struct waiting w = waiting[--n_waiting];
        for (uint32_t k = c->first[w.node + 1]; k-- > c->first[w.node];)
            waiting[n_waiting++] = (struct waiting){c->sibling[k].node, w.depth + 1};
        uint32_t number = g->frame[w.node];
        if (w.node && !id[number]) {
            *VEC_PUSH(a, &frame) = s->frame[number];
            id[number] = (uint32_t)frame.n;
        }
        source[n] = w.node;
        depth[n] = w.depth;
        frame_of[n] = w.node ? id[number] - 1 : 0;
        if (c->left_out[w.node]) *VEC_PUSH(a, &more) = (struct stacktree_more){n, c->left_out[w.node]};
        n++;
    }
    int64_t **more_sum = new_columns(a, n_columns, (uint32_t)more.n);
    for (uint32_t k = 0; k < n_columns; k++) {
        for (uint32_t i = 0; i < n; i++) {
            self[k][i] = s->self[k][source[i]];
            total[k][i] = s->total[k][source[i]];
        }
        for (size_t i = 0; i < more.n; i++) {
            uint32_t node = source[more.at[i].node];
            uint64_t rest = (uint64_t)s->total[k][node] - (uint64_t)s->self[k][node];
            for (uint32_t child = c->first[node]; child < c->first[node + 1]; child++)
                rest -= (uint64_t)s->total[k][c->sibling[child].node];
            more_sum[k][i] = (int64_t)rest;
        }
    }
    *t = (struct stacktree){.frame = frame.at,
                            .n_frames = (uint32_t)frame.n,
                            .n_nodes = n,
                            .depth = depth,
                            .frame_of = frame_of,
                            .n_columns = n_columns,
                            .self = self,
                            .total = total,
                            .more = more.at,
                            .n_more = (uint32_t)more.n,
                            .more_sum = more_sum,
                            .n_all = g->n};
    return t;
}

struct stacktree_all *stacktree_grow(struct arena *a, const struct profile *v, const struct options *o,
                                     const struct stacktree_plan *plan) {
    struct stacktree_all *s = ARENA_NEW(a, struct stacktree_all);
    *s = (struct stacktree_all){.naming = {.view = v, .options = o, .names = graph_names(a, v, o, false)},
                                .plan = *plan,
                                .leaf = ARENA_ZERO(a, uint32_t, v->n_stacks),
                                .sides = plan->two_sides ? SIDES : 1,
                                .whole = ARENA_ZERO(a, double, plan->n_types)};
    name_positions(a, &s->naming);
    uint8_t *active = ARENA_ZERO(a, uint8_t, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) active[v->stack_of[profile_row(v, i)]] = 1;
    s->growth = grow(a, &s->naming, active, s->leaf);
    name_frames(a, s);
    s->self = new_columns(a, plan->n_types * s->sides, s->growth.n);
    s->total = new_columns(a, plan->n_types * s->sides, s->growth.n);
    task_run((int)plan->n_types, sum_type, s);
    return s;
}

void stacktree_drop(struct stacktree_all *all) { arena_release(&all->growth.arena); }

struct stacktree *stacktree_cut(struct arena *a, const struct stacktree_all *all, uint32_t n_types, double cut) {
    struct arena scratch = {0};
    struct cutting cutting = {all, n_types, cut};
    struct choice choice = choose(&scratch, &cutting);
    struct stacktree *t = lay_out(&scratch, a, &cutting, &choice);
    arena_release(&scratch);
    return t;
}
