/* Unit tests of browse/canvas.c. */
#include "browse/canvas.h"

#include "testing/test.h"

static void check_row(const struct canvas *c, int row, const char *want) {
    struct arena a = {0};
    str got = canvas_row(&a, c, row);
    if (!str_equal(got, str_from(want))) print_error("got: %.*s\n", STR_ARG(got));
    assert_true(str_equal(got, str_from(want)));
    arena_release(&a);
}

static int text(struct canvas *c, int row, int column, int room, const char *t, enum canvas_cut cut) {
    return canvas_text(c, row, column, room, str_from(t), cut, (struct canvas_style){0});
}

static void texts_are_cut(void **state) {
    (void)state;
    struct canvas c = {0};
    canvas_clear(&c, 6, 20);
    assert_int_equal(text(&c, 0, 2, 5, "abcde", CANVAS_CUT_END), 5);
    check_row(&c, 0, "  abcde");
    assert_int_equal(text(&c, 1, 0, 5, "abcdef", CANVAS_CUT_END), 5);
    check_row(&c, 1, "abcd\xE2\x80\xA6");
    assert_int_equal(text(&c, 2, 0, 5, "abcdef", CANVAS_CUT_MIDDLE), 5);
    check_row(&c, 2,
              "ab\xE2\x80\xA6"
              "ef");
    assert_int_equal(text(&c, 3, 0, 5, "abcdef", CANVAS_CUT_START), 5);
    check_row(&c, 3,
              "\xE2\x80\xA6"
              "cdef");
    canvas_right(&c, 4, 0, 6, STR("12"), (struct canvas_style){0});
    check_row(&c, 4, "    12");
    canvas_right(&c, 5, 0, 3, STR("1234"), (struct canvas_style){0});
    check_row(&c, 5,
              "\xE2\x80\xA6"
              "34");
    /* outside of the canvas */
    assert_int_equal(text(&c, 0, 18, 10, "abcd", CANVAS_CUT_END), 2);
    check_row(&c, 0, "  abcde           a\xE2\x80\xA6");
    assert_int_equal(text(&c, 6, 0, 5, "abc", CANVAS_CUT_END), 0);
    assert_int_equal(text(&c, -1, 0, 5, "abc", CANVAS_CUT_END), 0);
    assert_int_equal(text(&c, 0, 0, 0, "abc", CANVAS_CUT_END), 0);
    assert_int_equal(text(&c, 0, 25, 5, "abc", CANVAS_CUT_END), 0);
    canvas_free(&c);
}

static void control_characters_are_spelled_out(void **state) {
    (void)state;
    struct canvas c = {0};
    canvas_clear(&c, 2, 40);
    text(&c, 0, 0, 40, "a\x1b[2Jb\nc\td\x7f", CANVAS_CUT_END);
    check_row(&c, 0, "a\\x1b[2Jb\\x0ac\\x09d\\x7f");
    text(&c, 1, 0, 40, "\xff\xc2\x9b|\xe2\x80\xae", CANVAS_CUT_END);
    check_row(&c, 1, "\\xff\\xc2\\x9b|\\xe2\\x80\\xae");
    canvas_free(&c);
}

/* U+8A9E is wide, U+0301 is a mark. */
static void wide_characters_and_marks(void **state) {
    (void)state;
    struct canvas c = {0};
    canvas_clear(&c, 5, 10);
    assert_int_equal(text(&c, 0, 0, 10,
                          "\xE8\xAA\x9E"
                          "e\xCC\x81"
                          "x",
                          CANVAS_CUT_END),
                     4);
    check_row(&c, 0,
              "\xE8\xAA\x9E"
              "e\xCC\x81"
              "x");
    assert_int_equal(c.cell[0].width, 2);
    assert_int_equal(c.cell[1].width, 0);
    assert_int_equal(c.cell[2].length, 3);
    /* a wide one does not fit into the last cell */
    assert_int_equal(text(&c, 1, 0, 3, "a\xE8\xAA\x9E\xE8\xAA\x9E", CANVAS_CUT_END), 2);
    check_row(&c, 1, "a\xE2\x80\xA6");
    /* half of one is overwritten */
    text(&c, 0, 1, 1, "y", CANVAS_CUT_END);
    check_row(&c, 0,
              " ye\xCC\x81"
              "x");
    text(&c, 2, 0, 2, "\xE8\xAA\x9E", CANVAS_CUT_END);
    text(&c, 2, 0, 1, "z", CANVAS_CUT_END);
    check_row(&c, 2, "z");
    /* a tower of marks */
    struct arena a = {0};
    str tower = STR("o");
    for (int i = 0; i < 100; i++) tower = str_join(&a, (str[]){tower, STR("\xCC\x81")}, 2, STR_EMPTY);
    assert_int_equal(canvas_text(&c, 3, 0, 10, tower, CANVAS_CUT_END, (struct canvas_style){0}), 1);
    assert_int_equal(c.cell[3 * 10].length, 23);
    assert_true(str_equal(canvas_skip(STR("\xE8\xAA\x9E"
                                          "ab"),
                                      2),
                          STR("ab")));
    assert_true(str_equal(canvas_skip(STR("ab"), 5), STR_EMPTY));
    assert_int_equal(canvas_width(STR("\xE8\xAA\x9E"
                                      "a\n")),
                     7);
    arena_release(&a);
    canvas_free(&c);
}

static void names_of_any_length(void **state) {
    (void)state;
    struct canvas c = {0};
    struct arena a = {0};
    char *name = ARENA_ARRAY(&a, char, 1000000);
    memset(name, 'n', 1000000);
    name[0] = 'a';
    name[999999] = 'z';
    canvas_clear(&c, 1, 7);
    canvas_text(&c, 0, 0, 7, (str){name, 1000000}, CANVAS_CUT_MIDDLE, (struct canvas_style){0});
    check_row(&c, 0, "ann\xE2\x80\xA6nnz");
    arena_release(&a);
    canvas_clear(&c, 0, 100000);
    assert_int_equal(c.rows, 1);
    assert_int_equal(c.columns, CANVAS_MOST);
    canvas_free(&c);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cut), cmocka_unit_test(control_characters_are_spelled_out),
        cmocka_unit_test(wide_characters_and_marks), cmocka_unit_test(names_of_any_length)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
