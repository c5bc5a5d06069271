/* Unit tests of cli/meant.c. */
#include "cli/meant.h"

#include "testing/test.h"

static const char *meant(int first, const char *const *argv) {
    static struct arena arena;
    static struct err err;
    int argc = 0;
    while (argv[argc]) argc++;
    err_clear(&err);
    return meant_check(&arena, argc, argv, first, &err) ? "" : err_text(&err);
}
#define MEANT(first, ...) meant(first, (const char *const[]){"cprof", __VA_ARGS__, NULL})

static void reports_without_a_dash_are_flags(void **state) {
    (void)state;
    assert_string_equal(MEANT(1, "top", "x.pb.gz"), "top is a flag: cprof -top x.pb.gz");
    assert_string_equal(MEANT(2, "-cum", "top", "x.pb.gz"), "top is a flag: cprof -cum -top x.pb.gz");
    assert_string_equal(MEANT(1, "top", "-nodecount", "5", "x"), "top is a flag: cprof -top -nodecount 5 x");
    assert_string_equal(MEANT(1, "list", "(*T).M", "x"), "list is a flag: cprof '-list=(*T).M' x");
    assert_string_equal(MEANT(1, "list", "x.pb.gz"), "list is a flag: cprof -list=PATTERN x.pb.gz");
    assert_string_equal(MEANT(1, "check", "-base", "old", "new"), "check is a flag: cprof -check -base old new");
    assert_string_equal(MEANT(1, "top"), "");
    assert_string_equal(MEANT(1, "nosuch", "x.pb.gz"), "");
}

static void flags_after_files_are_moved(void **state) {
    (void)state;
    assert_string_equal(MEANT(1, "x.pb.gz", "-top"), "flags come before files: cprof -top x.pb.gz");
    assert_string_equal(MEANT(1, "x", "--focus=it's", "y"), "flags come before files: cprof '--focus=it'\\''s' x y");
    assert_string_equal(MEANT(1, "x", "-focus", "main", "-http=:"),
                        "flags come before files: cprof -focus main -http=: x");
    assert_string_equal(MEANT(1, "x", "-lines", "y"), "flags come before files: cprof -lines x y");
    assert_string_equal(MEANT(1, "x", "-nosuch"), "");
    assert_string_equal(MEANT(1, "x", "-"), "");
    assert_string_equal(MEANT(2, "--", "x", "-top"), "");
    assert_string_equal(MEANT(1, "x", "y"), "");
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_without_a_dash_are_flags),
                                       cmocka_unit_test(flags_after_files_are_moved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
