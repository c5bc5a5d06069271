/* Unit tests of paint.c: what a screen gets of a table, by hand. */
#include "report/paint.h"
#include "testing/test.h"

struct table {
    struct arena arena;
    struct sink out;
    struct paint paint;
};

static void begin(struct table *t) {
    *t = (struct table){0};
    sink_to_memory(&t->out);
}

/* A line of top: ten cells for each value, seven for each percentage. */
static void add_row(struct table *t, const char *name, int64_t flat, int64_t cum) {
    struct paint *p = &t->paint;
    struct sink *out = &t->out;
    size_t from = out->len;
    sink_printf(out, "%10d", (int)flat);
    paint_weight(p, out, from, flat, 100, PAINT_STAYS);
    from = out->len;
    sink_text(out, "  ffff%");
    paint_weight(p, out, from, flat, 100, PAINT_FLAT_SHARE);
    from = out->len;
    sink_text(out, "  ssss%");
    paint_mark(p, out, from, PAINT_TEXT, PAINT_PLAIN, PAINT_SUM_SHARE);
    from = out->len;
    sink_printf(out, " %10d", (int)cum);
    paint_weight(p, out, from, cum, 100, PAINT_CUM);
    from = out->len;
    sink_text(out, "  cccc%");
    paint_weight(p, out, from, cum, 100, PAINT_CUM_SHARE);
    sink_text(out, "  ");
    from = out->len;
    sink_str(out, str_from(name));
    paint_name(p, out, from);
    sink_text(out, "!\n");
}

static void expect(struct table *t, int columns, enum terminal_colours colours, const char *want) {
    struct sink shown;
    sink_to_memory(&shown);
    paint_write(&t->paint, sink_bytes(&t->out), &(struct terminal_screen){.columns = columns, .colours = colours},
                &shown);
    assert_string_equal(str_c(&t->arena, sink_bytes(&shown)), want);
    sink_drop(&shown);
    sink_drop(&t->out);
    paint_release(&t->paint);
    arena_release(&t->arena);
}

static void one_row(const char *name, int columns, enum terminal_colours colours, const char *want) {
    struct table t;
    begin(&t);
    add_row(&t, name, 7, 30);
    expect(&t, columns, colours, want);
}

static void names_are_cut_in_the_middle(void **state) {
    (void)state;
#define ROW "         7  ffff%  ssss%         30  cccc%  "
    one_row("abcdefghijklmnopqrst", 0, COLOURS_NONE, ROW "abcdefghijklmnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 65, COLOURS_NONE, ROW "abcdefghijklmnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 64, COLOURS_NONE, ROW "abcdefghi\u2026lmnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 63, COLOURS_NONE, ROW "abcdefgh\u2026lmnopqrst!\n");
    /* wide characters on both sides of the cut, which leave a cell empty; marks that combine stay with their letter */
    one_row("\u4e00\u4e01\u4e02\u4e03\u4e04\u4e05\u4e06\u4e07\u4e08\u4e09", 63, COLOURS_NONE,
            ROW "\u4e00\u4e01\u4e02\u4e03\u2026\u4e06\u4e07\u4e08\u4e09!\n");
    one_row("abcdefghi\u0301j\u0301klmnopqrst", 64, COLOURS_NONE, ROW "abcdefghi\u0301\u2026lmnopqrst!\n");
    one_row("a\033[31mb", 0, COLOURS_NONE, ROW "a\\x1b[31mb!\n");
#undef ROW
}

static void narrow_screens_have_fewer_columns(void **state) {
    (void)state;
    one_row("abcdefghijklmnopqrst", 54, COLOURS_NONE, "         7  ffff%         30  cccc%  abcdefg\u2026mnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 47, COLOURS_NONE, "         7  ffff%         30  abcdefg\u2026mnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 40, COLOURS_NONE, "         7         30  abcdefg\u2026mnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 29, COLOURS_NONE, "         7  abcdefg\u2026mnopqrst!\n");
    one_row("abcdefghijklmnopqrst", 20, COLOURS_NONE, "         7  abc\u2026qrst!\n");
    one_row("name", 50, COLOURS_NONE, "         7  ffff%  ssss%         30  cccc%  name!\n");
    /* all lines lose the same columns, also a head and a rule */
    struct table t;
    begin(&t);
    sink_text(&t.out, "      flat  flat%   sum%        cum   cum%");
    paint_columns(&t.paint, &t.out, 0, PAINT_TEXT);
    size_t from = t.out.len + 1;
    sink_text(&t.out, "\n-----------------------------------------------+----");
    paint_columns(&t.paint, &t.out, from, PAINT_RULE);
    sink_char(&t.out, '\n');
    add_row(&t, "abcdefghijklmnopqrst", 1, 1);
    sink_text(&t.out, "end");
    expect(&t, 40, COLOURS_NONE,
           "      flat        cum\n"
           "--------------------------+----\n"
           "         1          1  abcdefg\u2026mnopqrst!\nend");
    begin(&t);
    sink_text(&t.out, "------------------------------");
    paint_mark(&t.paint, &t.out, 0, PAINT_RULE, PAINT_PLAIN, PAINT_STAYS);
    sink_char(&t.out, '\n');
    expect(&t, 20, COLOURS_NONE, "--------------------\n");
}

static void weights_have_colours(void **state) {
    (void)state;
    one_row("n", 0, COLOURS_256,
            "\033[38;5;130m         7\033[0m\033[38;5;130m  ffff%\033[0m  ssss%\033[1;38;5;166m         30\033[0m"
            "\033[1;38;5;166m  cccc%\033[0m  n!\n");
    one_row("n", 0, COLOURS_16,
            "\033[31m         7\033[0m\033[31m  ffff%\033[0m  ssss%\033[1;31m         30\033[0m"
            "\033[1;31m  cccc%\033[0m  n!\n");
    assert_int_equal(paint_style_of(20, 100), PAINT_HOT);
    assert_int_equal(paint_style_of(19, 100), PAINT_WARM);
    assert_int_equal(paint_style_of(4, 100), PAINT_PLAIN);
    assert_int_equal(paint_style_of(0, 100), PAINT_FAINT);
    assert_int_equal(paint_style_of(-19, 100), PAINT_COOL);
    assert_int_equal(paint_style_of(INT64_MIN, 100), PAINT_COLD);
    assert_int_equal(paint_style_of(INT64_MIN, INT64_MIN), PAINT_COLD);
    assert_int_equal(paint_style_of(1, 0), PAINT_PLAIN);
    paint_weight(NULL, NULL, 0, 1, 1, PAINT_STAYS); /* a report without a screen */
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_cut_in_the_middle),
        cmocka_unit_test(narrow_screens_have_fewer_columns),
        cmocka_unit_test(weights_have_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
