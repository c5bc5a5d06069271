/* The output on a terminal, at three widths and in all colours; hostile names; profiles with nothing to show. */
#include "go/utf8.h"
#include "report/flame/flame.h"
#include "report/flame/look.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* Runs a report on the first column. */
static const char *run(struct arena *a, report_fn *report, const char *profile, struct options o,
                       struct terminal_screen screen) {
    static const struct filter_units units;
    struct profile loaded = sketch_profile(a, profile), view = loaded;
    struct notes notes = {.arena = a};
    struct sink out;
    filter_aggregate(a, &view, &o);
    if (!o.unit.len) o.unit = STR("minimum");
    struct report_in in = {.loaded = &loaded,
                           .view = &view,
                           .options = &o,
                           .units = &units,
                           .value = {.ratio = 1,
                                     .type_label = profile_str(&view, view.type[0].type),
                                     .unit = profile_str(&view, view.type[0].unit)},
                           .arena = a,
                           .notes = &notes,
                           .screen = screen};
    for (uint32_t i = 0; i < view.n_samples; i++)
        in.value.total = graph_add(in.value.total, graph_abs(view.value[0][profile_row(&view, i)]));
    sink_to_memory(&out);
    assert_true(report(&in, &out, NULL));
    str text = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return text.ptr;
}

#define HEADER "File: PROG\nType: samples\n"

static void expect(const char *profile, struct terminal_screen screen, const char *text) {
    struct arena a = {0};
    assert_string_equal(run(&a, report_flame, profile, (struct options){.trim = true}, screen), text);
    arena_release(&a);
}

static const char profile[] = "main;work;step 6\nmain;work;b.fast 2\nmain;idle 1\nmain 1\n";
#define SHOWN HEADER "Showing nodes accounting for 10, 100% of 10 total\n"

static void fits_the_terminal(void **state) {
    (void)state;
    /* a tenth is main's own value, left of its callees */
    expect(profile, (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE},
           SHOWN "|root 10, 100%\n"
                 "|main 10, 100%\n"
                 "  |work 8, 80.00% |\n"
                 "  |step       |…st\n");
    expect(profile, (struct terminal_screen){.columns = 10, .colours = COLOURS_NONE}, /* at least twenty columns */
           SHOWN "|root 10, 100%\n"
                 "|main 10, 100%\n"
                 "  |work 8, 80.00% |\n"
                 "  |step       |…st\n");
    expect(profile, (struct terminal_screen){.columns = 40, .colours = COLOURS_NONE},
           SHOWN "|root 10, 100%\n"
                 "|main 10, 100%\n"
                 "    |work 8, 80.00%                 |…le\n"
                 "    |step 6, 60.00%         |b.fast\n");
}

static void narrow_frames_are_merged_and_counted(void **state) {
    (void)state;
    expect("a 96\nb;x 1\nc 1\nd 1\ne 1\n", (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE},
           HEADER "Showing nodes accounting for 100, 100% of 100 total\n"
                  "|root 100, 100%\n"
                  "|a 96, 96.00%      |\n"
                  "~ 4 frames narrower than a column, 3 in all\n");
}

static void colours_are_those_of_the_terminal(void **state) {
    (void)state;
    static const char small[] = "a.b 1\n";
#define SMALL HEADER "Showing nodes accounting for 1, 100% of 1 total\n"
    expect(small, (struct terminal_screen){.columns = 20, .colours = COLOURS_16},
           SMALL "\x1b[30;47m\u258froot 1, 100%       \x1b[0m\n\x1b[30;104m\u258fa.b 1, 100%        \x1b[0m\n");
    expect(small, (struct terminal_screen){.columns = 20, .colours = COLOURS_256},
           SMALL "\x1b[38;5;16;48;5;188m\u258froot 1, 100%       \x1b[0m\n"
                 "\x1b[38;5;16;48;5;146m\u258fa.b 1, 100%        \x1b[0m\n");
    expect(small, (struct terminal_screen){.columns = 20, .colours = COLOURS_TRUE},
           SMALL "\x1b[38;2;27;31;36;48;2;227;230;234m\u258froot 1, 100%       \x1b[0m\n"
                 "\x1b[38;2;27;31;36;48;2;188;191;230m\u258fa.b 1, 100%        \x1b[0m\n");
    /* less is blue, more is orange, and the text shows both */
    expect("a 1\na -2\n", (struct terminal_screen){.columns = 24, .colours = COLOURS_TRUE},
           HEADER "Showing nodes accounting for -1, 33.33% of 3 total\n"
                  "\x1b[38;2;255;255;255;48;2;33;102;172m\u258froot 2 \u2192 1, \u25bc \u221250%     \x1b[0m\n"
                  "\x1b[38;2;255;255;255;48;2;33;102;172m\u258fa 2 \u2192 1, \u25bc \u221250%        \x1b[0m\n"
                  "The profile holds negative values: they are shown as those of a base.\n");
}

static void nothing_to_show_is_reported(void **state) {
    (void)state;
    expect("", (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE},
           HEADER "Showing nodes accounting for 0, 0% of 0 total\nNo samples.\n");
    expect("a 0\n", (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE},
           HEADER "Showing nodes accounting for 0, 0% of 0 total\nThe total is 0.\n");
    expect("a -2\n", (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE},
           HEADER "Showing nodes accounting for -2, 100% of 2 total\n"
                  "|root 2 \u2192 0, gone\n"
                  "|a 2 \u2192 0, gone\n"
                  "The profile holds negative values: they are shown as those of a base.\n");
}

static void deep_stacks_end_with_a_count(void **state) {
    (void)state;
    struct arena a = {0};
    enum { DEEP = 63, ROUNDS = 4 };
    struct sink text;
    sink_to_memory(&text);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < DEEP; i++) sink_text(&text, "f+");
    assert_int_equal(text.len, 2 * DEEP * ROUNDS);
    sink_drop(&text);
    /* a sketch has at most eight frames per location */
    sink_to_memory(&text);
    for (int i = 0; i < 60; i++) sink_text(&text, "a+a+a+a+a;");
    sink_text(&text, "b 1\n");
    sink_char(&text, 0);
    const char *shown = run(&a, report_flame, sink_bytes(&text).ptr, (struct options){.trim = true},
                            (struct terminal_screen){.columns = 20, .colours = COLOURS_NONE});
    assert_non_null(strstr(shown, "\n102 frames below level 200: -show_from=FUNCTION starts further down\n"));
    assert_null(strstr(shown, "|b"));
    sink_drop(&text);
    arena_release(&a);
}

/* A terminal gets no control characters and no bidirectional marks from names. */
static void names_are_made_safe(void **state) {
    (void)state;
    struct arena a = {0};
    static const struct {
        const char *name;
        size_t cells;
        const char *clean;
    } rows[] = {{"plain", 10, "plain"},
                {"plain", 5, "plain"},
                {"plain", 4, "pla\u2026"},
                {"plain", 1, "\u2026"},
                {"plain", 0, ""},
                {"\x1b]0;x\x07", 9, "\ufffd]0;x\ufffd"},
                {"a\xc2\x9b"
                 "b",
                 9,
                 "a\ufffd"
                 "b"},
                {"\xff\xc3", 9, "\ufffd\ufffd"},
                {"\u202egnp.exe\u2066", 9, "\ufffdgnp.exe\ufffd"},
                {"\u4e16\u754c", 4, "\u4e16\u754c"},
                {"\u4e16\u754c", 3, "\u4e16\u2026"},
                {"e\u0301e\u0301", 2, "e\u0301e\u0301"},
                {"\ufffe\uffff", 9, "\ufffd\ufffd"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        str clean = look_clean(&a, str_from(rows[i].name), rows[i].cells);
        assert_string_equal(str_c(&a, clean), rows[i].clean);
        assert_true(utf8_cells(clean) <= rows[i].cells);
    }
    size_t n = 1 << 20;
    char *large = arena_alloc(&a, n);
    memset(large, 'x', n);
    assert_int_equal(utf8_cells(look_clean(&a, (str){large, n}, n)), LOOK_LONGEST);
    assert_int_equal(utf8_cells(look_fit(&a, (str){large, n}, 7)), 7);
    for (size_t i = 0; i + 1 < n; i += 2) memcpy(large + i, "\u0301", 2); /* only characters of width 0 */
    assert_true(look_clean(&a, (str){large, n}, 10).len < 4 * LOOK_LONGEST);
    arena_release(&a);
}

static void names_are_shortened_to_fit(void **state) {
    (void)state;
    struct arena a = {0};
    static const struct {
        const char *name;
        size_t cells;
        const char *fit;
    } rows[] = {{"example.com/shop.(*T).Run", 30, "example.com/shop.(*T).Run"},
                {"example.com/shop.(*T).Run", 13, "shop.(*T).Run"},
                {"example.com/shop.(*T).Run", 7, "Run"},
                {"std::vector<int>::push", 12, "push"},
                {"verylongname", 5, "\u2026name"},
                {"verylongname", 2, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(str_c(&a, look_fit(&a, str_from(rows[i].name), rows[i].cells)), rows[i].fit);
    arena_release(&a);
}

/* Text of a profile cannot leave the element that it is in. */
static void pages_and_pictures_stay_whole(void **state) {
    (void)state;
    struct arena a = {0};
    static const char hostile[] = "</script><img/src=x>\u2028\x01\uffff'\"&;<!-- 5\n";
    static const struct terminal_screen none;
    const char *page = run(&a, report_flamegraph, hostile, (struct options){.trim = true}, none);
    const char *data = strstr(page, "id=\"data\">");
    assert_non_null(data);
    const char *end = strstr(data, "</script>");
    assert_non_null(end);
    assert_int_equal(end[-1], '}');
    assert_non_null(strstr(data, "\\u003c/script>"));
    assert_non_null(strstr(data, "\\u2028"));
    assert_null(strstr(page, "<img"));
    assert_null(strstr(data, "\u2028"));
    struct options picture = {.trim = true, .output = STR("x.svg")};
    const char *svg = run(&a, report_flamegraph, hostile, picture, none);
    assert_null(strstr(svg, "<img"));
    assert_null(strstr(svg, "\uffff"));
    assert_null(strchr(svg, 1));
    static const char *const nothing[] = {"", "a 0\n", "a -5\n", "a 5\na -5\n"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        svg = run(&a, report_flamegraph, nothing[i], picture, none);
        assert_null(strstr(svg, "nan"));
        assert_null(strstr(svg, "inf"));
        page = run(&a, report_flamegraph, nothing[i], (struct options){.trim = true}, none);
        assert_null(strstr(page, "nan"));
    }
    arena_release(&a);
}

/* JavaScript's numbers are not exact beyond 2^53. */
static void large_numbers_are_strings(void **state) {
    (void)state;
    struct arena a = {0};
    static const struct terminal_screen none;
    const char *page =
        run(&a, report_flamegraph, "a 9007199254740992\nb 1\n", (struct options){.trim = true, .divide_by = 1}, none);
    assert_non_null(strstr(page, "\"total\":[\"9007199254740993\",9007199254740992]"));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_the_terminal),
        cmocka_unit_test(narrow_frames_are_merged_and_counted),
        cmocka_unit_test(colours_are_those_of_the_terminal),
        cmocka_unit_test(nothing_to_show_is_reported),
        cmocka_unit_test(deep_stacks_end_with_a_count),
        cmocka_unit_test(names_are_made_safe),
        cmocka_unit_test(names_are_shortened_to_fit),
        cmocka_unit_test(pages_and_pictures_stay_whole),
        cmocka_unit_test(large_numbers_are_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
