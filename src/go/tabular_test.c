/* Unit tests of go/tabular.c. */
#include <string.h>

#include "go/tabular.h"
#include "testing/test.h"

/* The expected texts were printed by Go's text/tabwriter for the same input. */
static void check(str in, const char *want) {
    struct arena a = {0};
    struct err e = {0};
    for (size_t cut = 0; cut <= in.len; cut++) { /* in two parts, cut everywhere */
        struct sink out;
        sink_to_memory(&out);
        struct tabular *t = tabular_new(&a, &out);
        tabular_write(t, str_slice(in, 0, cut));
        tabular_write(t, str_from_offset(in, cut));
        tabular_flush(t);
        str got = sink_bytes(&out);
        assert_int_equal(got.len, strlen(want));
        assert_memory_equal(got.ptr, want, got.len);
        sink_close(&out, &e);
    }
    arena_release(&a);
}

static void columns(void **state) {
    (void)state;
    check(STR_EMPTY, "");
    check(STR("k:\t Total 3\n \t2ms:\t a\n \t10ms:\t b\n\n"), " k: Total 3\n     2ms: a\n    10ms: b\n\n");
    check(STR("a\tb\tc\naaaa\tbb\n1\t2\t3\n"), "    a bc\n aaaabb\n    1 23\n");
}

static void line_of_one_cell_ends_columns(void **state) {
    (void)state;
    check(STR("a\tb\nalone\nlonger\tb\n"), " ab\nalone\n longerb\n");
    check(STR("a\tb\fccc\td\n"), " ab\n cccd\n");
}

static void vertical_tab_and_code_points(void **state) {
    (void)state;
    check(STR("a\vb\n\xC3\xA9\xC3\xA9\tb\n\xFE\xFE\xFE\tb\n"), "   ab\n  \xC3\xA9\xC3\xA9"
                                                               "b\n \xFE\xFE\xFE"
                                                               "b\n");
}

static void escaped_text_is_one_cell(void **state) {
    (void)state;
    check(STR("\xFF"
              "a\tb\n\xFF\tx\ny\tz\n"),
          " \xFF"
          "a\tb\n\xFFx\n"
          "    yz\n");
    check(STR("a\tb\xFF\tc\n"), " ab\xFF\tc\n");
}

static void last_line_without_end(void **state) {
    (void)state;
    check(STR("a\tb\nccc\td"), "   ab\n cccd");
    check(STR(""), "");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns),
        cmocka_unit_test(line_of_one_cell_ends_columns),
        cmocka_unit_test(vertical_tab_and_code_points),
        cmocka_unit_test(escaped_text_is_one_cell),
        cmocka_unit_test(last_line_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
