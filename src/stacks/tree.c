/* The tree of all stacks, and trees that are cut from it: stacks are sorted, so that those with a common start follow
 * each other, and one pass over them meets each node with all its stacks. */
#include "stacks/tree.h"

#include <string.h>

#include "base/cancel.h"
#include "base/task.h"
#include "base/tuning.h"
#include "graph/graph.h"
#include "stacks/pathhash.h"
#include "stacks/sides.h"
#include "stacks/wordsort.h"

/* Two frames per word; a word without a second one is the last. Locations are sorted among those with the same
 * outermost frame. */
static bool load_frames(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct stackframes *m = context;
    if (depth && (uint32_t)e[0].word == 0) return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t lines = stackframes_count(m, e[i].item), at = 2 * (uint32_t)depth;
        uint64_t outer = at < lines ? (uint64_t)stackframes_at(m, e[i].item, at) + 1 : 0;
        uint64_t inner = at + 1 < lines ? (uint64_t)stackframes_at(m, e[i].item, at + 1) + 1 : 0;
        e[i].word = outer << 32 | inner;
    }
    return true;
}

static bool same_frames(const struct stackframes *m, loc_id x, loc_id y) {
    uint32_t n = stackframes_count(m, x);
    return n == stackframes_count(m, y) &&
           memcmp(m->frame_at + m->first[x], m->frame_at + m->first[y], n * sizeof *m->frame_at) == 0;
}

/* The order of locations by their frames, from the outermost. */
struct ranking {
    uint32_t *rank; /* [location]: from 1; those with the same frames have the same rank, and those that begin alike
                       follow each other */
    uint32_t n;
};

static struct ranking rank_locations(struct arena *a, const struct stackframes *m) {
    struct arena scratch = {0};
    uint32_t n_locations = m->n_locations, n_nodes = m->table.nodes.n;
    struct ranking r = {.rank = ARENA_ARRAY(a, uint32_t, n_locations)};
    /* [node that is outermost]: the rank of the locations that have no other one; and where the others are listed */
    uint32_t *alone = ARENA_ZERO(&scratch, uint32_t, n_nodes);
    uint32_t *first = ARENA_ZERO(&scratch, uint32_t, (size_t)n_nodes + 2);
    for (loc_id l = 0; l < n_locations; l++) {
        uint32_t outermost = stackframes_at(m, l, 0) / 2;
        if (stackframes_count(m, l) == 1)
            alone[outermost] = 1;
        else
            first[outermost + 2]++;
    }
    for (uint32_t i = 0; i < n_nodes; i++) first[i + 2] += first[i + 1];
    /* first[node + 1] counts up to the start of the next node's locations, and so becomes first[] of that node */
    struct wordsort_entry *other = ARENA_ARRAY(&scratch, struct wordsort_entry, first[n_nodes + 1]);
    for (loc_id l = 0; l < n_locations; l++)
        if (stackframes_count(m, l) > 1) other[first[stackframes_at(m, l, 0) / 2 + 1]++].item = l;
    for (uint32_t node = 0; node < n_nodes; node++) {
        if (alone[node]) alone[node] = ++r.n;
        wordsort_sort(&(struct wordsort){load_frames, m}, other + first[node], first[node + 1] - first[node]);
        for (uint32_t i = first[node]; i < first[node + 1]; i++) {
            if (i == first[node] || !same_frames(m, other[i - 1].item, other[i].item)) r.n++;
            r.rank[other[i].item] = r.n;
        }
    }
    for (loc_id l = 0; l < n_locations; l++)
        if (stackframes_count(m, l) == 1) r.rank[l] = alone[stackframes_at(m, l, 0) / 2];
    arena_release(&scratch);
    return r;
}

/* Stacks as keys: ranks of their locations, from the root, several per word, highest bits first. */
struct ordering {
    const struct stackframes *frames;
    const uint32_t *rank; /* [location] */
    unsigned bits, per_word;
};

static bool load_ranks(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct ordering *o = context;
    const struct stackframes *m = o->frames;
    unsigned unused = 64 - o->bits * o->per_word;
    if (depth && !(e[0].word >> unused & (((uint64_t)1 << o->bits) - 1))) return false;
    uint64_t skipped = depth * o->per_word;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t from = m->stack_off[e[i].item], f = m->stack_off[e[i].item + 1], word = 0;
        f = f - from > skipped ? f - skipped : from;
        for (unsigned k = 0; k < o->per_word; k++) word = word << o->bits | (f > from ? o->rank[m->location[--f]] : 0);
        e[i].word = word << unused;
    }
    return true;
}

/* The start that a stack shares with the one before it: locations, and frames of the next location. */
struct stack_start {
    uint32_t locations, frames;
};

struct stacktree_all {
    struct arena arena; /* of what is not needed after the last cut */
    struct stackframes frames;
    struct stacktree_plan plan;
    uint32_t sides, n_columns;
    uint32_t n;                /* number of stacks with samples */
    stack_id *stack;           /* [i]: sorted, so that stacks with a common start follow each other */
    struct stack_start *start; /* [i] */
    int64_t **value;           /* [column][stack]: the sum of its samples */
    double *whole;             /* [type]: sum of magnitudes, the larger of two sides */
    const uint32_t *rank;      /* [location] */
    uint8_t *active;           /* [stack]: it has samples, and is not left out by a pivot */
};

static void find_starts(void *context, int worker, uint32_t from, uint32_t to) {
    const struct stacktree_all *s = context;
    const struct stackframes *m = &s->frames;
    (void)worker;
    for (uint32_t i = from; i < to; i++) {
        struct stack_start start = {0, 0};
        if (i) {
            uint64_t x = m->stack_off[s->stack[i - 1] + 1], y = m->stack_off[s->stack[i] + 1];
            uint64_t most = x - m->stack_off[s->stack[i - 1]], n = y - m->stack_off[s->stack[i]];
            if (most > n) most = n;
            while (start.locations < most && (m->location[x - 1] == m->location[y - 1] ||
                                              s->rank[m->location[x - 1]] == s->rank[m->location[y - 1]])) {
                start.locations++;
                x--;
                y--;
            }
            if (start.locations < most) {
                loc_id before = m->location[x - 1], here = m->location[y - 1];
                uint32_t lines = stackframes_count(m, before), others = stackframes_count(m, here);
                if (lines > others) lines = others;
                while (start.frames < lines &&
                       stackframes_at(m, before, start.frames) == stackframes_at(m, here, start.frames))
                    start.frames++;
            }
        }
        s->start[i] = start;
    }
}

/* Sorts the stacks that are `active`. */
static void sort_stacks(struct stacktree_all *s, const uint8_t *active) {
    struct arena scratch = {0};
    const struct profile *v = s->frames.view;
    struct ranking ranking = rank_locations(&s->arena, &s->frames);
    struct ordering o = {.frames = &s->frames, .rank = s->rank = ranking.rank, .bits = 1};
    while (o.bits < 32 && ranking.n >> o.bits) o.bits++;
    o.per_word = 64 / o.bits;
    for (stack_id i = 0; i < v->n_stacks; i++) s->n += active[i];
    struct wordsort_entry *e = ARENA_ARRAY(&scratch, struct wordsort_entry, s->n);
    for (stack_id i = 0, to = 0; i < v->n_stacks; i++)
        if (active[i]) e[to++].item = i;
    wordsort_sort(&(struct wordsort){load_ranks, &o}, e, s->n);
    s->stack = ARENA_ARRAY(&s->arena, stack_id, s->n);
    for (uint32_t i = 0; i < s->n; i++) s->stack[i] = e[i].item;
    arena_release(&scratch);
    s->start = ARENA_ARRAY(&s->arena, struct stack_start, s->n);
    task_chunks((struct task_chunks){.run = find_starts,
                                     .context = s,
                                     .n = s->n,
                                     .at_once = TUNING_STACKTREE_CHUNK,
                                     .most_workers = (int)(s->n / TUNING_STACKTREE_WORKER) + 1,
                                     .stops = true});
    if (cancel_wanted()) s->n = 0; /* some have no start */
}

static int64_t **new_columns(struct arena *a, uint32_t n, uint32_t rows) {
    int64_t **column = ARENA_ARRAY(a, int64_t *, n);
    for (uint32_t i = 0; i < n; i++) column[i] = ARENA_ZERO(a, int64_t, rows);
    return column;
}

static void sum_type(void *context, int t) {
    struct stacktree_all *s = context;
    const struct profile *v = s->frames.view;
    const int64_t *value = v->value[s->plan.type[t]];
    int64_t **sum = s->value + (uint32_t)t * s->sides;
    double whole[SIDES] = {0, 0};
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i), stack = v->stack_of[row];
        if (!s->active[stack]) continue;
        int side = s->plan.two_sides ? sides_of(value[row]) : SIDE_NEW;
        uint64_t magnitude = sides_magnitude(value[row]);
        whole[side] += (double)magnitude;
        sum[side][stack] = graph_add(sum[side][stack], s->plan.two_sides ? (int64_t)magnitude : value[row]);
    }
    s->whole[t] = whole[SIDE_NEW] > whole[SIDE_BASE] ? whole[SIDE_NEW] : whole[SIDE_BASE];
}

/* [frame]: 1 if its name or file matches. */
static const uint8_t *find_pivot(struct arena *a, const struct stackframes *m, const struct regex *pivot) {
    struct arena scratch = {0};
    const str_id *file = stackframes_files(&scratch, m);
    uint8_t *matches = ARENA_ZERO(a, uint8_t, (size_t)2 * m->table.nodes.n);
    for (uint32_t i = 0; i < m->table.nodes.n; i++) {
        struct stacktree_frame f = stackframes_describe(&scratch, m, file, 2 * i);
        matches[2 * i] = matches[2 * i + 1] = regex_match(pivot, f.name) || regex_match(pivot, f.file);
    }
    arena_release(&scratch);
    return matches;
}

/* Replaces the stacks by turned ones, whose locations are the frames. */
static void turn_stacks(struct stacktree_all *s) {
    struct arena *a = &s->arena;
    struct stackframes *m = &s->frames;
    const struct turn turn = {s->plan.way, s->plan.fold, s->plan.pivot ? find_pivot(a, m, s->plan.pivot) : NULL};
    uint32_t n_stacks = m->view->n_stacks, n_frames = 2 * m->table.nodes.n;
    uint64_t *off = ARENA_ARRAY(a, uint64_t, (size_t)n_stacks + 1), n = 0;
    for (stack_id i = 0; i < n_stacks; i++)
        for (uint64_t f = m->stack_off[i]; f < m->stack_off[i + 1] && s->active[i]; f++)
            n += stackframes_count(m, m->location[f]);
    uint32_t *all = ARENA_ARRAY(a, uint32_t, n), *first = ARENA_ARRAY(a, uint32_t, (size_t)n_frames + 1);
    n = 0;
    for (stack_id i = 0; i < n_stacks; i++) {
        uint32_t *frame = all + n, count = 0;
        off[i] = n;
        for (uint64_t f = m->stack_off[i + 1]; f-- > m->stack_off[i] && s->active[i];)
            for (uint32_t k = 0; k < stackframes_count(m, m->location[f]); k++)
                frame[count++] = stackframes_at(m, m->location[f], k);
        if (!turn_stack(&turn, frame, &count)) {
            s->active[i] = 0;
            count = 0;
        }
        /* stacks are stored leaf first */
        turn_stack(&(struct turn){.way = TURN_LEAF_FIRST}, frame, &count);
        n += count;
    }
    off[n_stacks] = n;
    for (uint32_t i = 0; i <= n_frames; i++) first[i] = i;
    m->stack_off = off;
    m->location = all;
    m->n_locations = n_frames;
    m->first = first;
    m->frame_at = first;
}

struct stacktree_all *stacktree_grow(struct arena *a, const struct profile *v, const struct options *o,
                                     const struct stacktree_plan *plan) {
    struct stacktree_all *s = ARENA_NEW(a, struct stacktree_all);
    *s = (struct stacktree_all){
        .frames = {.view = v, .options = o}, .plan = *plan, .sides = plan->two_sides ? SIDES : 1};
    s->n_columns = plan->n_types * s->sides;
    s->whole = ARENA_ZERO(a, double, plan->n_types);
    graph_table_make(&s->frames.table, a, v, o, false);
    stackframes_make(&s->arena, &s->frames);
    s->active = ARENA_ZERO(&s->arena, uint8_t, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) s->active[v->stack_of[profile_row(v, i)]] = 1;
    if (plan->way != TURN_NONE || plan->fold) turn_stacks(s);
    sort_stacks(s, s->active);
    s->value = new_columns(&s->arena, s->n_columns, v->n_stacks);
    task_run((int)plan->n_types, sum_type, s);
    return s;
}

void stacktree_drop(struct stacktree_all *all) { arena_release(&all->arena); }

/* A node of the tree that is being cut. */
struct node {
    uint32_t frame, depth;
    uint32_t left_out; /* number of children that were left out */
};

/* A tree that grows in preorder. A node whose total is too small is removed with its subtree as soon as all its stacks
 * were met, so that there is only memory for nodes that are kept, and for one path. */
struct cutting {
    const struct stacktree_all *all;
    uint32_t n_types, n_columns; /* columns: of these types */
    double cut;
    const double *whole; /* [type]: what the cut is a share of */
    struct stacktree_place place;
    struct arena node_arena, sum_arena, path_arena;
    VEC(struct node) nodes;
    int64_t *sum; /* [node][own value, total][column] */
    size_t sum_room;
    VEC(uint32_t) path;  /* [depth]: the open node */
    VEC(uint32_t) depth; /* [locations of the current path]: number of frames */
    uint64_t n_all;
};

static int64_t *self_of(const struct cutting *c, uint32_t node) { return c->sum + (size_t)node * 2 * c->n_columns; }
static int64_t *total_of(const struct cutting *c, uint32_t node) { return self_of(c, node) + c->n_columns; }

static void open_node(struct cutting *c, uint32_t frame) {
    size_t row = (size_t)2 * c->n_columns, n = c->nodes.n;
    if (c->sum_room == n) {
        c->sum_room = n ? 2 * n : 64;
        c->sum = arena_grow(&c->sum_arena, c->sum, n * row * sizeof *c->sum, c->sum_room * row * sizeof *c->sum);
    }
    memset(c->sum + n * row, 0, row * sizeof *c->sum);
    *VEC_PUSH(&c->node_arena, &c->nodes) = (struct node){frame, (uint32_t)c->path.n, 0};
    *VEC_PUSH(&c->path_arena, &c->path) = (uint32_t)n;
    c->n_all++;
}

/* The magnitude of the larger side, which decides the width of a node. */
static uint64_t weight(const struct cutting *c, uint32_t type, uint32_t node) {
    const int64_t *total = total_of(c, node) + (size_t)type * c->all->sides;
    uint64_t most = 0;
    for (uint32_t side = 0; side < c->all->sides; side++) {
        uint64_t m = sides_magnitude(total[side]);
        if (m > most) most = m;
    }
    return most;
}

static bool is_kept(const struct cutting *c, uint32_t node) {
    if (c->cut <= 0 || node <= c->place.depth) return true;
    for (uint32_t t = 0; t < c->n_types; t++) {
        uint64_t w = weight(c, t, node);
        if (w > 0 && (double)w >= c->cut * c->whole[t]) return true;
    }
    return false;
}

/* Closes the open nodes below a depth. */
static void close_nodes(struct cutting *c, uint32_t depth) {
    while (c->path.n > (size_t)depth + 1) {
        uint32_t node = c->path.at[--c->path.n], parent = c->path.at[c->path.n - 1];
        int64_t *from = total_of(c, node), *to = total_of(c, parent);
        for (uint32_t k = 0; k < c->n_columns; k++) to[k] = graph_add(to[k], from[k]);
        if (is_kept(c, node)) continue;
        c->nodes.at[parent].left_out++;
        c->nodes.n = node;
    }
}

static void meet_stack(struct cutting *c, uint32_t i) {
    const struct stacktree_all *s = c->all;
    const struct stackframes *m = &s->frames;
    stack_id stack = s->stack[i];
    struct stack_start start = i > c->place.from ? s->start[i] : (struct stack_start){0, 0};
    c->depth.n = (size_t)start.locations + 1;
    close_nodes(c, c->depth.at[start.locations] + start.frames);
    for (uint64_t f = m->stack_off[stack + 1] - start.locations; f-- > m->stack_off[stack];) {
        loc_id l = m->location[f];
        uint32_t lines = stackframes_count(m, l);
        for (uint32_t k = start.frames; k < lines; k++) open_node(c, stackframes_at(m, l, k));
        *VEC_PUSH(&c->path_arena, &c->depth) = (uint32_t)c->path.n - 1;
        start.frames = 0;
    }
    uint32_t leaf = c->path.at[c->path.n - 1];
    int64_t *self = self_of(c, leaf), *total = total_of(c, leaf);
    for (uint32_t k = 0; k < c->n_columns; k++) {
        self[k] = graph_add(self[k], s->value[k][stack]);
        total[k] = graph_add(total[k], s->value[k][stack]);
    }
}

static void meet_stacks(struct cutting *c) {
    open_node(c, 0);
    *VEC_PUSH(&c->path_arena, &c->depth) = 0;
    for (uint32_t i = c->place.from; i < c->place.to; i++) {
        if (i % TUNING_STACKTREE_CHUNK == 0 && cancel_wanted()) break;
        meet_stack(c, i);
    }
    close_nodes(c, 0);
    arena_release(&c->path_arena);
}

/* Describes the frames of the nodes that are left, sorted by name: frames that look alike are in the order of their
 * numbers. Replaces the numbers in the nodes by indices of t->frame. */
static void name_frames(struct arena *a, struct cutting *c, struct stacktree *t) {
    struct arena scratch = {0};
    const struct stackframes *m = &c->all->frames;
    const str_id *file = stackframes_files(&scratch, m);
    uint32_t *id = ARENA_ZERO(&scratch, uint32_t, (size_t)2 * m->table.nodes.n), n = 0;
    size_t first = c->place.depth ? 0 : 1; /* the root is not described */
    for (size_t i = first; i < c->nodes.n; i++) {
        n += !id[c->nodes.at[i].frame];
        id[c->nodes.at[i].frame] = 1;
    }
    struct stackframes_described *d = ARENA_ARRAY(&scratch, struct stackframes_described, n);
    struct wordsort_entry *e = ARENA_ARRAY(&scratch, struct wordsort_entry, n);
    for (uint32_t number = 0, to = 0; to < n; number++) {
        if (!id[number]) continue;
        d[to] = (struct stackframes_described){stackframes_describe(a, m, file, number), number};
        e[to].item = to;
        to++;
    }
    stackframes_sort(d, e, n);
    struct stacktree_frame *frame = ARENA_ARRAY(a, struct stacktree_frame, (size_t)n + 1);
    frame[0] = (struct stacktree_frame){STR("root"), STR_EMPTY, STR_EMPTY, 0, false};
    for (uint32_t i = 0; i < n; i++) {
        frame[i + 1] = d[e[i].item].frame;
        id[d[e[i].item].number] = i + 1;
    }
    for (size_t i = first; i < c->nodes.n; i++) c->nodes.at[i].frame = id[c->nodes.at[i].frame];
    t->frame = frame;
    t->n_frames = n + 1;
    arena_release(&scratch);
}

/* Siblings are sorted by weight, descending, then by frame, which is by name. */
static bool load_sibling(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct cutting *c = context;
    if (depth > 1) return false;
    for (uint32_t i = 0; i < n; i++)
        e[i].word = depth ? c->nodes.at[e[i].item].frame : UINT64_MAX - weight(c, 0, e[i].item);
    return true;
}

/* The nodes in the order of the tree. */
static uint32_t *order_nodes(struct arena *scratch, const struct cutting *c) {
    uint32_t n = (uint32_t)c->nodes.n, to = 0, n_waiting = 1;
    uint32_t *order = ARENA_ARRAY(scratch, uint32_t, n), *waiting = ARENA_ARRAY(scratch, uint32_t, n);
    uint32_t *parent = ARENA_ARRAY(scratch, uint32_t, n), *first = ARENA_ZERO(scratch, uint32_t, (size_t)n + 2);
    struct wordsort_entry *child = ARENA_ARRAY(scratch, struct wordsort_entry, n);
    for (uint32_t i = 1; i < n; i++) {
        uint32_t above = i - 1;
        while (c->nodes.at[above].depth >= c->nodes.at[i].depth) above = parent[above];
        parent[i] = above;
        first[above + 2]++;
    }
    for (uint32_t i = 0; i < n; i++) first[i + 2] += first[i + 1];
    /* first[node + 1] counts up to the start of the next node's children, and so becomes first[] of that node */
    for (uint32_t i = 1; i < n; i++) child[first[parent[i] + 1]++].item = i;
    for (uint32_t i = 0; i < n; i++)
        wordsort_sort(&(struct wordsort){load_sibling, c}, child + first[i], first[i + 1] - first[i]);
    waiting[0] = 0;
    while (n_waiting) {
        uint32_t node = order[to++] = waiting[--n_waiting];
        for (uint32_t k = first[node + 1]; k-- > first[node];) waiting[n_waiting++] = child[k].item;
    }
    return order;
}

/* Copies the nodes in their order. */
static void lay_out(struct arena *a, const struct cutting *c, const uint32_t *order, struct stacktree *t) {
    uint32_t n = (uint32_t)c->nodes.n, *depth = ARENA_ARRAY(a, uint32_t, n), *frame = ARENA_ARRAY(a, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) t->n_more += c->nodes.at[i].left_out > 0;
    struct stacktree_more *more = ARENA_ARRAY(a, struct stacktree_more, t->n_more);
    int64_t **self = new_columns(a, c->n_columns, n), **total = new_columns(a, c->n_columns, n);
    int64_t **more_sum = new_columns(a, c->n_columns, t->n_more);
    uint32_t *open = ARENA_ARRAY(a, uint32_t, n); /* [depth]: index into `more` + 1, or 0 */
    for (uint32_t i = 0, n_more = 0; i < n; i++) {
        const struct node *node = &c->nodes.at[order[i]];
        depth[i] = node->depth;
        frame[i] = node->frame;
        open[depth[i]] = 0;
        if (node->left_out) {
            more[n_more] = (struct stacktree_more){i, node->left_out};
            open[depth[i]] = ++n_more;
        }
        uint32_t above = depth[i] ? open[depth[i] - 1] : 0, here = open[depth[i]];
        for (uint32_t k = 0; k < c->n_columns; k++) {
            self[k][i] = self_of(c, order[i])[k];
            total[k][i] = total_of(c, order[i])[k];
            /* a total is the own value, the totals of children that are kept, and the rest */
            if (here) more_sum[k][here - 1] = (int64_t)((uint64_t)total[k][i] - (uint64_t)self[k][i]);
            if (above) more_sum[k][above - 1] = (int64_t)((uint64_t)more_sum[k][above - 1] - (uint64_t)total[k][i]);
        }
    }
    t->n_nodes = n;
    t->depth = depth;
    t->frame_of = frame;
    t->self = self;
    t->total = total;
    t->more = more;
    t->more_sum = more_sum;
}

/* Makes the node at the place the root: all nodes before it are its ancestors. */
static void drop_ancestors(struct cutting *c) {
    uint32_t n = c->place.depth;
    c->nodes.at += n;
    c->nodes.n -= n;
    c->sum += (size_t)n * 2 * c->n_columns;
    for (size_t i = 0; i < c->nodes.n; i++) c->nodes.at[i].depth -= n;
}

static struct stacktree *cut_tree(struct arena *a, struct cutting *c) {
    struct arena scratch = {0};
    struct stacktree *t = ARENA_NEW(a, struct stacktree);
    c->n_columns = c->n_types * c->all->sides;
    meet_stacks(c);
    drop_ancestors(c);
    name_frames(a, c, t);
    lay_out(a, c, order_nodes(&scratch, c), t);
    t->n_columns = c->n_columns;
    t->n_all = (uint32_t)c->n_all;
    arena_release(&c->node_arena);
    arena_release(&c->sum_arena);
    arena_release(&scratch);
    return t;
}

struct stacktree *stacktree_cut(struct arena *a, const struct stacktree_all *all, uint32_t n_types, double cut) {
    return cut_tree(a, &(struct cutting){.all = all,
                                         .n_types = n_types,
                                         .cut = cut,
                                         .whole = all->whole,
                                         .place = {.from = 0, .to = all->n, .depth = 0}});
}

struct stacktree *stacktree_cut_below(struct arena *a, const struct stacktree_all *all,
                                      const struct stacktree_place *place, double cut) {
    double whole = 0;
    for (uint32_t side = 0; side < all->sides; side++) {
        int64_t sum = 0;
        for (uint32_t i = place->from; i < place->to; i++) sum = graph_add(sum, all->value[side][all->stack[i]]);
        if ((double)sides_magnitude(sum) > whole) whole = (double)sides_magnitude(sum);
    }
    return cut_tree(a, &(struct cutting){.all = all, .n_types = 1, .cut = cut, .whole = &whole, .place = *place});
}

/* The hashes of frames, once they are needed. */
struct hashing {
    struct arena arena;
    const struct stackframes *frames;
    const str_id *file;
    struct pathhash *hash; /* [frame] */
    bool *known;
};

static struct pathhash hash_frame(struct hashing *h, uint32_t frame) {
    if (!h->known[frame]) {
        struct stacktree_frame f = stackframes_describe(&h->arena, h->frames, h->file, frame);
        h->hash[frame] = pathhash_frame(f.name, f.file, f.line, f.inlined);
        h->known[frame] = true;
    }
    return h->hash[frame];
}

static bool same_hash(struct pathhash x, struct pathhash y) { return x.lane[0] == y.lane[0] && x.lane[1] == y.lane[1]; }

bool stacktree_find(const struct stacktree_all *all, struct pathhash root, struct pathhash path,
                    struct stacktree_place *place) {
    const struct stackframes *m = &all->frames;
    size_t n_frames = (size_t)2 * m->table.nodes.n;
    struct hashing h = {.frames = m};
    VEC(struct pathhash) hash = {0}; /* [depth] of the current stack */
    VEC(uint32_t) depth = {0};       /* [locations of the current stack]: number of frames */
    bool found = same_hash(root, path);
    *place = (struct stacktree_place){0, all->n, 0};
    h.file = stackframes_files(&h.arena, m);
    h.hash = ARENA_ARRAY(&h.arena, struct pathhash, n_frames);
    h.known = ARENA_ZERO(&h.arena, bool, n_frames);
    *VEC_PUSH(&h.arena, &hash) = root;
    *VEC_PUSH(&h.arena, &depth) = 0;
    for (uint32_t i = 0; i < all->n && !same_hash(root, path); i++) {
        struct stack_start start = all->start[i];
        uint64_t leaf = m->stack_off[all->stack[i]], f = m->stack_off[all->stack[i] + 1] - start.locations;
        depth.n = (size_t)start.locations + 1;
        hash.n = (size_t)depth.at[start.locations] + start.frames + 1;
        if (found && hash.n <= place->depth) {
            place->to = i;
            break;
        }
        while (f-- > leaf) {
            for (uint32_t k = start.frames; k < stackframes_count(m, m->location[f]); k++) {
                struct pathhash here =
                    pathhash_child(hash.at[hash.n - 1], hash_frame(&h, stackframes_at(m, m->location[f], k)));
                if (!found && same_hash(here, path)) {
                    *place = (struct stacktree_place){i, all->n, (uint32_t)hash.n};
                    found = true;
                }
                *VEC_PUSH(&h.arena, &hash) = here;
            }
            *VEC_PUSH(&h.arena, &depth) = (uint32_t)hash.n - 1;
            start.frames = 0;
        }
    }
    arena_release(&h.arena);
    return found;
}
