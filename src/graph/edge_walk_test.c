/* The three ways of walking for edges, and the marks of inlined nodes, against a straight version. */
#include "graph/edge_walk.h"

#include <stdlib.h>

#include "base/tuning.h"
#include "filter/filter.h"
#include "graph/edges.h"
#include "graph/inline.h"
#include "graph/sum.h"
#include "testing/random.h"
#include "testing/test.h"

/* A graph of some of the nodes of a random profile, without edges. */
struct fixture {
    struct arena a;
    struct profile view;
    struct options options;
    struct graph_value value;
    struct graph_plan plan;
    struct graph_work w;
    struct graph *g;
    uint8_t *kept; /* per table node */
};

/* Gives the view narrow frames, beside those that the straight versions read. */
static void make_narrow(struct arena *a, struct profile *v) {
    uint64_t n = v->stack_off[v->n_stacks];
    uint16_t *narrow = ARENA_ZERO(a, uint16_t, n + PROFILE_NARROW_PADDING);
    for (uint64_t i = 0; i < n; i++) narrow[i] = (uint16_t)v->frame[i];
    v->narrow_frame = narrow;
}

static void set_up(struct fixture *f, struct random *r, struct random_size size) {
    static const enum options_granularity granularity[] = {GRANULARITY_FUNCTIONS, GRANULARITY_LINES, GRANULARITY_FILES,
                                                           GRANULARITY_ADDRESSES};
    *f = (struct fixture){.a = {0}};
    struct arena *a = &f->a;
    f->view = random_profile(a, r, size);
    options_defaults(&f->options);
    f->options.granularity = granularity[random_below(r, 4)];
    filter_aggregate(a, &f->view, &f->options);
    if (random_one_in(r, 2)) make_narrow(a, &f->view);
    f->value = (struct graph_value){.type = 1, .mean = random_one_in(r, 3), .ratio = 1};
    f->w =
        (struct graph_work){.arena = a, .view = &f->view, .value = &f->value, .plan = &f->plan, .options = &f->options};
    struct graph_work *w = &f->w;
    graph_table_make(&w->table, a, &f->view, &f->options, false);
    w->weights.weight = ARENA_ZERO(a, int64_t, f->view.n_stacks);
    w->weights.divisor = f->value.mean ? ARENA_ZERO(a, int64_t, f->view.n_stacks) : NULL;
    w->weights.active = ARENA_ZERO(a, uint8_t, f->view.n_stacks);
    graph_weigh(w);
    uint32_t n = 0, n_nodes = w->table.nodes.n, one_in = 1 + random_below(r, 4);
    f->kept = ARENA_ZERO(a, uint8_t, n_nodes);
    for (uint32_t i = 0; i < n_nodes; i++) n += f->kept[i] = random_one_in(r, one_in);
    struct graph_sums sums;
    graph_sum_nodes(w, NULL, &sums);
    f->g = graph_new(w, n);
    n = 0;
    for (uint32_t i = 0; i < n_nodes; i++) {
        if (!f->kept[i]) continue;
        f->g->node[n].cum = sums.cum[i];
        w->identity[n] = i;
        w->listed[n++] = !random_one_in(r, 5);
    }
}

/* The straight version, in the way of pprof's newGraph: from the root to the leaf, frame by frame and line by line. */
struct straight {
    uint32_t n; /* nodes of the graph */
    struct straight_edge {
        bool is_there, residual, inlined;
        uint32_t stack; /* the last one with the edge, + 1 */
        int64_t weight, divisor;
    } * edge; /* [from * n + to] */
};

static struct straight walk_straight(const struct fixture *f) {
    const struct profile *v = &f->view;
    const struct graph_table *t = &f->w.table;
    struct straight s = {.n = f->g->n_all};
    s.edge = ARENA_ZERO((struct arena *)(uintptr_t)&f->a, struct straight_edge, (size_t)s.n * s.n);
    for (stack_id i = 0; i < v->n_stacks; i++) {
        if (!f->w.weights.active[i]) continue;
        uint32_t parent = GRAPH_NONE;
        bool residual = false;
        for (uint64_t frame = v->stack_off[i + 1]; frame-- > v->stack_off[i];) {
            loc_id l = v->frame[frame];
            for (uint32_t line = t->first[l + 1]; line-- > t->first[l];) {
                uint32_t node = GRAPH_NONE;
                for (uint32_t k = 0; k < s.n; k++)
                    if (f->w.identity[k] == t->node_of[line]) node = k;
                if (node == GRAPH_NONE) {
                    residual = true;
                    continue;
                }
                if (parent != GRAPH_NONE && parent != node) {
                    struct straight_edge *e = &s.edge[parent * s.n + node];
                    if (e->stack != i + 1) {
                        bool inlined = line + 1 != t->first[l + 1];
                        e->inlined = e->is_there ? e->inlined && inlined : inlined;
                        e->residual |= residual;
                        e->is_there = true;
                        e->stack = i + 1;
                        e->weight = graph_add(e->weight, f->w.weights.weight[i]);
                        if (f->w.weights.divisor) e->divisor = graph_add(e->divisor, f->w.weights.divisor[i]);
                    }
                }
                parent = node;
                residual = false;
            }
        }
    }
    return s;
}

static void expect_edges(const struct fixture *f, const struct straight *s, const uint8_t *from, const uint8_t *to,
                         const char *what) {
    const struct graph *g = f->g;
    uint32_t n_wanted = 0;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < s->n; k++)
            n_wanted += s->edge[i * s->n + k].is_there && (!to || to[k] || (from && from[i]));
    if (g->n_edges != n_wanted) fail_msg("%s: %" PRIu32 " edges instead of %" PRIu32, what, g->n_edges, n_wanted);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = &g->edge[i];
        const struct straight_edge *want = &s->edge[e->from * s->n + e->to];
        if (!want->is_there || e->weight != want->weight || e->weight_div != want->divisor ||
            e->residual != want->residual || e->inlined != want->inlined)
            fail_msg("%s: the edge %" PRIu32 ">%" PRIu32 " of %" PRId64 "/%" PRId64 "%s%s should be %" PRId64
                     "/%" PRId64 "%s%s",
                     what, e->from, e->to, e->weight, e->weight_div, e->residual ? " residual" : "",
                     e->inlined ? " inlined" : "", want->weight, want->divisor, want->residual ? " residual" : "",
                     want->inlined ? " inlined" : "");
    }
}

static const uint8_t *random_nodes(struct fixture *f, struct random *r) {
    uint8_t *in = ARENA_ZERO(&f->a, uint8_t, f->g->n_all);
    for (uint32_t i = 0; i < f->g->n_all; i++) in[i] = random_one_in(r, 3);
    return in;
}

static struct random_size random_sizes(struct random *r) {
    /* sometimes locations with many lines, and paths longer than the walks collect at once */
    bool large = random_one_in(r, 10);
    return (struct random_size){.functions = large ? 40 : 8,
                                .locations = large ? 60 : 12,
                                .lines = large ? 12 : 3,
                                .samples = 30,
                                .depth = large ? 2500 : 12,
                                .labels = 0,
                                .value = 20,
                                .negative = random_one_in(r, 2)};
}

static void every_way_finds_the_same_edges(void **state) {
    (void)state;
    static const char *const name[EDGE_WAYS] = {"every frame", "kept frames", "end frames"};
    struct random r = {1};
    for (int round = 0; round < 600; round++) {
        struct fixture f;
        set_up(&f, &r, random_sizes(&r));
        struct straight s = walk_straight(&f);
        const uint8_t *wanted[3][2] = {{NULL, NULL}, {NULL, random_nodes(&f, &r)}, {NULL, NULL}};
        wanted[2][0] = wanted[2][1] = random_nodes(&f, &r);
        for (int k = 0; k < 3; k++) {
            struct graph_edge_walk all = {.w = &f.w,
                                          .from = wanted[k][0],
                                          .to = wanted[k][1],
                                          .wide = random_one_in(&r, 2),
                                          /* a large table is walked in another way */
                                          .n_slots = random_one_in(&r, 4) ? TUNING_EDGES_NEAR * 2 : 0};
            edges_place(&f.w, graph_part_of(&f.w, f.g), &all);
            for (enum graph_edge_way way = 0; way < EDGE_WAYS; way++) {
                if (way == EDGE_END_FRAMES && !all.to) continue;
                edges_walk_by(&all, way);
                edges_find(&f.w, f.g, &all);
                expect_edges(&f, &s, all.from, all.to, name[way]);
            }
            enum graph_edge_way way = edges_choose(&all);
            edges_find(&f.w, f.g, &all);
            expect_edges(&f, &s, all.from, all.to, name[way]);
        }
        arena_release(&f.a);
    }
}

/* Sums are compared with those of sum.c, which another test compares with a straight walk. */
static void one_walk_finds_sums_and_edges(void **state) {
    (void)state;
    struct random r = {4};
    int n_compared = 0;
    for (int round = 0; round < 600; round++) {
        struct fixture f;
        set_up(&f, &r, random_sizes(&r));
        if (!f.value.mean && !graph_has_long_locations(&f.w.table)) {
            struct graph_sums want;
            graph_sum_nodes(&f.w, NULL, &want);
            uint32_t n = f.w.table.nodes.n;
            f.g = graph_new(&f.w, n);
            for (uint32_t i = 0; i < n; i++) f.w.identity[i] = i;
            struct straight s = walk_straight(&f);
            graph_make_sums_and_edges(&f.w, f.g, NULL);
            expect_edges(&f, &s, NULL, NULL, "one walk");
            for (uint32_t i = 0; i < n; i++) {
                assert_int_equal(f.g->node[i].flat, want.flat[i]);
                assert_int_equal(f.g->node[i].cum, want.cum[i]);
            }
            n_compared++;
        }
        arena_release(&f.a);
    }
    assert_true(n_compared > 10);
}

static void marks_of_inlined_nodes_are_those_of_the_edges(void **state) {
    (void)state;
    struct random r = {2};
    for (int round = 0; round < 1000; round++) {
        struct fixture f;
        set_up(&f, &r, random_sizes(&r));
        struct straight s = walk_straight(&f);
        f.w.edge_cutoff = (int64_t)random_below(&r, 60);
        graph_mark_inlined(&f.w, f.g);
        for (uint32_t to = 0; to < s.n; to++) {
            uint32_t n = 0, n_inlined = 0;
            for (uint32_t from = 0; from < s.n; from++) {
                const struct straight_edge *e = &s.edge[from * s.n + to];
                if (!e->is_there || (f.w.listed[to] && graph_abs(e->weight) < f.w.edge_cutoff)) continue;
                n++;
                n_inlined += e->inlined;
            }
            if (!f.w.listed[to]) continue; /* nothing reads its marks */
            const struct graph_node *node = &f.g->node[to];
            if (node->any_inline_in != (n_inlined > 0) || (n_inlined && node->all_inline_in != (n_inlined == n)))
                fail_msg("round %d, node %" PRIu32 ": %" PRIu32 " of %" PRIu32 " edges are inlined", round, to,
                         n_inlined, n);
        }
        arena_release(&f.a);
    }
}

/* Checks flat and cum of each node against the same straight walk. */
static void sums_count_each_node_once_a_stack(void **state) {
    (void)state;
    struct random r = {3};
    for (int round = 0; round < 600; round++) {
        struct fixture f;
        set_up(&f, &r, random_sizes(&r));
        const struct profile *v = &f.view;
        const struct graph_table *t = &f.w.table;
        const uint8_t *kept = random_one_in(&r, 2) ? f.kept : NULL;
        bool mean = f.w.weights.divisor != NULL;
        struct graph_sums sums;
        graph_sum_nodes(&f.w, kept, &sums);
        for (uint32_t node = 0; node < t->nodes.n; node++) {
            int64_t flat = 0, cum = 0, flat_div = 0, cum_div = 0;
            bool reached = false;
            for (stack_id i = 0; i < v->n_stacks; i++) {
                bool is_leaf = false, is_there = false;
                for (uint64_t frame = v->stack_off[i]; frame < v->stack_off[i + 1]; frame++)
                    for (uint32_t line = t->first[v->frame[frame]]; line < t->first[v->frame[frame] + 1]; line++) {
                        if (t->node_of[line] != node) continue;
                        is_there = true;
                        is_leaf |= frame == v->stack_off[i] && line == t->first[v->frame[frame]];
                    }
                if (!is_there || !f.w.weights.active[i] || (kept && !kept[node])) continue;
                reached = true;
                cum += f.w.weights.weight[i];
                flat += is_leaf ? f.w.weights.weight[i] : 0;
                cum_div += mean ? f.w.weights.divisor[i] : 0;
                flat_div += mean && is_leaf ? f.w.weights.divisor[i] : 0;
            }
            assert_int_equal(sums.flat[node], flat);
            assert_int_equal(sums.cum[node], cum);
            assert_int_equal(sums.reached[node], reached);
            if (!mean) continue;
            assert_int_equal(sums.flat_div[node], flat_div);
            assert_int_equal(sums.cum_div[node], cum_div);
        }
        arena_release(&f.a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_finds_the_same_edges),
        cmocka_unit_test(one_walk_finds_sums_and_edges),
        cmocka_unit_test(marks_of_inlined_nodes_are_those_of_the_edges),
        cmocka_unit_test(sums_count_each_node_once_a_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
