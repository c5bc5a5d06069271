/* Unit tests of tree.c. */
#include "testing/report_sketch.h"
#include "testing/test.h"

static void expect(const char *profile, const char *options, const char *report) {
    sketch_expect(report_tree, profile, options, report);
}

static void shows_callers_and_callees(void **state) {
    (void)state;
    expect(sketch_work, "nodecount=80",
           "File: PROG\n"
           "Type: cpu\n"
           "Showing nodes accounting for 50ns, 41.67% of 120ns total\n"
           "----------------------------------------------------------+-------------\n"
           "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"
           "----------------------------------------------------------+-------------\n"
           "                                              50ns 83.33% |   helper\n"
           "                                              10ns 16.67% |   run\n"
           "      50ns 41.67% 41.67%       60ns 50.00%                | leaf\n"
           "                                              10ns 16.67% |   run\n"
           "----------------------------------------------------------+-------------\n"
           "                                             -30ns   100% |   main\n"
           "     -30ns 25.00% 16.67%      -30ns 25.00%                | idle::Pool::Wait\n"
           "----------------------------------------------------------+-------------\n"
           "                                              70ns   100% |   run (inline)\n"
           "      20ns 16.67% 33.33%       70ns 58.33%                | helper\n"
           "                                              50ns 71.43% |   leaf\n"
           "----------------------------------------------------------+-------------\n"
           "                                              80ns   100% |   main\n"
           "                                              10ns 12.50% |   leaf\n"
           "      10ns  8.33% 41.67%       80ns 66.67%                | run\n"
           "                                              70ns 87.50% |   helper (inline)\n"
           "                                              10ns 12.50% |   leaf\n"
           "----------------------------------------------------------+-------------\n"
           "                                               5ns   100% |   x\n"
           "       5ns  4.17% 45.83%        5ns  4.17%                | y\n"
           "----------------------------------------------------------+-------------\n"
           "                                              -5ns   100% |   x\n"
           "      -5ns  4.17% 41.67%       -5ns  4.17%                | z\n"
           "----------------------------------------------------------+-------------\n"
           "         0     0% 41.67%       50ns 41.67%                | main\n"
           "                                              80ns 160.00% |   run\n"
           "                                             -30ns 60.00% |   idle::Pool::Wait\n"
           "                                                 0     0% |   x\n"
           "----------------------------------------------------------+-------------\n");
}

static const char chain[] = "types samples/count\n"
                            "main;a;b;c 10\n"
                            "main;a;d;c 4\n"
                            "main;c 1\n";

static void bridges_nodes_that_are_left_out(void **state) {
    (void)state;
    expect(chain, "nodecount=2",
           "File: PROG\n"
           "Type: samples\n"
           "Showing nodes accounting for 15, 100% of 15 total\n"
           "Showing top 2 nodes out of 5\n"
           "----------------------------------------------------------+-------------\n"
           "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"
           "----------------------------------------------------------+-------------\n"
           "                                                14 93.33% |   a\n"
           "        15   100%   100%         15   100%                | c\n"
           "----------------------------------------------------------+-------------\n"
           "         0     0%   100%         14 93.33%                | a\n"
           "                                                14   100% |   c\n"
           "----------------------------------------------------------+-------------\n");
    expect(chain, "nodefraction=0.5 edgefraction=0.1",
           "File: PROG\n"
           "Type: samples\n"
           "Showing nodes accounting for 15, 100% of 15 total\n"
           "Dropped 1 node (cum <= 7)\n"
           "----------------------------------------------------------+-------------\n"
           "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"
           "----------------------------------------------------------+-------------\n"
           "                                                10 66.67% |   b\n"
           "                                                 4 26.67% |   a\n"
           "                                                 1  6.67% |   main\n"
           "        15   100%   100%         15   100%                | c\n"
           "----------------------------------------------------------+-------------\n"
           "                                                14   100% |   main\n"
           "         0     0%   100%         14 93.33%                | a\n"
           "                                                10 71.43% |   b\n"
           "                                                 4 28.57% |   c\n"
           "----------------------------------------------------------+-------------\n"
           "                                                10   100% |   a\n"
           "         0     0%   100%         10 66.67%                | b\n"
           "                                                10   100% |   c\n"
           "----------------------------------------------------------+-------------\n"
           "         0     0%   100%         15   100%                | main\n"
           "                                                14 93.33% |   a\n"
           "                                                 1  6.67% |   c\n"
           "----------------------------------------------------------+-------------\n");
}

static void edges_ignore_the_divisor(void **state) {
    (void)state;
    expect(sketch_work, "mean=true nodefraction=0.3",
           "File: PROG\n"
           "Type: mean_cpu\n"
           "Showing nodes accounting for 63ns, 525.00% of 12ns total\n"
           "Dropped 2 nodes (cum <= 3ns)\n"
           "----------------------------------------------------------+-------------\n"
           "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"
           "----------------------------------------------------------+-------------\n"
           "                                              50ns 166.67% |   helper\n"
           "                                              10ns 33.33% |   run\n"
           "      50ns 416.67% 416.67%       30ns 250.00%                | leaf\n"
           "                                              10ns 33.33% |   run\n"
           "----------------------------------------------------------+-------------\n"
           "                                             -30ns 428.57% |   main\n"
           "      -7ns 58.33% 358.33%       -7ns 58.33%                | idle::Pool::Wait\n"
           "----------------------------------------------------------+-------------\n"
           "                                              70ns 304.35% |   run (inline)\n"
           "      10ns 83.33% 441.67%       23ns 191.67%                | helper\n"
           "                                              50ns 217.39% |   leaf\n"
           "----------------------------------------------------------+-------------\n"
           "                                              80ns 400.00% |   main\n"
           "                                              10ns 50.00% |   leaf\n"
           "      10ns 83.33% 525.00%       20ns 166.67%                | run\n"
           "                                              70ns 350.00% |   helper (inline)\n"
           "                                              10ns 50.00% |   leaf\n"
           "----------------------------------------------------------+-------------\n"
           "         0     0% 525.00%        5ns 41.67%                | main\n"
           "                                              80ns 1600.00% |   run\n"
           "                                             -30ns 600.00% |   idle::Pool::Wait\n"
           "----------------------------------------------------------+-------------\n");
}

/* peek is untrimmed: its row in reports.def sets this, here the options do. */
static void expect_peek(const char *pattern, const char *report) {
    struct arena a = {0};
    struct err e = {0};
    const struct regex *regex = regex_compile(&a, str_from(pattern), &e);
    assert_non_null(regex);
    const char *untrimmed = "nodefraction=0 edgefraction=0";
    assert_string_equal(sketch_report(&a, report_peek, sketch_work, untrimmed, regex), report);
    arena_release(&a);
}

static void peek_shows_what_matches(void **state) {
    (void)state;
    expect_peek("^(x|leaf)$", "File: PROG\n"
                              "Type: cpu\n"
                              "Showing nodes accounting for 50ns, 41.67% of 120ns total\n"
                              "----------------------------------------------------------+-------------\n"
                              "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t \n"
                              "----------------------------------------------------------+-------------\n"
                              "                                              50ns 83.33% |   helper\n"
                              "                                              10ns 16.67% |   run\n"
                              "      50ns 41.67% 41.67%       60ns 50.00%                | leaf\n"
                              "                                              10ns 16.67% |   run\n"
                              "----------------------------------------------------------+-------------\n");
    expect_peek("nobody", "no matches found for regexp: pattern");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_callers_and_callees),
        cmocka_unit_test(bridges_nodes_that_are_left_out),
        cmocka_unit_test(edges_ignore_the_divisor),
        cmocka_unit_test(peek_shows_what_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
