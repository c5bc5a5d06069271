/* Unit tests of go/unit.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "go/unit.h"
#include "testing/random.h"
#include "testing/test.h"

/* The expected texts were printed by pprof's measurement package for the same arguments. */
static const struct {
    int64_t value;
    const char *from, *to, *want;
} labels[] = {
    {0, "ns", "auto", "0"},
    {20, "ms", "auto", "20ms"},
    {1536, "bytes", "auto", "1.50kB"},
    {1536, "bytes", "minimum", "1.50kB"},
    {1024, "KBS", "auto", "1MB"},
    {-1536, "B", "auto", "-1.50kB"},
    {-1, "ns", "s", "0"},
    {4, "ms", "s", "0"},
    {5, "ms", "s", "0.01s"},
    {15, "ms", "s", "0.01s"},
    {25, "ms", "s", "0.03s"},
    {125, "count", "auto", "125"},
    {125, "count", "sample", "125"},
    {125, "count", "kb", "125kb"},
    {0, "count", "kb", "0"},
    {1500, "GCU", "minimum", "1.50k*GCU"},
    {1500, "GCU", "k*GCU", "1500GCU"},
    {90, "minutes", "ms", "90ms"},
    {90, "s", "hours", "0.03hrs"},
    {90, "s", "minutes", "90s"},
    {90, "s", "mb", "90s"},
    {3599999999999, "ns", "auto", "3600s"},
    {3600000000000, "nanoseconds", "auto", "1hrs"},
    /* three bytes, so the s is cut off; the rest is not an alias: pprof does not know its own unit */
    {1000, "\xce\xbcs", "auto", "1000"},
    {1000, "\xce\x9cSS", "auto", "1ms"},
    {1000, "\xc2\xb5s", "auto", "1000"},
    {7, "k", "default", "7default"},
    {INT64_MAX, "hrs", "ns", "33204139332677192908800000000000ns"},
    {INT64_MIN, "ns", "auto", "-9223372036.85s"},
    {INT64_MIN + 1, "ns", "auto", "-2562047.79hrs"},
    {INT64_MIN, "count", "", "-9223372036854775808"},
};

static void labels_as_pprof(void **state) {
    (void)state;
    struct arena a = {0};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        str got = unit_label(&a, labels[i].value, str_from(labels[i].from), str_from(labels[i].to));
        assert_string_equal(str_c(&a, got), labels[i].want);
    }
    arena_release(&a);
}

static void long_units_are_cut(void **state) {
    (void)state;
    char buf[8] = "zzzzzzz";
    assert_int_equal(unit_print(buf, 5, 12, STR("x"), STR("abcdefgh")), 5);
    assert_memory_equal(buf, "12abczz", 7);
    assert_int_equal(unit_print(buf, 1, 12, STR("x"), STR("abc")), 1);
    assert_int_equal(unit_print(buf, 0, 12, STR("x"), STR("abc")), 0);
}

static void percentages(void **state) {
    (void)state;
    static const struct {
        int64_t value, total;
        const char *want;
    } rows[] = {
        {0, 0, "    0%"},
        {5, 0, "    0%"},
        {0, 9, "    0%"},
        {1, 1, "  100%"},
        {9995, 10000, "  100%"},
        {9994, 10000, "99.94%"},
        {10005, 10000, "  100%"},
        {10006, 10000, "100.06%"},
        {53, 10000, " 0.53%"},
        {8, 1000, "  0.8%"},
        {12, 1000000000, "1.2e-06%"},
        {-1, 8, "12.50%"},
        {1, 100, " 1.00%"},
        {605833, 10000, "6058.33%"},
        {INT64_MIN, 1, "922337203685477580800.00%"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[32];
        size_t n = unit_percentage(buf, rows[i].value, rows[i].total);
        assert_int_equal(n, strlen(rows[i].want));
        assert_memory_equal(buf, rows[i].want, n);
    }
}

/* Small percentages are printed as by printf. */
static void percentages_below_one(void **state) {
    (void)state;
    struct random r = {3};
    for (int i = 0; i < 300000; i++) {
        int64_t total = i % 2 ? 1 + random_below(&r, 2000000) : 20000 * (1 + random_below(&r, 9));
        int64_t value = random_below(&r, (uint32_t)(total / 90) + 1);
        double ratio = fabs((double)value / (double)total) * 100;
        if (ratio >= 1) continue;
        char got[32], want[32];
        size_t n = unit_percentage(got, value, total);
        assert_int_equal(n, sprintf(want, "%5.2g%%", ratio));
        assert_memory_equal(got, want, n);
    }
}

static void kinds_of_units(void **state) {
    (void)state;
    assert_true(unit_known(STR("MegaBytes")));
    assert_true(unit_known(STR("hrs")));
    assert_false(unit_known(STR("")));
    assert_false(unit_known(STR("k*GCU")));
    assert_false(unit_known(STR("millisecondss")));
    assert_true(unit_is_time(STR("SECS")));
    assert_false(unit_is_time(STR("bytes")));
    assert_true(unit_compatible(STR("ns"), STR("hours")));
    assert_true(unit_compatible(STR("odd"), STR("odd")));
    assert_false(unit_compatible(STR("odd"), STR("odds")));
    assert_false(unit_compatible(STR("ns"), STR("kb")));
    assert_true(unit_ratio(STR("us"), STR("ms")) == 0.001);
    assert_true(unit_ratio(STR("kb"), STR("b")) == 1024);
    assert_true(unit_ratio(STR("count"), STR("b")) == 1);
    size_t n;
    const struct unit_table *t = unit_tables(&n);
    assert_int_equal(n, 3);
    assert_string_equal(t[1].standard.name, "s");
    assert_string_equal(t[1].unit[t[1].n - 1].name, "hrs");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_as_pprof),       cmocka_unit_test(long_units_are_cut), cmocka_unit_test(percentages),
        cmocka_unit_test(percentages_below_one), cmocka_unit_test(kinds_of_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
