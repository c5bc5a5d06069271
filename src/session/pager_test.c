/* When a pager is needed, and which one is run. */
#include <stdlib.h>
#include <unistd.h>

#include "session/pager.h"
#include "testing/test.h"

static bool needed(int columns, const char *text) {
    struct terminal_screen screen = {.columns = columns, .rows = 3, .is_terminal = true, .can_page = true};
    return pager_is_needed(str_from(text), &screen);
}

static void rows_are_counted(void **state) {
    (void)state;
    assert_false(needed(10, ""));
    assert_false(needed(10, "a\nb\n"));
    assert_true(needed(10, "a\nb\nc\n"));
    assert_false(needed(10, "0123456789\nb\n"));
    assert_true(needed(10, "0123456789a\nb\n"));
    assert_false(needed(10, "\033[38;5;130m012345678\033[0m9\nb\n"));
    assert_false(needed(10, "\t\t\t\n\n"));
    assert_true(needed(10, "\t012\n\n"));
    /* five wide characters fill ten cells, and combining ones take none */
    assert_false(needed(10, "\u4e00\u4e01\u4e02\u4e03\u4e04\u0301\n\n"));
    assert_true(needed(9, "\u4e00\u4e01\u4e02\u4e03\u4e04\n\n"));
    assert_false(needed(10, "a\nb\n\033[")); /* a sequence that does not end */
    struct terminal_screen pipe = {0}, dumb = {.columns = 10, .rows = 1, .is_terminal = true};
    assert_false(pager_is_needed(STR("a\nb\n"), &pipe));
    assert_false(pager_is_needed(STR("a\nb\n"), &dumb));
}

static bool shows(const char *pager) {
    assert_int_equal(setenv("PAGER", pager, 1), 0);
    return pager_show(STR("text\n"));
}

static void pagers_are_tried(void **state) {
    (void)state;
    assert_true(shows("true"));
    assert_true(shows("grep -q text"));
    assert_true(shows("read a; test \"$a\" = text"));
    assert_true(shows("kill -9 $$"));
    assert_true(shows("exit 2;"));
    assert_false(shows(""));
    assert_false(shows("  "));
    assert_false(shows("cat"));
    assert_false(shows("false"));
    assert_false(shows("/nonexistent"));
    assert_false(shows("/nonexistent; exit 127"));
    unsetenv("PAGER");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_counted),
        cmocka_unit_test(pagers_are_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
