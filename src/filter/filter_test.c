/* Unit tests of all filters, on profiles as text. */
#include "filter/filter.h"
#include "filter/focus.h"
#include "filter/show_from.h"
#include "filter/stacks.h"
#include "filter/tags.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* The default options, except those given. */
#define O(...) ((struct options){.unit = STR("minimum"), .divide_by = 1, __VA_ARGS__})

/* Filters `text` by `o`. Compares the samples that are left, and the notes (as lines), with the expected ones. */
static void expect(const char *text, struct options o, const char *samples, const char *noted) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, text);
    struct notes notes = {.arena = &a};
    struct err e = {0};
    struct filter_units units = filter_label_units(&a, &view, &notes);
    filter_tag_frames(&a, &view, &units, &o, &notes);
    assert_true(filter_apply(&a, &view, &units, &o, &notes, &e));
    assert_string_equal(sketch_show(&a, &view).ptr, samples);
    VEC(str) lines = {0};
    for (size_t i = 0; i < notes.n; i++) *VEC_PUSH(&a, &lines) = notes.at[i].text;
    assert_string_equal(str_copy(&a, str_join(&a, lines.at, lines.n, STR("\n"))).ptr, noted);
    arena_release(&a);
}

static void expect_error(struct options o, const char *message) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, "main 1 k=v\n");
    struct notes notes = {.arena = &a};
    struct err e = {0};
    struct filter_units units = {0};
    assert_false(filter_apply(&a, &view, &units, &o, &notes, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
    arena_release(&a);
}

static const char shop[] = "main;serve;parse 1\n"
                           "main;serve;write@/lib/io.c 2\n"
                           "main;idle 4\n"
                           "- 8\n";

static void focus_keeps_stacks_with_a_match(void **state) {
    (void)state;
    expect(shop, O(.focus = STR("serve")), "main;serve;parse 1\nmain;serve;write 2\n", "");
    expect(shop, O(.focus = STR("io[.]c")), "main;serve;write 2\n", "");
    expect(shop, O(.focus = STR("PROG")), "main;serve;parse 1\nmain;serve;write 2\nmain;idle 4\n", "");
    expect(shop, O(.focus = STR("nothing")), "", "Focus expression matched no samples");
}

static void ignore_drops_stacks_with_a_match(void **state) {
    (void)state;
    expect(shop, O(.ignore = STR("serve")), "main;idle 4\n", "");
    /* as in pprof, stacks without frames are removed whenever any of the four is set */
    expect(shop, O(.ignore = STR("nothing")), "main;serve;parse 1\nmain;serve;write 2\nmain;idle 4\n",
           "Ignore expression matched no samples");
    expect(shop, O(.focus = STR("serve"), .ignore = STR("parse")), "main;serve;write 2\n", "");
    expect(shop, O(.focus = STR("serve"), .ignore = STR("main")), "", "");
}

static void hide_removes_frames(void **state) {
    (void)state;
    expect(shop, O(.hide = STR("serve|idle")), "main;parse 1\nmain;write 2\nmain 4\n", "");
    expect(shop, O(.hide = STR("main|idle")), "serve;parse 1\nserve;write 2\n", "");
    expect("a;b+c+d 1\n", O(.hide = STR("c")), "a;b+d 1\n", "");
    expect("a;b+c 1\n", O(.hide = STR("PROG")), "", "");
}

static void show_keeps_frames(void **state) {
    (void)state;
    expect(shop, O(.show = STR("serve|idle")), "serve 1\nserve 2\nidle 4\n", "");
    expect("a;b+c+d 1\n", O(.show = STR("d|a")), "a;d 1\n", "");
    expect("a;b 1\n", O(.show = STR("PROG")), "a;b 1\n", "");
    expect("a;b 1\n", O(.show = STR("x")), "", "Show expression matched no samples");
    expect("a;b;c 1\n", O(.show = STR("a|b"), .hide = STR("b")), "a 1\n", "");
}

static void filters_follow_each_other(void **state) {
    (void)state;
    /* focus matches frames that hide removes; show_from does not */
    expect("a;b;c 1\nd;c 2\n", O(.focus = STR("b"), .hide = STR("b"), .show_from = STR("c")), "c 1\n", "");
    expect("a;b;c 1\n", O(.hide = STR("b"), .show_from = STR("b")), "", "ShowFrom expression matched no samples");
    expect("a;b;c 1 k=v\nb 2 k=w\n", O(.focus = STR("b"), .tagfocus = STR("v"), .taghide = STR("k")), "a;b;c 1\n", "");
}

static void show_from_cuts_above_the_outermost_match(void **state) {
    (void)state;
    expect("a;b;c;b 1\nc 2\n", O(.show_from = STR("b")), "b;c;b 1\n", "");
    expect("a;b+c+d;e 1\n", O(.show_from = STR("c")), "c+d;e 1\n", "");
    expect("a;b 1\n", O(.show_from = STR("PROG")), "a;b 1\n", "");
}

static void prune_from_cuts_below_the_innermost_match(void **state) {
    (void)state;
    expect("a;b;c;b;d 1\nd 2\n", O(.prune_from = STR("b")), "a;b;c;b 1\nd 2\n", "");
    expect("a;b+c+d;e 1\n", O(.prune_from = STR("c")), "a;b+c 1\n", "");
    expect("a 1\n", O(.prune_from = STR("zzz")), "a 1\n", "");
}

static void names_are_simplified(void **state) {
    (void)state;
    static const char *const pair[][2] = {
        {"f", "f"},
        {"f(int)", "f"},
        {".f(int)", "f"},
        {"(anonymous namespace)::f(int)", "(anonymous namespace)::f"},
        {"a::operator()(int)", "a::operator()"},
        {"operator()", "operator()"},
        {"(anonymous namespace)", "(anonymous namespace)"},
        {"((anonymous namespace))", ""},
        {"operator(", "operator"},
        {"", ""},
        {"..f", ".f"},
    };
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        str got = filter_simple_name(str_from(pair[i][0]));
        if (!str_equal(got, str_from(pair[i][1]))) fail_msg("%s: %.*s", pair[i][0], STR_ARG(got));
    }
}

static void expect_dropped(const char *text, const char *drop, const char *keep, const char *samples) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, text);
    view.drop_frames = profile_add_string(&view, &a, str_from(drop));
    view.keep_frames = profile_add_string(&view, &a, str_from(keep));
    assert_true(filter_drop_frames(&a, &view, NULL));
    assert_string_equal(sketch_show(&a, &view).ptr, samples);
    arena_release(&a);
}

static void the_profile_drops_frames(void **state) {
    (void)state;
    expect_dropped("main;f;malloc;sbrk 1\n", "malloc", "", "main;f 1\n");
    expect_dropped("main;f;malloc;sbrk 1\n", "mall", "", "main;f;malloc;sbrk 1\n"); /* whole names */
    expect_dropped("main;malloc;f 1\n", "m.*", "main", "main 1\n");
    /* nothing is dropped before the first frame that stays */
    expect_dropped("malloc;f;malloc 1\nmalloc;malloc 2\n", "malloc", "", "malloc;f 1\nmalloc;malloc 2\n");
    expect_dropped("main;a+malloc+b;c 1\n", "malloc", "", "main;a 1\n");
    expect_dropped("main;malloc+b;c 1\n", "malloc", "", "main 1\n");
    /* patterns that do not compile are ignored */
    expect_dropped("main;f 1\n", "(", "", "main;f 1\n");
    expect_dropped("main;f 1\n", "f", "(", "main;f 1\n");
}

static const char tagged[] = "a 1 k=v k=w\n"
                             "b 2 k=v n:9216bytes\n"
                             "c 3 x=v n:10240bytes\n"
                             "d 4\n";

static void tagfocus_takes_expressions(void **state) {
    (void)state;
    /* with a key any expression is enough; without one all must match */
    expect(tagged, O(.tagfocus = STR("k=w,zzz")), "a 1 k=v k=w\n", "");
    expect(tagged, O(.tagfocus = STR("k:v,k:w")), "a 1 k=v k=w\n", "");
    expect(tagged, O(.tagfocus = STR("v")), "a 1 k=v k=w\nb 2 k=v n:9216bytes\nc 3 x=v n:10240bytes\n", "");
    expect(tagged, O(.tagfocus = STR("=v")), "a 1 k=v k=w\nb 2 k=v n:9216bytes\nc 3 x=v n:10240bytes\n", "");
    expect(tagged, O(.tagfocus = STR("9216x")), "",
           "tagfocus:Interpreted '9216x' as range, not regexp\nTagFocus expression matched no samples");
    expect(tagged, O(.tagignore = STR("x=")), "a 1 k=v k=w\nb 2 k=v n:9216bytes\nd 4\n", "");
    expect(tagged, O(.tagignore = STR("zzz"), .tagfocus = STR("w")), "a 1 k=v k=w\n",
           "TagIgnore expression matched no samples");
}

static void tagfocus_takes_many_expressions(void **state) {
    (void)state;
    char list[65 * 4 + 8] = "";
    for (int i = 0; i < 65; i++) strcat(list, "k:v,");
    strcat(list, "k:w");
    expect(tagged, O(.tagfocus = str_from(list)), "a 1 k=v k=w\n", "");
    strcat(list, "w");
    expect(tagged, O(.tagfocus = str_from(list)), "", "TagFocus expression matched no samples");
}

static void tagfocus_takes_ranges(void **state) {
    (void)state;
    static const struct {
        const char *range;
        bool b, c; /* true if the sample b, or c, stays */
    } ranges[] = {
        {"n=9kb", true, false},  {"9kb", true, false},       {"9216b", true, false},   {"n=9kb:", true, true},
        {"n=:9kb", true, false}, {"n=9:10kb", false, false}, {"n=9kb:10", true, true}, {"n=10kb:11kb", false, true},
        {"m=9kb", false, false}, {"n=+9kb", true, false},    {"n=9216", false, false}, {"n=0.009mb:", false, false},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct arena a = {0};
        /* both in bytes: the first unit of a key counts */
        struct profile view = sketch_profile(&a, "b 2 n:9216bytes\nc 3 n:10240bytes\n");
        struct notes notes = {.arena = &a};
        struct err e = {0};
        struct filter_units units = filter_label_units(&a, &view, &notes);
        struct options o = O(.tagfocus = str_from(ranges[i].range));
        assert_true(filter_apply(&a, &view, &units, &o, &notes, &e));
        bool b = false, c = false;
        for (uint32_t s = 0; s < view.n_samples; s++) *(profile_row(&view, s) ? &c : &b) = true;
        if (b != ranges[i].b || c != ranges[i].c) fail_msg("%s", ranges[i].range);
        arena_release(&a);
    }
}

static void bad_patterns_are_named(void **state) {
    (void)state;
    expect_error(O(.focus = STR("(")), "parsing focus regexp: error parsing regexp: missing closing ): `(`");
    expect_error(O(.prune_from = STR("("), .tagignore = STR("a,(")),
                 "parsing tagignore regexp: error parsing regexp: missing closing ): `(`");
    expect_error(O(.taghide = STR("("), .tagshow = STR("k")),
                 "parsing taghide regexp: error parsing regexp: missing closing ): `(`");
    expect_error(O(.tagfocus = STR("1:99999999999999999999")),
                 "parsing tagfocus range: 99999999999999999999 does not fit in 64 bits");
    /* this is no range, in spite of its digits */
    expect("a 1 id=x99999999999999999999\n", O(.tagfocus = STR("id=x99999999999999999999")),
           "a 1 id=x99999999999999999999\n", "");
}

static void tagshow_and_taghide_choose_keys(void **state) {
    (void)state;
    expect(tagged, O(.tagshow = STR("k")), "a 1 k=v k=w\nb 2 k=v\nc 3\nd 4\n", "");
    expect(tagged, O(.taghide = STR("k|x")), "a 1\nb 2 n:9216bytes\nc 3 n:10240bytes\nd 4\n", "");
    expect(tagged, O(.tagshow = STR("k|n"), .taghide = STR("k")), "a 1\nb 2 n:9216bytes\nc 3 n:10240bytes\nd 4\n", "");
    expect("a 1 k=v\n", O(.tagshow = STR("z"), .taghide = STR("y")), "a 1\n",
           "TagShow expression matched no samples\nTagHide expression matched no samples");
}

static void tags_become_frames(void **state) {
    (void)state;
    expect("f;g 1 k=v x=y\nf;g 2 x=z\n", O(.tagroot = STR("k,x"), .tagleaf = STR("x")),
           "v;y;f;g;y 1 k=v x=y\n;z;f;g;z 2 x=z\n", "");
    expect("f 1 k=v k=w k:2048bytes\n", O(.tagleaf = STR("k")), "f;v,w,2kB 1 k=v k=w k:2048bytes\n", "");
    expect("f 1 k:2048\n", O(.tagleaf = STR(",k,")), "f;2048 1 k:2048\n", "");
    expect("f 1\n", O(.tagroot = STR("k"), .tagleaf = STR(",")), ";f 1\n",
           "TagRoot expression matched no samples\nTagLeaf expression matched no samples");
    /* frames come before filters */
    expect("f 1 k=v\nf 2 k=w\n", O(.tagroot = STR("k"), .focus = STR("^w$")), "w;f 2 k=w\n", "");
}

static void tag_frames_have_keys_on_request(void **state) {
    (void)state;
    expect("f;g 1 k=v x=y\nf;g 2 k=w k:2048bytes\n", O(.tagroot = STR("k,x"), .tagleaf = STR("x"), .tag_keys = true),
           "k:v;x:y;f;g;x:y 1 k=v x=y\nk:w,2kB;(no x);f;g;(no x) 2 k=w k:2048bytes\n", "");
    /* filters see these names */
    expect("f 1 k=v\nf 2 k=w\n", O(.tagroot = STR("k"), .tag_keys = true, .focus = STR("^k:w$")), "k:w;f 2 k=w\n", "");
}

static void tag_frames_keep_strings_canonical(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view = sketch_profile(&a, "main 1 k=main\n");
    struct notes notes = {.arena = &a};
    struct options o = O(.tagroot = STR("k"));
    filter_tag_frames(&a, &view, NULL, &o, &notes);
    assert_int_equal(view.n_functions, 2);
    assert_int_equal(view.function[0].name, view.function[1].name);
    assert_int_equal(view.function[1].id, 2);
    assert_int_equal(view.location[1].id, 2);
    assert_int_equal(view.location[1].mapping, PROFILE_NONE);
    arena_release(&a);
}

static void label_units_are_the_first_met(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "a 1 n:1 n:2kb z:1s\nb 2 n:3mb n:4gb request:1 x:1 z:2ms\n");
    struct notes notes = {.arena = &a};
    struct filter_units units = filter_label_units(&a, &p, &notes);
    static const char *const want[][2] = {{"n", "kb"}, {"z", "s"}, {"request", "bytes"}, {"x", "x"}, {"a", ""}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        str_id key;
        assert_true(profile_find_string(&p, str_from(want[i][0]), &key));
        str got = filter_unit_of(&units, key);
        if (!str_equal(got, str_from(want[i][1]))) fail_msg("%s: %.*s", want[i][0], STR_ARG(got));
    }
    assert_int_equal(notes.n, 2);
    assert_true(str_equal(notes.at[0].text, STR("For tag n used unit kb, also encountered unit(s) gb, mb")));
    assert_true(str_equal(notes.at[1].text, STR("For tag z used unit s, also encountered unit(s) ms")));
    arena_release(&a);
}

static void granularity_says_what_shows(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "a;b+c 1\n"), view = p;
    filter_aggregate(&a, &view, &O(.granularity = GRANULARITY_ADDRESSES));
    assert_true(view.shown.raw && view.shown.column);
    filter_aggregate(&a, &view, &O(.granularity = GRANULARITY_LINES));
    assert_true(view.shown.line && view.shown.file && view.shown.function);
    assert_false(view.shown.column || view.shown.address || view.shown.raw);
    assert_string_equal(sketch_show(&a, &view).ptr, "a;b+c 1\n");
    view = p;
    filter_aggregate(&a, &view, &O(.showcolumns = true, .noinlines = true));
    assert_true(view.shown.function);
    assert_false(view.shown.file || view.shown.line || view.shown.column);
    assert_string_equal(sketch_show(&a, &view).ptr, "a;b 1\n");
    arena_release(&a);
}

/* Uses enough samples and frames for several parts: the result must not depend on the number of parts. */
static void large_views_are_filtered_in_parts(void **state) {
    (void)state;
    enum { N = 300000, DEPTH = 4 };
    struct arena a = {0};
    struct build b;
    build_init(&b, &a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    loc_id loc[8];
    for (int i = 0; i < 8; i++) {
        struct profile_function f = {.name = build_string(&b, str_format(&a, "f%d", i))};
        struct profile_line line = {.function = build_function(&b, f)};
        loc[i] = build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, &line, 1);
    }
    for (int64_t i = 0; i < N; i++) {
        loc_id frame[7];
        for (int d = 0; d < 7; d++) frame[d] = loc[i >> (3 * d) & 7];
        build_sample(&b, frame, 7, &i, NULL, 0);
    }
    struct profile p, view;
    struct err e = {0};
    assert_true(build_seal(&b, &p, &e));
    struct notes notes = {.arena = &a};
    view = p;
    assert_true(
        filter_apply(&a, &view, &(struct filter_units){0}, &O(.focus = STR("f5"), .hide = STR("f3")), &notes, &e));
    uint32_t n = 0;
    for (int64_t i = 0; i < N; i++) {
        bool five = false;
        uint32_t visible = 0;
        for (int d = 0; d < 7; d++) {
            five |= (i >> (3 * d) & 7) == 5;
            visible += (i >> (3 * d) & 7) != 3;
        }
        if (!five) continue;
        uint32_t row = profile_row(&view, n++);
        assert_int_equal(view.value[0][row], i);
        stack_id s = view.stack_of[row];
        assert_int_equal(view.stack_off[s + 1] - view.stack_off[s], visible);
        for (uint64_t f = view.stack_off[s]; f < view.stack_off[s + 1]; f++)
            assert_int_not_equal(view.frame[f], loc[3]);
    }
    assert_int_equal(view.n_samples, n);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(focus_keeps_stacks_with_a_match),
        cmocka_unit_test(ignore_drops_stacks_with_a_match),
        cmocka_unit_test(hide_removes_frames),
        cmocka_unit_test(show_keeps_frames),
        cmocka_unit_test(filters_follow_each_other),
        cmocka_unit_test(show_from_cuts_above_the_outermost_match),
        cmocka_unit_test(prune_from_cuts_below_the_innermost_match),
        cmocka_unit_test(names_are_simplified),
        cmocka_unit_test(the_profile_drops_frames),
        cmocka_unit_test(tagfocus_takes_expressions),
        cmocka_unit_test(tagfocus_takes_many_expressions),
        cmocka_unit_test(tagfocus_takes_ranges),
        cmocka_unit_test(bad_patterns_are_named),
        cmocka_unit_test(tagshow_and_taghide_choose_keys),
        cmocka_unit_test(tags_become_frames),
        cmocka_unit_test(tag_frames_have_keys_on_request),
        cmocka_unit_test(tag_frames_keep_strings_canonical),
        cmocka_unit_test(label_units_are_the_first_met),
        cmocka_unit_test(granularity_says_what_shows),
        cmocka_unit_test(large_views_are_filtered_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
