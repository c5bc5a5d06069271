/* Unit tests of collapsed.c. */
#include "merge/merge.h"
#include "profile/foldname.h"
#include "report/report.h"
#include "testing/sketch.h"
#include "testing/test.h"

static str run(struct arena *a, const struct profile *p, struct graph_value value, struct options o) {
    struct profile view = *p;
    filter_aggregate(a, &view, &o);
    struct report_in in = {.loaded = p, .view = &view, .options = &o, .value = value, .arena = a};
    struct sink s;
    struct err e = {0};
    sink_to_memory(&s);
    assert_true(report_collapsed(&in, &s, &e));
    str text = str_copy(a, sink_bytes(&s));
    assert_true(sink_close(&s, &e));
    return text;
}

static void expect(const char *profile, struct graph_value value, struct options o, const char *text) {
    struct arena a = {0};
    struct profile p = sketch_profile(&a, profile);
    assert_string_equal(run(&a, &p, value, o).ptr, text);
    arena_release(&a);
}

#define PLAIN ((struct graph_value){.ratio = 1})

static void one_line_a_stack(void **state) {
    (void)state;
    expect("main;f;g 1\nmain;f 2\nmain;f;g 4 k=v\nmain;f+g 8\n- 16\n", PLAIN, (struct options){0},
           "<unknown> 16\nmain;f 2\nmain;f;g 13\n");
    expect("b 1\na 1\na -1\nb -3\nc 0\n", PLAIN, (struct options){0},
           "a 1 1\nb 3 1\n");                                      /* lines with value 0 are left out */
    expect("a@x 1\na@y 2\n", PLAIN, (struct options){0}, "a 3\n"); /* the same text */
    expect("a@x 1\na@y 2\n", PLAIN, (struct options){.granularity = GRANULARITY_FILES}, "x 1\ny 2\n");
    expect("f+g;h+i 1\n", PLAIN, (struct options){.noinlines = true}, "f;h 1\n");
}

static void values_are_of_the_column(void **state) {
    (void)state;
    static const char two[] = "types n/count t/ns\na 2 10\nb 3 10\n";
    expect(two, PLAIN, (struct options){0}, "a 2\nb 3\n");
    expect(two, (struct graph_value){.type = 1, .ratio = 1}, (struct options){0}, "a 10\nb 10\n");
    expect(two, (struct graph_value){.type = 1, .ratio = 1, .mean = true}, (struct options){0}, "a 5\nb 3\n");
    expect(two, (struct graph_value){.type = 1, .ratio = 0.25}, (struct options){0}, "a 2\nb 2\n");
}

static void lines_are_sorted_by_bytes(void **state) {
    (void)state;
    expect("a;b 1\na 1\na_b 1\n\na-b 1\nab 1\na;a 1\nA 1\na-b;a 1\n\u00e9 1\n", PLAIN, (struct options){0},
           "A 1\na 1\na-b 1\na-b;a 1\na;a 1\na;b 1\na_b 1\nab 1\n\u00e9 1\n");
}

static void a_diff_has_two_columns(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "a;b 5\nc 3\n"), base = sketch_profile(&a, "a;b 2\nd 4\n"), diff;
    struct err e = {0};
    struct merge_difference d = {{&p, NULL}, {&base, NULL}, MERGE_DIFF_BASE, false};
    assert_true(merge_base(&a, &d, &diff, &e));
    assert_string_equal(run(&a, &diff, PLAIN, (struct options){0}).ptr, "a;b 2 5\nc 0 3\nd 4 0\n");
    d.kind = MERGE_BASE;
    assert_true(merge_base(&a, &d, &diff, &e));
    assert_string_equal(run(&a, &diff, PLAIN, (struct options){0}).ptr, "a;b 0 3\nc 0 3\nd 4 0\n");
    arena_release(&a);
}

static void names_are_escaped(void **state) {
    (void)state;
    static const struct {
        const char *name, *inner, *last;
    } names[] = {
        {"operator new(unsigned long)", "operator new(unsigned long)", "operator new(unsigned long)"},
        {"a;b", "a\\x3bb", "a\\x3bb"},
        {"a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f", "a\\x0ab\\x09c\\x7f"},
        {"\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred"},
        {"App\\Http\\Kernel", "App\\Http\\Kernel", "App\\Http\\Kernel"},
        {"a\\x41", "a\\x5cx41", "a\\x5cx41"},
        {"a\\x4;", "a\\x4\\x3b", "a\\x4\\x3b"},
        {"\u00fc\u4e16", "\u00fc\u4e16", "\u00fc\u4e16"},
        {"\xc2\x9b"
         "1m",
         "\\xc2\\x9b1m", "\\xc2\\x9b1m"}, /* a control character of two bytes */
        {"\xff\xc3", "\\xff\\xc3", "\\xff\\xc3"},
        {"worker 12", "worker 12", "worker\\x2012"},
        {"worker  -3", "worker  -3", "worker \\x20-3"},
        {"v 1.5", "v 1.5", "v\\x201.5"},
        {"v 1.", "v 1.", "v\\x201."},
        {"v .5", "v .5", "v .5"},
        {"v1 2x", "v1 2x", "v1 2x"},
        {" 7", " 7", "\\x207"},
        {"7", "7", "7"},
        {"f ", "f ", "f\\x20"},
        {"", "", ""},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str name = str_from(names[i].name);
        str inner = foldname_escape(&a, name, false), last = foldname_escape(&a, name, true);
        if (!str_equal(inner, str_from(names[i].inner))) fail_msg("%s: %.*s", names[i].name, STR_ARG(inner));
        if (!str_equal(last, str_from(names[i].last))) fail_msg("%s: %.*s", names[i].name, STR_ARG(last));
        assert_true(str_equal(foldname_unescape(&a, inner), name));
        assert_true(str_equal(foldname_unescape(&a, last), name));
    }
    assert_true(str_equal(foldname_unescape(&a, STR("C:\\x64\\x3B\\x3")), STR("C:\\x64;\\x3")));
    arena_release(&a);
}

/* Uses enough stacks for several parts, many with a long common start: each line must be in order, and none lost. */
static void many_stacks_are_sorted(void **state) {
    (void)state;
    enum { N = 40000, NAMES = 300 };
    struct arena a = {0};
    struct build b;
    build_init(&b, &a);
    build_type(&b, 0, 0);
    loc_id loc[NAMES];
    for (uint32_t i = 0; i < NAMES; i++) {
        struct profile_function f = {.name = build_string(&b, str_format(&a, "f%u", i * 7919 % 1000))};
        struct profile_line line = {.function = build_function(&b, f)};
        loc[i] = build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, &line, 1);
    }
    uint32_t seed = 1;
    int64_t total = 0;
    for (uint32_t i = 0; i < N; i++) {
        loc_id frame[40];
        uint32_t n = 0;
        seed = seed * 1664525 + 1013904223;
        for (uint32_t d = seed >> 28; d-- > 0;) frame[n++] = loc[(seed >> d & 3) * (d < 3 ? 70 : 1)];
        for (uint32_t d = 0; d < 20; d++) frame[n++] = loc[7];
        build_sample(&b, frame, n, &(int64_t){i}, NULL, 0);
        total += i;
    }
    struct profile p;
    struct err e = {0};
    assert_true(build_seal(&b, &p, &e));
    str rest = run(&a, &p, PLAIN, (struct options){0}), line, before = STR_EMPTY;
    while (str_cut(&rest, '\n', &line)) {
        if (!line.len) continue;
        size_t space = str_find_last_char(line, ' ');
        str stack = str_slice(line, 0, space);
        assert_true(str_compare(before, stack) < 0);
        before = stack;
        total -= strtoll(str_c(&a, str_from_offset(line, space + 1)), NULL, 10);
    }
    assert_int_equal(total, 0);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_a_stack),          cmocka_unit_test(values_are_of_the_column),
        cmocka_unit_test(lines_are_sorted_by_bytes), cmocka_unit_test(a_diff_has_two_columns),
        cmocka_unit_test(names_are_escaped),         cmocka_unit_test(many_stacks_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
