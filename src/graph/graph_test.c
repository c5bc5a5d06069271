/* Unit tests of graph.c, and of the files that it calls, on graphs as text. */
#include <inttypes.h>
#include <math.h>

#include "base/cancel.h"
#include "graph/graph.h"
#include "graph/order.h"
#include "graph/trim.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* An edge with the names of its ends, for the straight version of the order of edges. */
struct named_edge {
    const struct graph_edge *edge;
    str from, to;
};

static int compare_edges(const void *left, const void *right) {
    const struct named_edge *l = left, *r = right;
    int64_t x = graph_abs(l->edge->weight), y = graph_abs(r->edge->weight);
    if (x != y) return x > y ? -1 : 1;
    int c = str_compare(l->from, r->from);
    if (!c) c = str_compare(l->to, r->to);
    if (c) return c;
    if (l->edge->weight != r->edge->weight) return l->edge->weight > r->edge->weight ? -1 : 1;
    if (l->edge->from != r->edge->from) return l->edge->from < r->edge->from ? -1 : 1;
    return l->edge->to < r->edge->to ? -1 : l->edge->to > r->edge->to;
}

/* The edges of a graph in printing order. */
static const struct named_edge *sorted_edges(struct arena *a, const struct graph *g) {
    struct named_edge *sorted = ARENA_ARRAY(a, struct named_edge, g->n_edges);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = &g->edge[i];
        sorted[i] = (struct named_edge){e, graph_node_name(a, &g->node[e->from]), graph_node_name(a, &g->node[e->to])};
    }
    qsort(sorted, g->n_edges, sizeof *sorted, compare_edges);
    return sorted;
}

/* Checks that the lists of each node are in printing order and, where `all`, that the array of edges is. */
static void expect_order(struct arena *a, const struct graph *g, bool all) {
    const struct named_edge *sorted = sorted_edges(a, g);
    uint32_t *n_in = ARENA_ZERO(a, uint32_t, g->n_all), *n_out = ARENA_ZERO(a, uint32_t, g->n_all);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = sorted[i].edge;
        const struct graph_node *from = &g->node[e->from], *to = &g->node[e->to];
        assert_true(n_out[e->from] < from->n_out && n_in[e->to] < to->n_in);
        assert_ptr_equal(&g->edge[from->out[n_out[e->from]++]], e);
        assert_ptr_equal(&g->edge[to->in[n_in[e->to]++]], e);
        if (all) assert_ptr_equal(&g->edge[i], e);
    }
    for (uint32_t i = 0; i < g->n_all; i++) assert_true(n_in[i] == g->node[i].n_in && n_out[i] == g->node[i].n_out);
}

/* A graph as text: listed nodes as "name flat/cum[ divisors]", then edges as "from>to weight" with ~ for residual and i
 * for inlined; dead nodes are in brackets. */
static str show(struct arena *a, const struct graph *g) {
    VEC(str) line = {0};
    uint8_t *listed = ARENA_ZERO(a, uint8_t, g->n_all);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        listed[g->order[i]] = 1;
        str name = graph_node_name(a, n);
        *VEC_PUSH(a, &line) = str_format(a, "%.*s %" PRId64 "/%" PRId64, STR_ARG(name), n->flat, n->cum);
        if (n->cum_div) *VEC_PUSH(a, &line) = str_format(a, " by %" PRId64 "/%" PRId64, n->flat_div, n->cum_div);
        if (n->any_inline_in) *VEC_PUSH(a, &line) = n->all_inline_in ? STR(" inline") : STR(" partial");
        *VEC_PUSH(a, &line) = STR("\n");
    }
    const struct named_edge *sorted = sorted_edges(a, g);
    for (uint32_t i = 0; i < g->n_edges; i++) {
        const struct graph_edge *e = sorted[i].edge;
        *VEC_PUSH(a, &line) = str_format(a, listed[e->from] ? "%.*s>" : "(%.*s)>", STR_ARG(sorted[i].from));
        *VEC_PUSH(a, &line) = str_format(a, listed[e->to] ? "%.*s" : "(%.*s)", STR_ARG(sorted[i].to));
        *VEC_PUSH(a, &line) =
            str_format(a, " %" PRId64 "%s%s\n", e->weight, e->residual ? "~" : "", e->inlined ? "i" : "");
    }
    return str_copy(a, str_join(a, line.at, line.n, STR_EMPTY));
}

static const struct graph *build(struct arena *a, struct profile *view, const struct graph_plan *plan,
                                 const struct options *o) {
    struct filter_units *units = ARENA_NEW(a, struct filter_units);
    filter_aggregate(a, view, o);
    struct graph_value value = {.type = view->n_types - 1, .mean = o->mean, .ratio = 1};
    const struct graph *g = graph_build(a, view, units, &value, plan, o);
    expect_order(a, g, plan->visual || plan->call_tree);
    return g;
}

static struct options untrimmed(void) {
    struct options o;
    options_defaults(&o);
    o.nodecount = 0;
    o.nodefraction = o.edgefraction = 0;
    return o;
}

static void expect(const char *text, struct graph_plan plan, struct options o, const char *want) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, text);
    assert_string_equal(show(&a, build(&a, &view, &plan, &o)).ptr, want);
    arena_release(&a);
}

static void recursion_counts_once(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    expect("main;foo;main;foo;main 5\n", plan, untrimmed(), "main 5/5\nfoo 0/5\nfoo>main 5\nmain>foo 5\n");
    expect("a;a;a 2\n", plan, untrimmed(), "a 2/2\n");
    expect("a;b 1\na;b 1\nb 1\n", plan, untrimmed(), "b 3/3\na 0/2\na>b 2\n");
}

/* B is removed as a node, but its edges stay. */
static void nodes_that_cancel_out_leave_edges(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    expect("A;B;C 5\nA;B;D -5\nA 7\n", plan, untrimmed(), "A 7/7\nC 5/5\nD -5/-5\n(B)>C 5\n(B)>D -5\nA>(B) 0\n");
    /* a stack whose own samples cancel out still has edges */
    expect("A;B;C 5\nA;B;C -5\nA 7\n", plan, untrimmed(), "A 7/7\nA>(B) 0\n(B)>(C) 0\n");
    struct options o = untrimmed();
    o.drop_negative = true;
    expect("A;B 5\nA;C -2\n", plan, o, "B 5/5\nA 0/3\nA>B 5\nA>(C) -2\n");
}

static void edges_bridge_what_is_cut(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    struct options o = untrimmed();
    o.nodefraction = 0.5;
    expect("a;b;c 6\na;d+c 4\n", plan, o, "c 10/10\na 0/10\nb 0/6\na>b 6\nb>c 6\na>c 4~i\n");
    o.nodefraction = 0;
    o.nodecount = 2;
    expect("a;b;c 6\na;d+c 4\n", plan, o, "c 10/10\na 0/10\na>c 10~\n");
    o.edgefraction = 2;
    expect("a;b;c 6\na;d+c 4\n", plan, o, "c 10/10\na 0/10\n");
}

static void only_edges_of_matching_nodes(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct graph_plan plan = {.depth = GRAPH_EDGES, .edges_of = regex_compile(&a, STR("b"), &e)};
    expect("a;b;c;d 6\na;d 4\n", plan, untrimmed(), "d 10/10\na 0/10\nb 0/6\nc 0/6\na>b 6\nb>c 6\n");
    arena_release(&a);
}

static void inlining_is_told_without_edges(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_INLINE_MARKS};
    expect("m;a+b 5\nm;a;b 3\nm;c+b 1\nd+e 2\n", plan, untrimmed(),
           "b 9/9 partial\ne 2/2 inline\na 0/8\nc 0/1\nd 0/2\nm 0/9\n");
    plan.depth = GRAPH_NODES;
    expect("d+e 2\n", plan, untrimmed(), "e 2/2\nd 0/2\n");
}

static void means_have_divisors(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    struct options o = untrimmed();
    o.mean = true;
    expect("types n/count t/ms\na;b 2 10\na 1 0\na;b 3 0\n", plan, o, "b 10/10 by 5/5\na 0/10 by 1/6\na>b 10\n");
}

static void sums_wrap(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    expect("a;b 9223372036854775807\na;b;c 2\n", plan, untrimmed(),
           "b 9223372036854775807/-9223372036854775807\nc 2/2\na 0/-9223372036854775807\na>b -9223372036854775807\nb>c "
           "2\n");
    assert_int_equal(graph_mean(INT64_MIN, -1), INT64_MIN);
    assert_int_equal(graph_mean(7, 0), 7);
    assert_int_equal(graph_mean(-7, 2), -3);
    assert_int_equal(graph_truncate(-2.9), -2);
    assert_int_equal(graph_truncate(strtod("1e300", NULL)), INT64_MIN);
    assert_int_equal(graph_truncate((double)NAN), INT64_MIN);
    assert_int_equal(graph_abs(INT64_MIN), INT64_MIN);
}

static void trees_have_a_node_per_path(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES, .call_tree = true};
    const char *text = "m;a;b 6\nm;d;b 3\nm;a+b;b 1\n";
    expect(text, plan, untrimmed(),
           "b 6/7\nb 3/3\nb 1/1\na 0/7\nd 0/3\nm 0/10\n"
           "a>b 7\nm>a 7\nd>b 3\nm>d 3\nb>b 1\n");
    /* stacks with a common start that is long enough for checkpoints */
    expect("a;b;c;d;e;f;g;h+i;j 1\na;b;c;d;e;f;g;h+i;k 2\na;b;c;d;k 3\na;b;c;d;e;f;g;h+i 4\n", plan, untrimmed(),
           "i 4/7\nk 3/3\nk 2/2\nj 1/1\na 0/10\nb 0/10\nc 0/10\nd 0/10\ne 0/7\nf 0/7\ng 0/7\nh 0/7\n"
           "a>b 10\nb>c 10\nc>d 10\nd>e 7\ne>f 7\nf>g 7\ng>h 7\nh>i 7i\nd>k 3\ni>k 2\ni>j 1\n");
    struct options o = untrimmed();
    o.nodefraction = 0.4; /* d and two of the three b are too light */
    expect(text, plan, o, "b 6/7\na 0/7\nm 0/10\na>b 7\nm>a 7\n");
}

static void orders_by_entropy(void **state) {
    (void)state;
    struct graph_node n[3] = {{.cum = 100, .flat = 10}};
    struct graph_edge e[] = {{.from = 0, .to = 1, .weight = 45}, {.from = 0, .to = 2, .weight = 45}, {0}};
    const uint32_t out[] = {0, 1, 2};
    struct graph g = {.node = n, .edge = e, .n_edges = 2};
    assert_int_equal(graph_entropy_score(&g, &n[0]), 210); /* an entry and a leaf: 1 + 1 */
    n[0].out = out;
    n[0].n_out = 2;
    /* 1 + 0.45 log2(1/0.45) * 2 + 0.1 log2 10 */
    assert_int_equal(graph_entropy_score(&g, &n[0]), 246);
    n[0].n_out = 3; /* an edge of weight 0 makes the score NaN */
    assert_int_equal(graph_entropy_score(&g, &n[0]), INT64_MIN + 10);
}

/* A label of the i-th sample: a text, or a number. Some numbers look alike. */
static label_id some_label(struct arena *a, struct build *b, uint32_t i, bool number) {
    struct profile_label l = {.key = build_string(b, number ? STR("bytes") : STR("k"))};
    l.numeric = number;
    if (number)
        l.number = 10240 * (1 + i % 7) + i % 3;
    else
        l.value = build_string(b, str_format(a, "%u", i % 5));
    return build_label(b, l);
}

/* Random stacks. A few thousand are enough for several threads. */
static struct profile random_stacks(struct arena *a, uint32_t n, uint32_t lines, bool texts, bool numbers) {
    struct build b;
    struct profile p;
    struct err e = {0};
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    for (uint32_t i = 0; i < 600; i++) {
        struct profile_function f = {.name = build_string(&b, str_format(a, "f%u", i % 200))};
        struct profile_line line[6];
        for (uint32_t k = 0; k < 6; k++) line[k] = (struct profile_line){.function = (i + 7 * k) % (i + 1)};
        line[0].function = build_function(&b, f);
        build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, line, i % lines + 1);
    }
    uint32_t random = 1;
    for (uint32_t i = 0; i < n; i++) {
        loc_id frame[40];
        for (uint32_t k = 0; k < 40; k++) frame[k] = (random = random * 1664525 + 1013904223) >> 16 & 511;
        int64_t value = random >> 8 & 63;
        label_id label[2];
        size_t n_labels = 0;
        if (texts) label[n_labels++] = some_label(a, &b, i, false);
        if (numbers) label[n_labels++] = some_label(a, &b, i, true);
        build_sample(&b, frame, 1 + random % 40, &value, label, n_labels);
    }
    assert_true(build_seal(&b, &p, &e));
    return p;
}

static struct profile many_stacks(struct arena *a) { return random_stacks(a, 12000, 6, true, false); }

static void threads_change_nothing(void **state) {
    (void)state;
    struct graph_plan plan[] = {{.depth = GRAPH_EDGES},
                                {.depth = GRAPH_EDGES, .visual = true, .want_tags = true},
                                {0},
                                {.depth = GRAPH_EDGES, .visual = true, .want_tags = true, .call_tree = true}};
    for (size_t i = 0; i < sizeof plan / sizeof *plan; i++) {
        struct arena a = {0};
        struct options o = untrimmed();
        o.nodefraction = 0.001;
        str got[2];
        for (int k = 0; k < 2; k++) {
            setenv("CPROF_THREADS", k ? "5" : "1", 1);
            struct profile view = many_stacks(&a);
            got[k] = show(&a, build(&a, &view, &plan[i], &o));
        }
        assert_true(got[0].len > 1000);
        assert_string_equal(got[0].ptr, got[1].ptr);
        arena_release(&a);
    }
    unsetenv("CPROF_THREADS");
}

/* A fraction that cuts nothing prevents the walk that sums nodes and finds edges at once. */
static void one_walk_gives_the_graph_of_two(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES};
    for (int k = 0; k < 4; k++) {
        struct arena a = {0};
        struct options one = untrimmed(), two = one;
        one.edgefraction = two.edgefraction = k < 2 ? 0 : 0.0005;
        two.nodefraction = 1e-300;
        setenv("CPROF_THREADS", k % 2 ? "5" : "1", 1);
        struct profile view = random_stacks(&a, 12000, 4, true, false), same = view;
        const struct graph *g = build(&a, &view, &plan, &one), *want = build(&a, &same, &plan, &two);
        assert_int_equal(g->orig_count, want->orig_count);
        assert_string_equal(show(&a, g).ptr, show(&a, want).ptr);
        arena_release(&a);
    }
    unsetenv("CPROF_THREADS");
}

static void expect_same_tag(const struct graph_tag *x, const struct graph_tag *y) {
    assert_true(str_equal(x->name, y->name));
    assert_int_equal(x->value, y->value);
    assert_int_equal(x->flat, y->flat);
    assert_int_equal(x->cum, y->cum);
}

static void expect_same_tags(const struct graph_tags *x, const struct graph_tags *y) {
    assert_int_equal(x->n_weighty, y->n_weighty);
    assert_int_equal(x->n_labels, y->n_labels);
    for (uint32_t i = 0; i < x->n_labels; i++) expect_same_tag(&x->label[i], &y->label[i]);
    assert_int_equal(x->n_numeric, y->n_numeric);
    for (uint32_t i = 0; i < x->n_numeric; i++) {
        assert_int_equal(x->numeric[i].n_tags, y->numeric[i].n_tags);
        for (uint32_t k = 0; k < x->numeric[i].n_tags; k++)
            expect_same_tag(&x->numeric[i].tag[k], &y->numeric[i].tag[k]);
    }
}

/* Uses enough samples for several threads, which sum a group each, or lists of the same group. */
static void threads_change_no_tags(void **state) {
    (void)state;
    struct graph_plan plan = {.depth = GRAPH_EDGES, .visual = true, .want_tags = true};
    struct options o = untrimmed();
    o.nodefraction = 0.001;
    for (int kinds = 1; kinds <= 3; kinds++) {
        struct arena a = {0};
        struct profile view = random_stacks(&a, 120000, 6, kinds & 1, kinds & 2), same = view;
        setenv("CPROF_THREADS", "1", 1);
        const struct graph *one = build(&a, &view, &plan, &o);
        setenv("CPROF_THREADS", "3", 1);
        const struct graph *three = build(&a, &same, &plan, &o);
        uint32_t n_tagged = 0;
        assert_int_equal(one->n_nodes, three->n_nodes);
        for (uint32_t i = 0; i < one->n_all; i++) {
            if (!one->node[i].tags) continue;
            n_tagged++;
            expect_same_tags(one->node[i].tags, three->node[i].tags);
        }
        assert_true(n_tagged > 100);
        arena_release(&a);
    }
    unsetenv("CPROF_THREADS");
}

/* Checks that the marks of a text report, which are found without edges, are those that the edges give. */
static void expect_same_marks(int nodecount, double edgefraction) {
    struct arena a = {0};
    struct options o = untrimmed();
    o.nodecount = nodecount;
    o.edgefraction = edgefraction;
    struct profile view = many_stacks(&a), same = view;
    const struct graph *all = build(&a, &view, &(struct graph_plan){.depth = GRAPH_EDGES}, &o);
    const struct graph *marked = build(&a, &same, &(struct graph_plan){.depth = GRAPH_INLINE_MARKS}, &o);
    assert_int_equal(all->n_nodes, marked->n_nodes);
    for (uint32_t i = 0; i < all->n_nodes; i++) {
        const struct graph_node *n = &all->node[all->order[i]], *m = &marked->node[marked->order[i]];
        uint32_t n_inlined = 0;
        for (uint32_t k = 0; k < n->n_in; k++) n_inlined += all->edge[n->in[k]].inlined;
        assert_int_equal(m->any_inline_in, n_inlined > 0);
        if (n_inlined) assert_int_equal(m->all_inline_in, n_inlined == n->n_in);
    }
    arena_release(&a);
}

static void marks_are_those_of_all_edges(void **state) {
    (void)state;
    static const double fraction[] = {0, 0.0005, 0.002, 0.02, 0.2};
    for (size_t i = 0; i < sizeof fraction / sizeof *fraction; i++) {
        expect_same_marks(0, fraction[i]);
        expect_same_marks(40, fraction[i]);
        expect_same_marks(3, fraction[i]);
    }
}

/* Few nodes match, so only their frames are followed. */
static void edges_of_few_are_those_of_all(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct options o = untrimmed();
    o.nodecount = 50;
    struct graph_plan few = {.depth = GRAPH_EDGES, .edges_of = regex_compile(&a, STR("^f1?.?1$"), &e)};
    struct profile view = many_stacks(&a), same = view;
    const struct graph *all = build(&a, &view, &(struct graph_plan){.depth = GRAPH_EDGES}, &o);
    const struct graph *some = build(&a, &same, &few, &o);
    const struct named_edge *of_all = sorted_edges(&a, all), *of_some = sorted_edges(&a, some);
    uint32_t n = 0;
    for (uint32_t i = 0; i < all->n_edges; i++) {
        const struct graph_edge *edge = of_all[i].edge;
        if (!regex_match(few.edges_of, all->node[edge->from].name) &&
            !regex_match(few.edges_of, all->node[edge->to].name))
            continue;
        assert_true(n < some->n_edges);
        const struct graph_edge *found = of_some[n++].edge;
        assert_int_equal(found->from, edge->from);
        assert_int_equal(found->to, edge->to);
        assert_int_equal(found->weight, edge->weight);
        assert_int_equal(found->residual, edge->residual);
        assert_int_equal(found->inlined, edge->inlined);
    }
    assert_true(n > 50);
    assert_int_equal(n, some->n_edges);
    arena_release(&a);
}

/* A graph of few functions has the nodes of the whole graph, with all of their weight. */
static void nodes_of_few_are_those_of_all(void **state) {
    (void)state;
    static const char *const pattern[] = {"^f1?.?1$", "^f7$", "no such name", "."};
    for (size_t i = 0; i < sizeof pattern / sizeof *pattern; i++) {
        struct arena a = {0};
        struct err e = {0};
        struct options o = untrimmed();
        o.mean = i == 1;
        struct graph_plan few = {.functions = regex_compile(&a, str_from(pattern[i]), &e)};
        struct profile view = many_stacks(&a), same = view;
        const struct graph *all = build(&a, &view, &(struct graph_plan){0}, &o);
        o.nodefraction = 0.9; /* cuts nothing */
        const struct graph *some = build(&a, &same, &few, &o);
        uint32_t n = 0;
        for (uint32_t k = 0; k < all->n_nodes; k++) {
            const struct graph_node *node = &all->node[all->order[k]];
            if (!regex_match(few.functions, node->name)) continue;
            assert_true(n < some->n_nodes);
            const struct graph_node *found = &some->node[some->order[n++]];
            assert_true(str_equal(found->name, node->name));
            assert_int_equal(found->flat, node->flat);
            assert_int_equal(found->cum, node->cum);
            assert_int_equal(found->flat_div, node->flat_div);
            assert_int_equal(found->cum_div, node->cum_div);
        }
        assert_int_equal(n, some->n_nodes);
        assert_true(n > 0 || i == 2);
        arena_release(&a);
    }
}

static int calls_left;

static bool run_out(void *context) {
    (void)context;
    return calls_left-- <= 0;
}

/* Wherever it stops, the graph is well-formed. */
static void cancelled_graphs_are_valid(void **state) {
    (void)state;
    struct options o = untrimmed();
    setenv("CPROF_THREADS", "1", 1);
    cancel_set(run_out, NULL);
    for (int after = 0; after < 40; after++) {
        struct arena a = {0};
        struct profile view = many_stacks(&a);
        calls_left = after;
        const struct graph *g = build(&a, &view, &(struct graph_plan){.depth = GRAPH_EDGES}, &o);
        for (uint32_t i = 0; i < g->n_edges; i++) assert_true(g->edge[i].from < g->n_all && g->edge[i].to < g->n_all);
        for (uint32_t i = 0; i < g->n_nodes; i++) assert_true(g->order[i] < g->n_all);
        arena_release(&a);
    }
    cancel_set(NULL, NULL);
    unsetenv("CPROF_THREADS");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recursion_counts_once),
        cmocka_unit_test(nodes_that_cancel_out_leave_edges),
        cmocka_unit_test(edges_bridge_what_is_cut),
        cmocka_unit_test(only_edges_of_matching_nodes),
        cmocka_unit_test(inlining_is_told_without_edges),
        cmocka_unit_test(means_have_divisors),
        cmocka_unit_test(sums_wrap),
        cmocka_unit_test(trees_have_a_node_per_path),
        cmocka_unit_test(orders_by_entropy),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(threads_change_no_tags),
        cmocka_unit_test(one_walk_gives_the_graph_of_two),
        cmocka_unit_test(marks_are_those_of_all_edges),
        cmocka_unit_test(edges_of_few_are_those_of_all),
        cmocka_unit_test(nodes_of_few_are_those_of_all),
        cmocka_unit_test(cancelled_graphs_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
