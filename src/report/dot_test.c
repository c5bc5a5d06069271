/* Unit tests of dot.c. */
#include <stdio.h>

#include "testing/report_sketch.h"
#include "testing/test.h"

static void expect(const char *profile, const char *options, const char *report) {
    sketch_expect(report_dot, profile, options, report);
}

static void draws_nodes_tags_and_edges(void **state) {
    (void)state;
    /* x sums to 0: its node is removed, but the edge to it stays */
    expect(sketch_work, "nodecount=80",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: cpu\\lShowing nodes "
           "accounting for 50ns, 41.67% of 120ns total\\l\\lSee https://git.io/JfYMW for how to read the graph\\l\" to"
           "oltip=\"PROG\"] }\n"
           "N1 [label=\"run\\n10ns (8.33%)\\nof 80ns (66.67%)\" id=\"node1\" fontsize=16 shape=box tooltip=\"run (80ns"
           ")\" color=\"#b21400\" fillcolor=\"#edd8d5\"]\n"
           "N1_0 [label = \"req:b\" id=\"N1_0\" fontsize=8 shape=box3d tooltip=\"10ns\"]\n"
           "N1 -> N1_0 [label=\" 10ns\" weight=100 tooltip=\"10ns\" labeltooltip=\"10ns\"]\n"
           "NN1_0_0 [label = \"100B\" id=\"NN1_0_0\" fontsize=8 shape=box3d tooltip=\"10ns\"]\n"
           "N1_0 -> NN1_0_0 [label=\" 10ns\" weight=100 tooltip=\"10ns\" labeltooltip=\"10ns\"]\n"
           "NN1_0_1 [label = \"8.79kB\" id=\"NN1_0_1\" fontsize=8 shape=box3d tooltip=\"10ns\"]\n"
           "N1_0 -> NN1_0_1 [label=\" 10ns\" weight=100 tooltip=\"10ns\" labeltooltip=\"10ns\"]\n"
           "N2 [label=\"leaf\\n50ns (41.67%)\\nof 60ns (50.00%)\" id=\"node2\" fontsize=24 shape=box tooltip=\"leaf (6"
           "0ns)\" color=\"#b22100\" fillcolor=\"#edd9d5\"]\n"
           "N2_0 [label = \"req:a\" id=\"N2_0\" fontsize=8 shape=box3d tooltip=\"50ns\"]\n"
           "N2 -> N2_0 [label=\" 50ns\" weight=100 tooltip=\"50ns\" labeltooltip=\"50ns\"]\n"
           "N3 [label=\"helper\\n20ns (16.67%)\\nof 70ns (58.33%)\" id=\"node3\" fontsize=19 shape=box tooltip=\"helpe"
           "r (70ns)\" color=\"#b21a00\" fillcolor=\"#edd8d5\"]\n"
           "N3_0 [label = \"req:b\" id=\"N3_0\" fontsize=8 shape=box3d tooltip=\"20ns\"]\n"
           "N3 -> N3_0 [label=\" 20ns\" weight=100 tooltip=\"20ns\" labeltooltip=\"20ns\"]\n"
           "NN3_0_0 [label = \"4kB\" id=\"NN3_0_0\" fontsize=8 shape=box3d tooltip=\"20ns\"]\n"
           "N3_0 -> NN3_0_0 [label=\" 20ns\" weight=100 tooltip=\"20ns\" labeltooltip=\"20ns\"]\n"
           "N4 [label=\"Pool\\nWait\\n-30ns (25.00%)\" id=\"node4\" fontsize=21 shape=box tooltip=\"idle::Pool::Wait ("
           "-30ns)\" color=\"#3cb200\" fillcolor=\"#ddedd5\"]\n"
           "N5 [label=\"y\\n5ns (4.17%)\" id=\"node5\" fontsize=14 shape=box tooltip=\"y (5ns)\" color=\"#b2a48d\" fil"
           "lcolor=\"#edebe8\"]\n"
           "N6 [label=\"z\\n-5ns (4.17%)\" id=\"node6\" fontsize=14 shape=box tooltip=\"z (-5ns)\" color=\"#a4b28d\" f"
           "illcolor=\"#ebede8\"]\n"
           "N7 [label=\"main\\n0 of 50ns (41.67%)\" id=\"node7\" fontsize=8 shape=box tooltip=\"main (50ns)\" color=\""
           "#b22900\" fillcolor=\"#eddad5\"]\n"
           "N7 -> N1 [label=\" 80ns\" weight=67 penwidth=4 color=\"#b21400\" tooltip=\"main -> run (80ns)\" labeltoolt"
           "ip=\"main -> run (80ns)\"]\n"
           "N1 -> N3 [label=\" 70ns\\n (inline)\" weight=59 penwidth=3 color=\"#b21a00\" tooltip=\"run -> helper (70ns"
           ")\" labeltooltip=\"run -> helper (70ns)\" minlen=2]\n"
           "N3 -> N2 [label=\" 50ns\" weight=42 penwidth=3 color=\"#b22900\" tooltip=\"helper -> leaf (50ns)\" labelto"
           "oltip=\"helper -> leaf (50ns)\" minlen=2]\n"
           "N7 -> N4 [label=\" -30ns\" weight=26 penwidth=2 color=\"#3cb200\" tooltip=\"main -> idle::Pool::Wait (-30n"
           "s)\" labeltooltip=\"main -> idle::Pool::Wait (-30ns)\"]\n"
           "N2 -> N1 [label=\" 10ns\" weight=9 color=\"#b28f68\" tooltip=\"leaf -> run (10ns)\" labeltooltip=\"leaf ->"
           " run (10ns)\" minlen=2]\n"
           "N1 -> N2 [label=\" 10ns\" weight=9 color=\"#b28f68\" tooltip=\"run -> leaf (10ns)\" labeltooltip=\"run -> "
           "leaf (10ns)\" minlen=2]\n"
           "N7 -> N0 [label=\" 0\" color=\"#b2b2b2\" tooltip=\"main -> x (0)\" labeltooltip=\"main -> x (0)\"]\n"
           "}\n");
}

static const char chain[] = "types samples/count\n"
                            "main;a;b;c 10\n"
                            "main;a;d;c 4\n"
                            "main;c 1\n";

static void residual_edges_are_dotted_or_redundant(void **state) {
    (void)state;
    expect(chain, "nodecount=3",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
           "des accounting for 15, 100% of 15 total\\lShowing top 3 nodes out of 5\\l\\lSee https://git.io/JfYMW for h"
           "ow to read the graph\\l\" tooltip=\"PROG\"] }\n"
           "N1 [label=\"c\\n15 (100%)\" id=\"node1\" fontsize=24 shape=box tooltip=\"c (15)\" color=\"#b20000\" fillco"
           "lor=\"#edd5d5\"]\n"
           "N2 [label=\"main\\n0 of 15 (100%)\" id=\"node2\" fontsize=8 shape=box tooltip=\"main (15)\" color=\"#b2000"
           "0\" fillcolor=\"#edd5d5\"]\n"
           "N3 [label=\"a\\n0 of 14 (93.33%)\" id=\"node3\" fontsize=8 shape=box tooltip=\"a (14)\" color=\"#b20300\" "
           "fillcolor=\"#edd5d5\"]\n"
           "N3 -> N1 [label=\" 14\" weight=94 penwidth=5 color=\"#b20300\" tooltip=\"a ... c (14)\" labeltooltip=\"a ."
           ".. c (14)\" style=\"dotted\"]\n"
           "N2 -> N3 [label=\" 14\" weight=94 penwidth=5 color=\"#b20300\" tooltip=\"main -> a (14)\" labeltooltip=\"m"
           "ain -> a (14)\"]\n"
           "N2 -> N1 [label=\" 1\" weight=7 color=\"#b29877\" tooltip=\"main -> c (1)\" labeltooltip=\"main -> c (1)\""
           "]\n"
           "}\n");
}

static const char sizes[] = "types samples/count\n"
                            "main;f 9 bytes:16\n"
                            "main;f 8 bytes:32\n"
                            "main;f 7 bytes:4096\n"
                            "main;f 6 bytes:65536\n"
                            "main;f 5 bytes:20\n"
                            "main;f 4 bytes:5000\n"
                            "main;f 3 bytes:1048576\n"
                            "main 2 k=q\"\n";

static void numbers_are_put_into_four_groups(void **state) {
    (void)state;
    expect(sizes, "nodecount=80",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
           "des accounting for 44, 100% of 44 total\\l\\lSee https://git.io/JfYMW for how to read the graph\\l\" toolt"
           "ip=\"PROG\"] }\n"
           "N1 [label=\"f\\n42 (95.45%)\" id=\"node1\" fontsize=24 shape=box tooltip=\"f (42)\" color=\"#b20200\" fill"
           "color=\"#edd5d5\"]\n"
           "NN1_0 [label = \"16B..20B\" id=\"NN1_0\" fontsize=8 shape=box3d tooltip=\"14\"]\n"
           "N1 -> NN1_0 [label=\" 14\" weight=100 tooltip=\"14\" labeltooltip=\"14\"]\n"
           "NN1_1 [label = \"4kB..4.88kB\" id=\"NN1_1\" fontsize=8 shape=box3d tooltip=\"11\"]\n"
           "N1 -> NN1_1 [label=\" 11\" weight=100 tooltip=\"11\" labeltooltip=\"11\"]\n"
           "NN1_2 [label = \"64kB..1MB\" id=\"NN1_2\" fontsize=8 shape=box3d tooltip=\"9\"]\n"
           "N1 -> NN1_2 [label=\" 9\" weight=100 tooltip=\"9\" labeltooltip=\"9\"]\n"
           "NN1_3 [label = \"32B\" id=\"NN1_3\" fontsize=8 shape=box3d tooltip=\"8\"]\n"
           "N1 -> NN1_3 [label=\" 8\" weight=100 tooltip=\"8\" labeltooltip=\"8\"]\n"
           "N2 [label=\"main\\n2 (4.55%)\\nof 44 (100%)\" id=\"node2\" fontsize=12 shape=box tooltip=\"main (44)\" col"
           "or=\"#b20000\" fillcolor=\"#edd5d5\"]\n"
           "N2_0 [label = \"k:q\\\"\" id=\"N2_0\" fontsize=8 shape=box3d tooltip=\"2\"]\n"
           "N2 -> N2_0 [label=\" 2\" weight=100 tooltip=\"2\" labeltooltip=\"2\"]\n"
           "N2 -> N1 [label=\" 42\" weight=96 penwidth=5 color=\"#b20200\" tooltip=\"main -> f (42)\" labeltooltip=\"m"
           "ain -> f (42)\" minlen=2]\n"
           "}\n");
}

static const char paths[] = "types samples/count\n"
                            "main;a;b;c 10\n"
                            "main;d;b;c 5\n"
                            "main;d;b 2\n";

static void call_trees_show_paths(void **state) {
    (void)state;
    expect(paths, "nodecount=80 call_tree=true",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
           "des accounting for 17, 100% of 17 total\\l\\lSee https://git.io/JfYMW for how to read the graph\\l\" toolt"
           "ip=\"PROG\"] }\n"
           "N1 [label=\"main\\n0 of 17 (100%)\" id=\"node1\" fontsize=8 shape=box tooltip=\"main (17)\" color=\"#b2000"
           "0\" fillcolor=\"#edd5d5\"]\n"
           "N2 [label=\"c\\n10 (58.82%)\" id=\"node2\" fontsize=24 shape=box tooltip=\"c (10)\" color=\"#b21a00\" fill"
           "color=\"#edd8d5\"]\n"
           "N3 [label=\"c\\n5 (29.41%)\" id=\"node3\" fontsize=20 shape=box tooltip=\"c (5)\" color=\"#b23600\" fillco"
           "lor=\"#eddcd5\"]\n"
           "N4 [label=\"b\\n2 (11.76%)\\nof 7 (41.18%)\" id=\"node4\" fontsize=16 shape=box tooltip=\"b (7)\" color=\""
           "#b22900\" fillcolor=\"#eddad5\"]\n"
           "N5 [label=\"a\\n0 of 10 (58.82%)\" id=\"node5\" fontsize=8 shape=box tooltip=\"a (10)\" color=\"#b21a00\" "
           "fillcolor=\"#edd8d5\"]\n"
           "N6 [label=\"b\\n0 of 10 (58.82%)\" id=\"node6\" fontsize=8 shape=box tooltip=\"b (10)\" color=\"#b21a00\" "
           "fillcolor=\"#edd8d5\"]\n"
           "N7 [label=\"d\\n0 of 7 (41.18%)\" id=\"node7\" fontsize=8 shape=box tooltip=\"d (7)\" color=\"#b22900\" fi"
           "llcolor=\"#eddad5\"]\n"
           "N5 -> N6 [label=\" 10\" weight=59 penwidth=3 color=\"#b21a00\" tooltip=\"a -> b (10)\" labeltooltip=\"a ->"
           " b (10)\"]\n"
           "N6 -> N2 [label=\" 10\" weight=59 penwidth=3 color=\"#b21a00\" tooltip=\"b -> c (10)\" labeltooltip=\"b ->"
           " c (10)\"]\n"
           "N1 -> N5 [label=\" 10\" weight=59 penwidth=3 color=\"#b21a00\" tooltip=\"main -> a (10)\" labeltooltip=\"m"
           "ain -> a (10)\"]\n"
           "N7 -> N4 [label=\" 7\" weight=42 penwidth=3 color=\"#b22900\" tooltip=\"d -> b (7)\" labeltooltip=\"d -> b"
           " (7)\"]\n"
           "N1 -> N7 [label=\" 7\" weight=42 penwidth=3 color=\"#b22900\" tooltip=\"main -> d (7)\" labeltooltip=\"mai"
           "n -> d (7)\"]\n"
           "N4 -> N3 [label=\" 5\" weight=30 penwidth=2 color=\"#b23600\" tooltip=\"b -> c (5)\" labeltooltip=\"b -> c"
           " (5)\"]\n"
           "}\n");
    expect(paths, "nodecount=4 call_tree=true",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
           "des accounting for 17, 100% of 17 total\\lShowing top 4 nodes out of 7\\l\\lSee https://git.io/JfYMW for h"
           "ow to read the graph\\l\" tooltip=\"PROG\"] }\n"
           "N1 [label=\"main\\n0 of 17 (100%)\" id=\"node1\" fontsize=8 shape=box tooltip=\"main (17)\" color=\"#b2000"
           "0\" fillcolor=\"#edd5d5\"]\n"
           "N2 [label=\"c\\n10 (58.82%)\" id=\"node2\" fontsize=24 shape=box tooltip=\"c (10)\" color=\"#b21a00\" fill"
           "color=\"#edd8d5\"]\n"
           "N3 [label=\"c\\n5 (29.41%)\" id=\"node3\" fontsize=20 shape=box tooltip=\"c (5)\" color=\"#b23600\" fillco"
           "lor=\"#eddcd5\"]\n"
           "N4 [label=\"b\\n2 (11.76%)\\nof 7 (41.18%)\" id=\"node4\" fontsize=16 shape=box tooltip=\"b (7)\" color=\""
           "#b22900\" fillcolor=\"#eddad5\"]\n"
           "N1 -> N2 [label=\" 10\" weight=59 penwidth=3 color=\"#b21a00\" tooltip=\"main ... c (10)\" labeltooltip=\""
           "main ... c (10)\" style=\"dotted\"]\n"
           "N1 -> N4 [label=\" 7\" weight=42 penwidth=3 color=\"#b22900\" tooltip=\"main ... b (7)\" labeltooltip=\"ma"
           "in ... b (7)\" style=\"dotted\"]\n"
           "N4 -> N3 [label=\" 5\" weight=30 penwidth=2 color=\"#b23600\" tooltip=\"b -> c (5)\" labeltooltip=\"b -> c"
           " (5)\"]\n"
           "}\n");
}

static const char odd_names[] = "types samples/count\n"
                                "github.com/x/y/v3/pkg.(*T[...]).M@a/q\"\\r.c 7\n"
                                "com.acme.Main.run$1(I)V 2\n";

static void shortens_and_escapes(void **state) {
    (void)state;
    expect(
        odd_names, "nodecount=80 lines",
        "digraph \"PROG\" {\n"
        "node [style=filled fillcolor=\"#f8f8f8\"]\n"
        "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
        "des accounting for 9, 100% of 9 total\\l\\lSee https://git.io/JfYMW for how to read the graph\\l\" tooltip"
        "=\"PROG\"] }\n"
        "N1 [label=\"pkg\\n(*T[…])\\nM\\nq\\\"\\\\r.c:1\\n7 (77.78%)\" id=\"node1\" fontsize=24 shape=box tooltip=\"git"
        "hub.com/x/y/v3/pkg.(*T[...]).M a/q\\\"\\\\r.c:1 (7)\" color=\"#b20c00\" fillcolor=\"#edd7d5\"]\n"
        "N2 [label=\"Main\\nrun$1\\n:1\\n2 (22.22%)\" id=\"node2\" fontsize=17 shape=box tooltip=\"com.acme.Main.ru"
        "n$1(I)V :1 (2)\" color=\"#b24000\" fillcolor=\"#edded5\"]\n"
        "}\n");
}

/* Text that would end a string in pprof's output, so that Graphviz could not read it or would read attributes, is
 * escaped. Other text is written as by pprof. */
static void nothing_ends_a_string(void **state) {
    (void)state;
    static const struct {
        const char *label, *shown;
    } row[] = {
        {"k=a\"b", "k:a\\\"b"},         {"k=v\\", "k:v\\\\"}, {"k=\"URL=\"javascript:x", "k:\\\"URL=\\\"javascript:x"},
        {"k=a\\\"b\\c", "k:a\\\"b\\c"}, {"k=a\\b", "k:a\\b"}, {"k=\\\\", "k:\\\\"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char profile[200], report[200];
        snprintf(profile, sizeof profile, "main 1 %s\n", row[i].label);
        snprintf(report, sizeof report, "N1_0 [label = \"%s\" id=\"N1_0\"", row[i].shown);
        struct arena a = {0};
        assert_non_null(strstr(sketch_report(&a, report_dot, profile, "nodecount=80", NULL), report));
        arena_release(&a);
    }
}

static const char nothing[] = "types samples/count\n- 3\n";

static void draws_only_the_legend_when_there_is_nothing(void **state) {
    (void)state;
    expect(nothing, "nodecount=80",
           "digraph \"PROG\" {\n"
           "node [style=filled fillcolor=\"#f8f8f8\"]\n"
           "subgraph cluster_L { \"File: PROG\" [shape=box fontsize=16 label=\"File: PROG\\lType: samples\\lShowing no"
           "des accounting for 0, 0% of 3 total\\l\\lSee https://git.io/JfYMW for how to read the graph\\l\" tooltip="
           "\"PROG\"] }\n"
           "}\n");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_nodes_tags_and_edges),
        cmocka_unit_test(residual_edges_are_dotted_or_redundant),
        cmocka_unit_test(numbers_are_put_into_four_groups),
        cmocka_unit_test(call_trees_show_paths),
        cmocka_unit_test(shortens_and_escapes),
        cmocka_unit_test(nothing_ends_a_string),
        cmocka_unit_test(draws_only_the_legend_when_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
