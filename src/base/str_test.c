/* Unit tests of str.c. */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "testing/test.h"

#define SAME(got, want) assert_true(str_equal((got), str_from(want)))

static void comparing(void **state) {
    (void)state;
    assert_true(str_equal(STR("a"), STR("a")));
    assert_false(str_equal(STR("a"), STR("ab")));
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_compare(STR_EMPTY, (str){NULL, 0}), 0);
    assert_true(str_equal_fold(STR("NaN"), STR("nan")));
    assert_true(str_has_prefix(STR("focus"), STR("fo")));
    assert_false(str_has_prefix(STR("f"), STR("fo")));
    assert_true(str_has_suffix(STR("focus"), STR("us")));
}

static void finding(void **state) {
    (void)state;
    assert_int_equal(str_find(STR("hello"), STR("ll")), 2);
    assert_int_equal(str_find(STR("hello"), STR("xx")), 5);
    assert_int_equal(str_find_char(STR("a=b=c"), '='), 1);
    assert_int_equal(str_find_last_char(STR("a=b=c"), '='), 3);
    SAME(str_slice(STR("hello"), 1, 3), "el");
    SAME(str_slice(STR("hello"), 4, 99), "o");
    SAME(str_from_offset(STR("hello"), 99), "");
}

static void cutting(void **state) {
    (void)state;
    str rest = STR("a,b,"), part;
    assert_true(str_cut(&rest, ',', &part));
    SAME(part, "a");
    assert_true(str_cut(&rest, ',', &part));
    SAME(part, "b");
    assert_true(str_cut(&rest, ',', &part));
    SAME(part, "");
    assert_false(str_cut(&rest, ',', &part));
    rest = STR("  top \t10 ");
    assert_true(str_next_word(&rest, &part));
    SAME(part, "top");
    assert_true(str_next_word(&rest, &part));
    SAME(part, "10");
    assert_false(str_next_word(&rest, &part));
    SAME(str_trim(STR(" \r\n x y\v\f")), "x y");
}

static void base_names_as_go(void **state) {
    (void)state;
    SAME(str_base_name(STR("")), ".");
    SAME(str_base_name(STR("///")), "/");
    SAME(str_base_name(STR("a/b/")), "b");
    SAME(str_base_name(STR("/usr/bin/x")), "x");
    SAME(str_base_name(STR("x")), "x");
}

static void making(void **state) {
    (void)state;
    struct arena a = {0};
    str part[] = {STR("a"), STR(""), STR("c")};
    SAME(str_join(&a, part, 3, STR("; ")), "a; ; c");
    SAME(str_join(&a, part, 0, STR("; ")), "");
    SAME(str_lower(&a, STR("MiXed")), "mixed");
    SAME(str_format(&a, "%d %.*s", 7, STR_ARG(STR("x"))), "7 x");
    assert_string_equal(str_c(&a, str_slice(STR("hello"), 0, 2)), "he");
    arena_release(&a);
}

static void errors_and_notes(void **state) {
    (void)state;
    struct err e = {0};
    assert_false(err_set(&e, "%s is broken", "it"));
    assert_false(err_prepend(&e, "file %d: ", 3));
    assert_string_equal(err_text(&e), "file 3: it is broken");
    err_clear(&e);
    assert_string_equal(err_text(&e), "unknown error");
    struct arena a = {0};
    struct notes n = {.arena = &a};
    for (int i = 0; i < 40; i++) notes_add(&n, NOTE_WARNING, "note %d", i);
    assert_int_equal(n.n, 40);
    SAME(n.at[39].text, "note 39");
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing),        cmocka_unit_test(finding), cmocka_unit_test(cutting),
        cmocka_unit_test(base_names_as_go), cmocka_unit_test(making),  cmocka_unit_test(errors_and_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
