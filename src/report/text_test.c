/* Unit tests of text.c. */
#include "testing/report_sketch.h"
#include "testing/test.h"

static void expect(const char *profile, const char *options, const char *report) {
    sketch_expect(report_text, profile, options, report);
}

static void sorts_by_flat_or_cum(void **state) {
    (void)state;
    expect(sketch_work, "nodecount=0",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 50ns, 41.67% of 120ns total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      50ns 41.67% 41.67%       60ns 50.00%  leaf\n"
           "     -30ns 25.00% 16.67%      -30ns 25.00%  idle::Pool::Wait\n"
           "      20ns 16.67% 33.33%       70ns 58.33%  helper (inline)\n"
           "      10ns  8.33% 41.67%       80ns 66.67%  run\n"
           "       5ns  4.17% 45.83%        5ns  4.17%  y\n"
           "      -5ns  4.17% 41.67%       -5ns  4.17%  z\n"
           "         0     0% 41.67%       50ns 41.67%  main\n");
    expect(sketch_work, "cum",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 50ns, 41.67% of 120ns total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      10ns  8.33%  8.33%       80ns 66.67%  run\n"
           "      20ns 16.67% 25.00%       70ns 58.33%  helper (inline)\n"
           "      50ns 41.67% 66.67%       60ns 50.00%  leaf\n"
           "         0     0% 66.67%       50ns 41.67%  main\n"
           "     -30ns 25.00% 41.67%      -30ns 25.00%  idle::Pool::Wait\n"
           "       5ns  4.17% 45.83%        5ns  4.17%  y\n"
           "      -5ns  4.17% 41.67%       -5ns  4.17%  z\n");
}

static void keeps_as_many_as_asked(void **state) {
    (void)state;
    /* run keeps its place although its only callers were removed */
    expect(sketch_work, "nodecount=2 cum",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 30ns, 25.00% of 120ns total\n"
           "Showing top 2 nodes out of 7\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      10ns  8.33%  8.33%       80ns 66.67%  run\n"
           "      20ns 16.67% 25.00%       70ns 58.33%  helper (inline)\n");
    expect(sketch_work, "nodefraction=0.5",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 50ns, 41.67% of 120ns total\n"
           "Dropped 2 nodes (cum <= 60ns)\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      50ns 41.67% 41.67%       60ns 50.00%  leaf\n"
           "     -30ns 25.00% 16.67%      -30ns 25.00%  idle::Pool::Wait\n"
           "      20ns 16.67% 33.33%       70ns 58.33%  helper (inline)\n"
           "      10ns  8.33% 41.67%       80ns 66.67%  run\n"
           "         0     0% 41.67%       50ns 41.67%  main\n");
}

static const char inlined[] = "types samples/count\n"
                              "main;a+b 5\n"
                              "main;a;b 3\n"
                              "main;c+b 1\n"
                              "main;d+e 2\n"
                              "main;e 1\n";

static void tells_inlined_functions(void **state) {
    (void)state;
    expect(inlined, "",
           "File: PROG\n"
           "Type: samples\n"
           "Showing nodes accounting for 12, 100% of 12 total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "         9 75.00% 75.00%          9 75.00%  b (partial-inline)\n"
           "         3 25.00%   100%          3 25.00%  e (partial-inline)\n"
           "         0     0%   100%          8 66.67%  a\n"
           "         0     0%   100%          1  8.33%  c\n"
           "         0     0%   100%          2 16.67%  d\n"
           "         0     0%   100%         12   100%  main\n");
    /* light edges do not count: now only d calls e */
    expect(inlined, "edgefraction=0.2",
           "File: PROG\n"
           "Type: samples\n"
           "Showing nodes accounting for 12, 100% of 12 total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "         9 75.00% 75.00%          9 75.00%  b\n"
           "         3 25.00%   100%          3 25.00%  e (inline)\n"
           "         0     0%   100%          8 66.67%  a\n"
           "         0     0%   100%          1  8.33%  c\n"
           "         0     0%   100%          2 16.67%  d\n"
           "         0     0%   100%         12   100%  main\n");
}

static void means_and_ratios(void **state) {
    (void)state;
    /* sums of percentages may exceed 100 */
    expect(sketch_work, "mean=true",
           "File: PROG\n"
           "Type: mean_cpu\n"
           "Showing nodes accounting for 63ns, 525.00% of 12ns total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      50ns 416.67% 416.67%       30ns 250.00%  leaf\n"
           "      -7ns 58.33% 358.33%       -7ns 58.33%  idle::Pool::Wait\n"
           "      10ns 83.33% 441.67%       23ns 191.67%  helper (inline)\n"
           "      10ns 83.33% 525.00%       20ns 166.67%  run\n"
           "       5ns 41.67% 566.67%        5ns 41.67%  y\n"
           "      -5ns 41.67% 525.00%       -5ns 41.67%  z\n"
           "         0     0% 525.00%        5ns 41.67%  main\n");
    expect(sketch_work, "divide_by=2 unit=us",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 0.03us, 41.67% of 0.06us total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "    0.03us 41.67% 41.67%     0.03us 50.00%  leaf\n"
           "   -0.01us 25.00% 16.67%    -0.01us 25.00%  idle::Pool::Wait\n"
           "    0.01us 16.67% 33.33%     0.04us 58.33%  helper (inline)\n"
           "    0.01us  8.33% 41.67%     0.04us 66.67%  run\n"
           "         0  4.17% 45.83%          0  4.17%  y\n"
           "         0  4.17% 41.67%          0  4.17%  z\n"
           "         0     0% 41.67%     0.03us 41.67%  main\n");
}

static void drops_negative_nodes(void **state) {
    (void)state;
    expect(sketch_work, "drop_negative=true compact_labels=true",
           "Showing nodes accounting for 85ns, 70.83% of 120ns total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      50ns 41.67% 41.67%       60ns 50.00%  leaf\n"
           "      20ns 16.67% 58.33%       70ns 58.33%  helper (inline)\n"
           "      10ns  8.33% 66.67%       80ns 66.67%  run\n"
           "       5ns  4.17% 70.83%        5ns  4.17%  y\n"
           "         0     0% 70.83%       50ns 41.67%  main\n");
}

static const char nothing[] = "types samples/count\n"
                              "- 3\n";

static void shows_headers_alone_when_there_is_nothing(void **state) {
    (void)state;
    expect(nothing, "",
           "File: PROG\n"
           "Type: samples\n"
           "Showing nodes accounting for 0, 0% of 3 total\n"
           "      flat  flat%   sum%        cum   cum%\n");
}

static const char nested_paths[] =
    "types samples/count cpu/nanoseconds\n"
    "main@/x/proj/main.c;run@/x/proj/y/proj/r.c+helper;leaf@/x/proj/y/proj/z/proj/l.c 1 50 req=a\n"
    "main@/x/proj/main.c;run@/x/proj/y/proj/r.c 2 20 req=b bytes:4096\n"
    "main@/x/proj/main.c;other@r.c 2 30\n"
    "main@/x/proj/main.c;tiny@q.c 2 1\n";

/* pprof trims paths again each time it builds a graph, and then does not find the nodes that it wanted to keep: only
 * nodes whose names no longer change are left. */
static void paths_are_trimmed_once_per_building(void **state) {
    (void)state;
    expect(nested_paths, "filefunctions source_path=/l/proj",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 101ns, 100% of 101ns total\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      50ns 49.50% 49.50%       50ns 49.50%  leaf y/proj/z/proj/l.c\n"
           "      30ns 29.70% 79.21%       30ns 29.70%  other r.c\n"
           "      20ns 19.80% 99.01%       70ns 69.31%  run y/proj/r.c\n"
           "       1ns  0.99%   100%        1ns  0.99%  tiny q.c\n"
           "         0     0%   100%       50ns 49.50%  helper (inline)\n"
           "         0     0%   100%      101ns   100%  main main.c\n");
    expect(nested_paths, "filefunctions source_path=/l/proj nodecount=3",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 30ns, 29.70% of 101ns total\n"
           "Showing top 1 nodes out of 6\n"
           "      flat  flat%   sum%        cum   cum%\n"
           "      30ns 29.70% 29.70%       30ns 29.70%  other r.c\n");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_by_flat_or_cum),
        cmocka_unit_test(keeps_as_many_as_asked),
        cmocka_unit_test(tells_inlined_functions),
        cmocka_unit_test(means_and_ratios),
        cmocka_unit_test(drops_negative_nodes),
        cmocka_unit_test(paths_are_trimmed_once_per_building),
        cmocka_unit_test(shows_headers_alone_when_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
