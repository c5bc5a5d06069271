/* Unit tests of names.c and paths.c. */
#include "graph/graph.h"
#include "testing/sketch.h"
#include "testing/test.h"

static void expect_path(const char *path, const char *trim, const char *source, const char *want) {
    struct arena a = {0};
    str got = graph_trim_path(str_from(path), str_from(trim), str_from(source));
    assert_string_equal(str_c(&a, got), want);
    arena_release(&a);
}

static void paths_lose_their_prefix(void **state) {
    (void)state;
    expect_path("/home/me/x.c", "/home/me", "", "x.c");
    expect_path("/home/me/x.c", "/home/me/", "", "x.c");
    expect_path("/home/mex.c", "/home/me", "", "/home/mex.c");
    expect_path("/home/me", "/home/me", "", "/home/me");
    expect_path("/b/x.c", "/a:/b:/", "", "x.c");
    expect_path("/b/x.c", "/:/b", "", "b/x.c"); /* the first prefix that fits */
    expect_path("/b/x.c", "/a:", "", "b/x.c");  /* an empty piece is the root */
    expect_path("/proc/self/cwd/x.c", "", "", "x.c");
    expect_path("/proc/self/cwd/./x.c", "", "", "x.c");
    expect_path("", "/a", "/b", "");
}

static void source_directories_are_guessed_by_name(void **state) {
    (void)state;
    expect_path("/build/proj/src/x.c", "", "/my/proj", "src/x.c");
    expect_path("/build/proj/src/proj/x.c", "", "/my/proj/", "src/proj/x.c");
    expect_path("/build/project/x.c", "", "/my/proj", "/build/project/x.c");
    expect_path("proj/x.c", "", "/my/proj", "proj/x.c");
    expect_path("/a/b/x.c", "", "/q/b:/q/a", "x.c");
    expect_path("/a/b/x.c", "/a", "/q/b", "b/x.c"); /* -trim_path turns source_path off */
    expect_path("/a/./x.c", "", "q::a", "x.c");     /* an empty piece is . */
}

static void expect_name(struct graph_node n, const char *want) {
    struct arena a = {0};
    assert_string_equal(str_c(&a, graph_node_name(&a, &n)), want);
    arena_release(&a);
}

static void names_show_what_is_known(void **state) {
    (void)state;
    expect_name((struct graph_node){.name = STR("f")}, "f");
    expect_name((struct graph_node){.name = STR("f"), .file = STR("x.c")}, "f x.c");
    expect_name((struct graph_node){.name = STR("f"), .file = STR("x.c"), .line = 3}, "f x.c:3");
    expect_name((struct graph_node){.name = STR("f"), .file = STR("x.c"), .line = 3, .column = 9}, "f x.c:3:9");
    expect_name((struct graph_node){.name = STR("f"), .line = -3}, "f :-3");
    expect_name((struct graph_node){.file = STR("x.c"), .column = 9}, "x.c");
    expect_name((struct graph_node){.address = 0xabc, .object = STR("/lib/libc.so")}, "0000000000000abc [libc.so]");
    expect_name((struct graph_node){.address = 1, .name = STR("f"), .object = STR("o")}, "0000000000000001 f");
    expect_name((struct graph_node){.line = 0}, "<unknown>");
}

/* Checks which node each line of main;a@x.c+b;a@./y.c belongs to, as "i i i". */
static void expect_nodes(struct profile_shown shown, const char *want) {
    struct arena a = {0};
    struct options o;
    options_defaults(&o);
    struct profile view = sketch_profile(&a, "main;a@x.c+b;a@./x.c;a@y.c 1\n");
    view.shown = shown;
    const struct graph_names *n = graph_names(&a, &view, &o, false);
    VEC(str) word = {0};
    for (uint32_t i = 0; i < n->first[view.n_locations]; i++)
        *VEC_PUSH(&a, &word) = str_format(&a, "%u", n->node_of[i]);
    assert_string_equal(str_c(&a, str_join(&a, word.at, word.n, STR(" "))), want);
    arena_release(&a);
}

static void lines_of_one_name_are_one_node(void **state) {
    (void)state;
    /* main, then b inlined into a, then the other two frames */
    expect_nodes((struct profile_shown){.function = true}, "0 1 2 2 2");
    expect_nodes((struct profile_shown){.function = true, .file = true}, "0 1 2 2 3");
    expect_nodes((struct profile_shown){.file = true}, "0 0 1 1 2");
    expect_nodes((struct profile_shown){0}, "0 0 0 0 0");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lose_their_prefix),
        cmocka_unit_test(source_directories_are_guessed_by_name),
        cmocka_unit_test(names_show_what_is_known),
        cmocka_unit_test(lines_of_one_name_are_one_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
