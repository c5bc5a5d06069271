/* Unit tests of tree.c. */
#include "stacks/tree.h"

#include <stdatomic.h>

#include "base/cancel.h"
#include "filter/filter.h"
#include "stacks/pathhash.h"
#include "testing/sketch.h"
#include "testing/straight_tree.h"
#include "testing/test.h"

/* A line "depth name self total[ base self, base total]" per node, of the first type; "+count sum" for the children
 * left out. */
static const char *show(struct arena *a, const struct stacktree *t, bool two_sides) {
    VEC(str) out = {0};
    uint32_t more = 0;
    for (uint32_t i = 0; i < t->n_nodes; i++) {
        const struct stacktree_frame *f = &t->frame[t->frame_of[i]];
        *VEC_PUSH(a, &out) = str_format(a, "%u %.*s%s %" PRId64 " %" PRId64, t->depth[i], STR_ARG(f->name),
                                        f->inlined ? "(inlined)" : "", t->self[0][i], t->total[0][i]);
        if (two_sides) *VEC_PUSH(a, &out) = str_format(a, " %" PRId64 " %" PRId64, t->self[1][i], t->total[1][i]);
        if (more < t->n_more && t->more[more].node == i) {
            *VEC_PUSH(a, &out) = str_format(a, " +%u %" PRId64, t->more[more].count, t->more_sum[0][more]);
            more++;
        }
        *VEC_PUSH(a, &out) = STR("\n");
    }
    return str_copy(a, str_join(a, out.at, out.n, STR_EMPTY)).ptr;
}

static void expect(const char *profile, struct options o, bool two_sides, double cut, const char *text) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, profile);
    filter_aggregate(&a, &view, &o);
    uint32_t type = 0;
    struct stacktree_plan plan = {.type = &type, .n_types = 1, .two_sides = two_sides};
    struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
    assert_string_equal(show(&a, stacktree_cut(&a, all, 1, cut), two_sides), text);
    stacktree_drop(all);
    arena_release(&a);
}

static void stacks_share_their_callers(void **state) {
    (void)state;
    expect("main;f;g 1\nmain;f 2\nmain;f;g 4 k=v\nmain;f+g 8\n- 16\n", (struct options){0}, false, 0,
           "0 root 16 31\n1 main 0 15\n2 f 2 15\n3 g(inlined) 8 8\n3 g 5 5\n");
    expect("", (struct options){0}, false, 0, "0 root 0 0\n");
    expect("a;a;a 1\na;a 2\n", (struct options){0}, false, 0, "0 root 0 3\n1 a 0 3\n2 a 2 3\n3 a 1 1\n");
}

/* Locations that begin with the same frames lead to the same nodes, in whatever order they come. */
static void inlined_frames_share_their_callers(void **state) {
    (void)state;
    static const char tree[] =
        "0 root 0 63\n1 a 0 63\n2 b(inlined) 0 63\n3 c(inlined) 2 58\n4 d(inlined) 16 48\n5 x 32 32\n"
        "4 x 8 8\n3 x 4 5\n4 x 1 1\n";
    expect("a+b;x;x 1\na+b+c 2\na+b;x 4\na+b+c;x 8\na+b+c+d 16\na+b+c+d;x 32\n", (struct options){0}, false, 0, tree);
    expect("a+b+c+d;x 32\na+b+c;x 8\na+b;x 4\na+b+c+d 16\na+b+c 2\na+b;x;x 1\n", (struct options){0}, false, 0, tree);
    expect("a+b+c 2\na+b;x 4\na+b+c+d;x 32\na+b;x;x 1\na+b+c;x 8\na+b+c+d 16\n", (struct options){0}, false, 0, tree);
    expect(
        "a+b;x 1\na+b+c+d 2\na+b+e 4\na+b+c 8\n", (struct options){0}, false, 0,
        "0 root 0 15\n1 a 0 15\n2 b(inlined) 0 15\n3 c(inlined) 8 10\n4 d(inlined) 2 2\n3 e(inlined) 4 4\n3 x 1 1\n");
}

static void granularity_decides_what_is_told_apart(void **state) {
    (void)state;
    static const char profile[] = "a@x 1\na@y 2\nb@y 4\n";
    expect(profile, (struct options){0}, false, 0, "0 root 0 7\n1 b 4 4\n1 a 3 3\n");
    expect(profile, (struct options){.granularity = GRANULARITY_FILES}, false, 0, "0 root 0 7\n1 y 6 6\n1 x 1 1\n");
    expect(profile, (struct options){.granularity = GRANULARITY_LINES}, false, 0,
           "0 root 0 7\n1 b:1 4 4\n1 a:1 2 2\n1 a:1 1 1\n");
    /* addresses are not shown, as in pprof's flame graph */
    expect(profile, (struct options){.granularity = GRANULARITY_ADDRESSES}, false, 0,
           "0 root 0 7\n1 b:1 4 4\n1 a:1 2 2\n1 a:1 1 1\n");
}

static void siblings_are_sorted_by_value_then_name(void **state) {
    (void)state;
    expect("b 1\nc 1\na 1\nd 3\n", (struct options){0}, false, 0, "0 root 0 6\n1 d 3 3\n1 a 1 1\n1 b 1 1\n1 c 1 1\n");
    expect("a 3\nb -5\nc 4\n", (struct options){0}, true, 0, "0 root 0 7 0 5\n1 b 0 0 5 5\n1 c 4 4 0 0\n1 a 3 3 0 0\n");
    expect("a 3\nb -5\n", (struct options){0}, false, 0, "0 root 0 -2\n1 b -5 -5\n1 a 3 3\n");
}

static void small_subtrees_are_left_out_with_their_sum(void **state) {
    (void)state;
    static const char profile[] = "m;a;x 1\nm;a 96\nm;b 1\nm;c;y;z 1\nm 1\nd 0\n";
    expect(profile, (struct options){0}, false, 0.02, "0 root 0 100 +1 0\n1 m 1 100 +2 2\n2 a 96 97 +1 1\n");
    expect(profile, (struct options){0}, false, 0.01,
           "0 root 0 100 +1 0\n1 m 1 100\n2 a 96 97\n3 x 1 1\n2 b 1 1\n2 c 0 1\n3 y 0 1\n4 z 1 1\n");
    expect("a 0\n", (struct options){0}, false, 0.01, "0 root 0 0 +1 0\n");
}

/* A subtree is kept for each of the shown types. */
static void every_type_counts(void **state) {
    (void)state;
    struct arena a = {0};
    struct options o = {0};
    struct profile view = sketch_profile(&a, "types n/count t/ns\na 100 0\nb 0 7\nc 1 1\n");
    filter_aggregate(&a, &view, &o);
    uint32_t type[] = {1, 0};
    struct stacktree_plan plan = {.type = type, .n_types = 2};
    struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
    struct stacktree *t = stacktree_cut(&a, all, 2, 0.2);
    assert_string_equal(show(&a, t, false), "0 root 0 8 +1 1\n1 b 7 7\n1 a 0 0\n");
    assert_int_equal(t->total[1][2], 100);
    assert_int_equal(t->more_sum[1][0], 1);
    assert_string_equal(show(&a, stacktree_cut(&a, all, 1, 0.2), false), "0 root 0 8 +2 1\n1 b 7 7\n");
    stacktree_drop(all);
    arena_release(&a);
}

/* A profile with stacks for several workers, one of them too deep for recursion. */
static void random_profile(struct arena *a, struct profile *p) {
    enum { N = 30000, NAMES = 60, DEEP = 300000 };
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("n")), 0);
    build_type(&b, build_string(&b, STR("t")), 0);
    loc_id loc[NAMES], *deep = ARENA_ARRAY(a, loc_id, DEEP);
    func_id function[NAMES];
    for (uint32_t i = 0; i < NAMES; i++)
        function[i] = build_function(
            &b, (struct profile_function){.name = build_string(&b, str_format(a, "f%u", i * 7919 % 1000))});
    for (uint32_t i = 0; i < NAMES; i++) {
        /* innermost first; locations share their outermost lines */
        struct profile_line line[] = {{function[i], i % 5, 0},
                                      {function[i / 15 % 2], 1, 0},
                                      {function[i / 5 % 3], i / 20 % 2, 0},
                                      {function[i % 5], 1, 0}};
        struct profile_location l = {.mapping = PROFILE_NONE, .address = i + 1};
        uint32_t n = i < 2 ? 1 : 1 + i % 4;
        loc[i] = build_location(&b, l, line + 4 - n, n);
    }
    uint32_t seed = 1;
    for (uint32_t i = 0; i < N; i++) {
        loc_id frame[64];
        uint32_t n = 0;
        seed = seed * 1664525 + 1013904223;
        for (uint32_t d = seed >> 27; d-- > 0;) frame[n++] = loc[(seed >> d & 7) * (d < 3 ? 8 : 1)];
        for (uint32_t d = 0; d < 10; d++) frame[n++] = loc[d / 3];
        build_sample(&b, frame, n, (int64_t[]){(int64_t)(seed >> 20) - 1000, i % 7}, NULL, 0);
    }
    for (uint32_t i = 0; i < DEEP; i++) deep[i] = loc[i % 2];
    build_sample(&b, deep, DEEP, (int64_t[]){5, 5}, NULL, 0);
    assert_true(build_seal(&b, p, NULL));
}

/* Cuts a deep stack off, with which the straight version would take as long as with all others. */
static void sums_are_those_of_the_straight_way(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile all;
    random_profile(&a, &all);
    all.n_samples--;
    static const char *const threads[] = {"1", "4"};
    for (int granularity = GRANULARITY_FUNCTIONS; granularity <= GRANULARITY_LINES; granularity += 3) {
        for (int two_sides = 0; two_sides < 2; two_sides++) {
            struct options o = {.granularity = (enum options_granularity)granularity};
            struct profile view = all;
            filter_aggregate(&a, &view, &o);
            uint32_t type[] = {0, 1};
            struct stacktree_plan plan = {.type = type, .n_types = 2, .two_sides = two_sides};
            struct straight s;
            straight_make(&s, &a, &view, &plan);
            for (size_t i = 0; i < 2; i++) {
                setenv("CPROF_THREADS", threads[i], 1);
                struct stacktree_all *grown = stacktree_grow(&a, &view, &o, &plan);
                static const double cuts[] = {0, 1e-4, 0.02, 2};
                for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
                    const char *wrong = straight_check(&s, stacktree_cut(&a, grown, 2, cuts[c]), cuts[c]);
                    if (wrong) fail_msg("%s threads, cut %g: %s", threads[i], cuts[c], wrong);
                }
                stacktree_drop(grown);
            }
        }
    }
    unsetenv("CPROF_THREADS");
    arena_release(&a);
}

static void threads_make_the_same_tree(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view;
    struct options o = {0};
    random_profile(&a, &view);
    filter_aggregate(&a, &view, &o);
    uint32_t type = 0;
    struct stacktree_plan plan = {.type = &type, .n_types = 1, .two_sides = true};
    struct stacktree *t[3];
    static const char *const threads[] = {"1", "2", "7"};
    for (int i = 0; i < 3; i++) {
        setenv("CPROF_THREADS", threads[i], 1);
        struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
        t[i] = stacktree_cut(&a, all, 1, 0);
        stacktree_drop(all);
        assert_int_equal(t[i]->n_nodes, t[0]->n_nodes);
        assert_int_equal(t[i]->n_frames, t[0]->n_frames);
        assert_memory_equal(t[i]->depth, t[0]->depth, t[0]->n_nodes * sizeof *t[0]->depth);
        assert_memory_equal(t[i]->frame_of, t[0]->frame_of, t[0]->n_nodes * sizeof *t[0]->frame_of);
        for (int side = 0; side < SIDES; side++)
            assert_memory_equal(t[i]->total[side], t[0]->total[side], t[0]->n_nodes * sizeof *t[0]->total[side]);
    }
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < t[0]->n_nodes; i++)
        if (t[0]->depth[i] > deepest) deepest = t[0]->depth[i];
    assert_true(deepest >= 300000);
    unsetenv("CPROF_THREADS");
    arena_release(&a);
}

/* The tree of stacks that are turned, of main;p;f;p;g 1, main;p;p 2 and main;f 4. */
static void expect_turned(const struct stacktree_plan *how, const char *pivot, const char *text) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, "main;p;f;p;g 1\nmain;p;p 2\nmain;f 4\n");
    struct options o = {0};
    filter_aggregate(&a, &view, &o);
    uint32_t type = 0;
    struct stacktree_plan plan = *how;
    plan.type = &type;
    plan.n_types = 1;
    if (pivot) plan.pivot = regex_compile(&a, str_from(pivot), NULL);
    struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
    assert_string_equal(show(&a, stacktree_cut(&a, all, 1, 0), false), text);
    stacktree_drop(all);
    arena_release(&a);
}

static void stacks_are_turned(void **state) {
    (void)state;
    expect_turned(&(struct stacktree_plan){.way = TURN_LEAF_FIRST}, NULL,
                  "0 root 0 7\n1 f 0 4\n2 main 4 4\n1 p 0 2\n2 p 0 2\n3 main 2 2\n1 g 0 1\n2 p 0 1\n3 f 0 1\n"
                  "4 p 0 1\n5 main 1 1\n");
    expect_turned(&(struct stacktree_plan){.fold = true}, NULL,
                  "0 root 0 7\n1 main 0 7\n2 f 4 4\n2 p 2 3\n3 f 0 1\n4 p 0 1\n5 g 1 1\n");
    expect_turned(&(struct stacktree_plan){.way = TURN_CALLEES}, "^p$",
                  "0 root 0 3\n1 p 0 3\n2 p 2 2\n2 f 0 1\n3 p 0 1\n4 g 1 1\n");
    expect_turned(&(struct stacktree_plan){.way = TURN_CALLERS}, "^[pf]$",
                  "0 root 0 7\n1 f 0 4\n2 main 4 4\n1 p 0 3\n2 main 3 3\n");
    expect_turned(&(struct stacktree_plan){.way = TURN_CALLERS}, "nothing", "0 root 0 0\n");
}

static void the_tree_below_a_node(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view = sketch_profile(&a, "main;f;g 900\nmain;f;h 99\nmain;f 1\nother 100000\n");
    struct options o = {0};
    filter_aggregate(&a, &view, &o);
    uint32_t type = 0;
    struct stacktree_place node;
    struct stacktree_all *all =
        stacktree_grow(&a, &view, &o, &(struct stacktree_plan){.type = &type, .n_types = 1, .two_sides = false});
    const struct pathhash root = {{0, 0}};
    struct pathhash main_ = pathhash_child(root, pathhash_frame(STR("main"), STR_EMPTY, 0, false));
    struct pathhash f = pathhash_frame(STR("f"), STR_EMPTY, 0, false),
                    none = pathhash_frame(STR("none"), STR_EMPTY, 0, false);
    assert_true(stacktree_find(all, root, pathhash_child(main_, f), &node));
    assert_string_equal(show(&a, stacktree_cut_below(&a, all, &node, 0), false),
                        "0 f 1 1000\n1 g 900 900\n1 h 99 99\n");
    /* the cut is a share of the node's value */
    assert_string_equal(show(&a, stacktree_cut_below(&a, all, &node, 0.1), false), "0 f 1 1000 +1 99\n1 g 900 900\n");
    assert_true(stacktree_find(all, root, root, &node));
    assert_int_equal(node.depth, 0);
    assert_false(stacktree_find(all, root, pathhash_child(main_, none), &node));
    stacktree_drop(all);
    arena_release(&a);
}

static atomic_int calls_left;

static bool run_out(void *context) {
    (void)context;
    return atomic_fetch_sub(&calls_left, 1) <= 0;
}

/* Wherever it stops, a tree is well-formed; and once the work is cancelled, no stack is met. */
static void cancelled_work_stops(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view;
    struct options o = {0};
    random_profile(&a, &view);
    filter_aggregate(&a, &view, &o);
    uint32_t type = 0, n_nodes = 0;
    struct stacktree_plan plan = {.type = &type, .n_types = 1};
    cancel_set(run_out, NULL);
    for (int after = 0; after < 100000; after = 2 * after + 1) {
        calls_left = after;
        struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
        struct stacktree *t = stacktree_cut(&a, all, 1, 0);
        stacktree_drop(all);
        assert_int_equal(t->depth[0], 0);
        for (uint32_t i = 1; i < t->n_nodes; i++)
            assert_true(t->depth[i] > 0 && t->depth[i] <= t->depth[i - 1] + 1 && t->frame_of[i] < t->n_frames);
        if (after == 0) assert_int_equal(t->n_nodes, 1);
        assert_true(t->n_nodes >= n_nodes);
        n_nodes = t->n_nodes;
    }
    cancel_set(NULL, NULL);
    assert_true(n_nodes > 1);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_share_their_callers),
        cmocka_unit_test(inlined_frames_share_their_callers),
        cmocka_unit_test(granularity_decides_what_is_told_apart),
        cmocka_unit_test(siblings_are_sorted_by_value_then_name),
        cmocka_unit_test(small_subtrees_are_left_out_with_their_sum),
        cmocka_unit_test(every_type_counts),
        cmocka_unit_test(sums_are_those_of_the_straight_way),
        cmocka_unit_test(threads_make_the_same_tree),
        cmocka_unit_test(stacks_are_turned),
        cmocka_unit_test(the_tree_below_a_node),
        cmocka_unit_test(cancelled_work_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
