/* Unit tests of browse/line.c. */
#include "browse/line.h"

#include "browse/keys.h"
#include "testing/test.h"

static void type(struct line_input *l, const char *text) {
    for (; *text; text++) assert_int_equal(line_key(l, (unsigned char)*text), LINE_OPEN);
}
static void check(const struct line_input *l, const char *want) {
    assert_true(str_equal(line_text(l), str_from(want)));
}

static void editing(void **state) {
    (void)state;
    struct line_input l;
    line_start(&l, STR_EMPTY);
    type(&l, "focus foo");
    line_key(&l, 0xe9); /* e with an acute accent */
    check(&l, "focus foo\xc3\xa9");
    line_key(&l, KEYS_BACKSPACE);
    check(&l, "focus foo");
    line_key(&l, KEYS_LEFT);
    line_key(&l, KEYS_DELETE);
    check(&l, "focus fo");
    line_key(&l, 23);
    check(&l, "focus ");
    line_key(&l, KEYS_HOME);
    type(&l, "x");
    check(&l, "xfocus ");
    line_key(&l, 11);
    check(&l, "x");
    line_key(&l, KEYS_LEFT);
    line_key(&l, KEYS_BACKSPACE);
    check(&l, "x");
    line_key(&l, KEYS_END);
    line_key(&l, 21);
    check(&l, "");
    assert_int_equal(line_key(&l, KEYS_BACKSPACE), LINE_CANCELLED);
    assert_int_equal(line_key(&l, KEYS_ESCAPE), LINE_CANCELLED);
    assert_int_equal(line_key(&l, KEYS_ENTER), LINE_DONE);
}

static void only_characters_are_taken(void **state) {
    (void)state;
    struct line_input l;
    line_start(&l, STR("a"));
    const uint32_t other[] = {0, 2, 0x1b + 1, 0x85, 0x202e, 0xd800, KEYS_UP, KEYS_RESIZE};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) line_key(&l, other[i]);
    check(&l, "a");
    for (int i = 0; i < 3000; i++) line_key(&l, 0x8a9e);
    assert_true(l.n <= LINE_MOST);
    assert_int_equal(l.n % 3, 1);
}

static void the_cursor_stays_visible(void **state) {
    (void)state;
    struct line_input l;
    struct canvas c = {0};
    struct arena a = {0};
    line_start(&l, STR("0123456789abcdef"));
    canvas_clear(&c, 1, 10);
    line_draw(&l, &c, 0, STR("/"));
    assert_true(str_equal(canvas_row(&a, &c, 0), STR("/89abcdef")));
    assert_int_equal(c.cursor_column, 9);
    line_key(&l, KEYS_HOME);
    canvas_clear(&c, 1, 10);
    line_draw(&l, &c, 0, STR("/"));
    assert_true(str_equal(canvas_row(&a, &c, 0), STR("/01234567\xE2\x80\xA6")));
    assert_int_equal(c.cursor_column, 1);
    arena_release(&a);
    canvas_free(&c);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(editing), cmocka_unit_test(only_characters_are_taken),
                                       cmocka_unit_test(the_cursor_stays_visible)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
