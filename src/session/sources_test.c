/* Unit tests of sources.c: the text of lists. */
#include "session/sources.h"

#include "testing/test.h"

/* The names, each followed by |, or the error. */
static void expect(str text, bool zeros, const char *want) {
    struct arena a = {0};
    sources_names name = {0};
    struct err e = {0};
    str got = STR_EMPTY;
    if (sources_read_list(&a, STR("@list"), text, zeros, &name, &e))
        for (size_t i = 0; i < name.n; i++) got = str_format(&a, "%.*s%.*s|", STR_ARG(got), STR_ARG(name.at[i]));
    else
        got = str_from(err_text(&e));
    assert_string_equal(str_c(&a, got), want);
    err_clear(&e);
    arena_release(&a);
}

static void lists_have_a_name_a_line(void **state) {
    (void)state;
    expect(STR("a\nb c\n"), false, "a|b c|");
    expect(STR("a\r\n\n\r\n[b]*\n@c"), false, "a|[b]*|@c|");
    expect(STR("a\0b\nc\0\0d"), true, "a|b\nc|d|");
}

static void lists_that_are_none_are_errors(void **state) {
    (void)state;
    expect(STR(""), false, "@list: the list is empty");
    expect(STR("\n\r\n"), false, "@list: the list is empty");
    expect(STR("\0\0"), true, "@list: the list is empty");
    expect(STR("a\n\x1f\x8b\0\n"), false, "@list: line 2 of the list has a zero byte: names that end in one need -0");
    expect(STR("a\nb\n"), true, "@list: no name ends in a zero byte: without -0, a list has one name a line");
    struct arena a = {0};
    char *text = ARENA_ZERO(&a, char, SOURCES_NAME_BYTES + 2);
    for (int i = 0; i <= SOURCES_NAME_BYTES; i++) text[i] = 'x';
    expect((str){text, SOURCES_NAME_BYTES + 1}, false, "@list: name 1 is longer than 65536 bytes");
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_have_a_name_a_line),
                                       cmocka_unit_test(lists_that_are_none_are_errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
