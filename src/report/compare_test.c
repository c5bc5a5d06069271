/* Unit tests of compare. */
#include "report/compare.h"

#include "testing/report_sketch.h"

static struct arena a;

/* The report without the lines about the profile. */
static void expect(const char *profile, const char *options, const char *text) {
    const char *got = sketch_report(&a, report_compare, profile, options, NULL);
    const char *shown = strstr(got, "Showing");
    assert_string_equal(shown ? shown : got, text);
    arena_release(&a);
}

#define HEAD "       old        new       delta   ratio\n"

static const char shop[] = "main;grown 7\nmain;grown -4 pprof::base=true\nmain;gone -3 pprof::base=true\nmain;new 2\n"
                           "main;same;same 5\nmain;same;same -5 pprof::base=true\n";

static void both_sides_are_shown(void **state) {
    (void)state;
    expect(shop, "",
           "Showing flat values: 12 before, 14 after, +2 (1.17x)\n" HEAD
           "         3          0          -3    gone  gone\n"
           "         4          7          +3   1.75x  grown\n"
           "         0          2          +2     new  new\n"
           "         5          5           0   1.00x  same\n");
    expect(shop, "cum sort_by=name nodecount=2",
           "Showing cum values: 12 before, 14 after, +2 (1.17x)\nShowing top 2 nodes out of 5\n" HEAD
           "         3          0          -3    gone  gone\n"
           "         4          7          +3   1.75x  grown\n");
}

static void rows_have_orders(void **state) {
    (void)state;
    static const struct {
        const char *option, *first;
    } order[] = {{"sort_by=growth", "grown\n"}, {"sort_by=ratio", "new\n"}, {"sort_by=old", "same\n"},
                 {"sort_by=new", "grown\n"},    {"sort_by=name", "gone\n"}, {"sort_by=delta", "gone\n"}};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *got =
            sketch_report(&a, report_compare, shop, str_format(&a, "nodecount=1 %s", order[i].option).ptr, NULL);
        assert_string_equal(strrchr(got, ' ') + 1, order[i].first);
        arena_release(&a);
    }
}

static void rows_are_left_out(void **state) {
    (void)state;
    expect(shop, "drop_negative nodefraction=0.3",
           "Showing flat values: 12 before, 14 after, +2 (1.17x)\nDropped 1 node (below 30% of both totals)\n" HEAD
           "         4          7          +3   1.75x  grown\n"
           "         5          5           0   1.00x  same\n");
    /* values that cancel out on their side have no row */
    expect("x 1\nx -1\ny 1\ny -1 pprof::base=true\n", "",
           "Showing flat values: 1 before, 1 after, 0 (1.00x)\n" HEAD "         1          1           0   1.00x  y\n");
}

static void values_may_be_means_or_odd(void **state) {
    (void)state;
    expect("types samples/count cpu/ns\nf 2 10\nf -1 -8 pprof::base=true\n", "mean",
           "Showing flat values: 8ns before, 5ns after, -3ns (0.62x)\n" HEAD
           "       8ns        5ns        -3ns   0.62x  f\n");
    /* negative values of a side have no ratio */
    expect("f -2\nf -1 pprof::base=true\n", "",
           "Showing flat values: 1 before, -2 after, -3 (-)\n" HEAD "         1         -2          -3       -  f\n");
    expect("f 9223372036854775806\nf -1 pprof::base=true\n", "",
           "Showing flat values: 1 before, 9223372036854775808 after, +9223372036854775808 (9.223e+18x)\n" HEAD
           "         1 9223372036854775808 +9223372036854775808 9.223e+18x  f\n");
}

static void faults_are_named(void **state) {
    (void)state;
    expect(shop, "per_second", "-per_second: the duration of the new side is unknown");
    expect(shop, "per_second normalize", "-per_second and -normalize exclude each other");
    expect(shop, "sort_by=gowth", "-sort_by=gowth: did you mean growth?");
    expect(shop, "sort_by=whatever", "-sort_by=whatever: it must be delta, growth, ratio, old, new or name");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_are_shown), cmocka_unit_test(rows_have_orders),
        cmocka_unit_test(rows_are_left_out),    cmocka_unit_test(values_may_be_means_or_odd),
        cmocka_unit_test(faults_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
