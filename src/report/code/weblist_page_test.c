/* Unit tests of report/code/weblist_page.c. */
#include "testing/report_profile.h"
#include "testing/test.h"

static str run(struct test_profile *t, report_fn *report, str pattern, struct err *e) {
    t->in.pattern = pattern;
    t->in.regex = regex_compile(&t->arena, pattern, e);
    assert_non_null(t->in.regex);
    return test_run(t, report, e);
}

static void begin(struct test_profile *t) {
    struct err e = {0};
    test_begin(t);
    build_sample(&t->build, (loc_id[]){t->work, t->main}, 2, (int64_t[]){1, 10}, NULL, 0);
    build_sample(&t->build, (loc_id[]){t->work, t->work, t->main}, 3, (int64_t[]){1, 30}, NULL, 0);
    assert_true(test_seal(t, &e));
    t->options.source_path = STR("/nowhere");
    t->in.value.total = 40;
}

/* Without binary and sources, the lines and the calls inlined into them are still shown. */
static void lines_alone(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    begin(&t);
    str page = run(&t, report_weblist, STR("work|main"), &e);
    size_t body = str_find(page, STR("<body>"));
    assert_true(str_equal(
        str_from_offset(page, body),
        STR("<body>\n\n<div class=\"legend\">File: prog<br>\nType: cpu<br>Total: 40ns</div>"
            "<h2>main</h2><p class=\"filename\">m.c</p>\n<pre onClick=\"pprof_toggle_asm(event)\">\n"
            "  Total:           0       40ns (flat, cum)   100%\n"
            "<span class=line>      5</span> <span class=deadsrc>           .       40ns           ??? "
            "</span>\n</pre>\n"
            "<h2>work</h2><p class=\"filename\">w.c</p>\n<pre onClick=\"pprof_toggle_asm(event)\">\n"
            "  Total:        40ns       70ns (flat, cum) 175.00%\n" /* a recursive function counts twice */
            "<span class=line>     12</span> <span class=livesrc>        40ns       70ns           ??? </span>"
            "<span class=asm>"
            "                                          <span class=inlinesrc>"
            "                                                                                "
            "</span> <span class=unimportant>w.c:4</span>\n</span>\n</pre>\n\n</body>\n</html>\n")));
    test_end(&t);
}

static loc_id line_of(struct test_profile *t, const char *name, int64_t line) {
    func_id f = test_function(&t->build, str_from(name), STR("/none/far.c"), 0);
    return build_location(&t->build, (struct profile_location){.mapping = PROFILE_NONE},
                          &(struct profile_line){f, line, 0}, 1);
}

/* Lines are untrusted: their distances do not fit into 63 bits, and no line is beyond the last one. */
static void lines_far_apart(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    const int64_t far = INT64_C(1) << 62;
    loc_id stack[] = {line_of(&t, "far", 4 - far), line_of(&t, "far", far),       line_of(&t, "min", INT64_MIN),
                      line_of(&t, "one", 1),       line_of(&t, "max", INT64_MAX), line_of(&t, "end", INT64_MAX - 3)};
    build_sample(&t.build, stack, 6, (int64_t[]){1, 10}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.options.source_path = STR("/nowhere");
    t.in.value.total = 10;
    str page = run(&t, report_weblist, STR("far|min|max|end|one"), &e);
    size_t n = 0;
    for (str rest = page; (n += str_has_prefix(rest, STR("<span class=line>"))), rest.len;)
        rest = str_from_offset(rest, 1);
    assert_int_equal(n, 5); /* none for INT64_MAX: its piece would end behind it */
    assert_true(page.len < 8192);
    test_end(&t);
}

/* A page grows with the profile, not with the square of its inlined calls. */
static void deep_inlining(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    enum { DEPTH = 3000 };
    struct profile_line *line = ARENA_ARRAY(&t.arena, struct profile_line, DEPTH);
    func_id f = test_function(&t.build, STR("deep"), STR("/none/deep.c"), 0);
    for (size_t i = 0; i < DEPTH; i++) line[i] = (struct profile_line){f, (int64_t)i, 0};
    loc_id deep = build_location(&t.build, (struct profile_location){.mapping = PROFILE_NONE}, line, DEPTH);
    build_sample(&t.build, &deep, 1, (int64_t[]){1, 10}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.options.source_path = STR("/nowhere");
    t.in.value.total = 10;
    assert_true(run(&t, report_weblist, STR("deep"), &e).len < 20 << 20); /* of all calls it would be a gigabyte */
    test_end(&t);
}

static void no_match(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    begin(&t);
    assert_int_equal(run(&t, report_weblist, STR("nothing"), &e).len, 0);
    assert_string_equal(err_text(&e), "no matches found for regexp: nothing");
    assert_int_equal(run(&t, report_disasm, STR("nothing"), &e).len, 0);
    assert_string_equal(err_text(&e), "no matches found for regexp nothing");
    assert_int_equal(run(&t, report_disasm, STR("0x99"), &e).len, 0);
    assert_string_equal(err_text(&e), "no matches found for address 0x99");
    err_clear(&e);
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_alone), cmocka_unit_test(lines_far_apart),
                                       cmocka_unit_test(deep_inlining), cmocka_unit_test(no_match)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
