/* Lists of profiles as releases of Go write them, and other pages. */
#include "bytes/http_index.h"
#include "testing/test.h"

static struct arena arena;

static void assert_entry(const struct http_index *index, size_t i, const char *name, const char *count) {
    assert_true(i < index->entry.n);
    assert_true(str_equal(index->entry.at[i].name, str_from(name)));
    assert_true(str_equal(index->entry.at[i].count, str_from(count)));
}

static void test_of_go(void **state) {
    (void)state;
    struct http_index index;
    /* Go 1.26, shortened, and a profile of the program's own */
    assert_true(
        http_index_read(&arena,
                        STR("<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n/debug/pprof/\n<br>\n"
                            "<table>\n<thead><td>Count</td><td>Profile</td></thead>\n"
                            "<tr><td>7</td><td><a href='allocs?debug=1'>allocs</a></td></tr>\n"
                            "<tr><td>12</td><td><a href='my-own.profile_1?debug=1'>x</a></td></tr>\n"
                            "<tr><td>0</td><td><a href='profile?debug=1'>profile</a></td></tr>\n</table>\n"
                            "<a href=\"goroutine?debug=2\">full goroutine stack dump</a>\n"
                            "<a href=\"allocs\">again</a>\n"),
                        &index));
    assert_int_equal(index.entry.n, 4);
    assert_entry(&index, 0, "allocs", "7");
    assert_entry(&index, 1, "my-own.profile_1", "12");
    assert_entry(&index, 2, "profile", "0");
    assert_entry(&index, 3, "goroutine", "");
    /* Go 1.5 */
    assert_true(http_index_read(
        &arena,
        STR("<tr><td align=right>3<td><a href=\"heap?debug=1\">heap</a>\n<tr><td align=right>9<td><a href=block>"),
        &index));
    assert_int_equal(index.entry.n, 2);
    assert_entry(&index, 0, "heap", "3");
    assert_entry(&index, 1, "block", "9");
}

static void test_other_pages(void **state) {
    (void)state;
    static const char *const none[] = {"",
                                       "heap",
                                       "<a href='/debug/pprof/heap'>",
                                       "<a href='login'>",
                                       "<a href='../heap'>",
                                       "<a href='heap;rm'>",
                                       "<a href='http://h/heap'>",
                                       "<b href='heap'>",
                                       "<a name='heap'>",
                                       "<a href=",
                                       "<a href='"};
    struct http_index index;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (http_index_read(&arena, str_from(none[i]), &index)) fail_msg("%s", none[i]);
    assert_true(http_index_read(&arena,
                                STR("<a href='-top'><a href='.x'><a href='\x1b'>\xff"
                                    "123<a href='heap'>"),
                                &index));
    assert_int_equal(index.entry.n, 1);
    assert_entry(&index, 0, "heap", "");
}

static void test_bounds(void **state) {
    (void)state;
    VEC(str) part = {0};
    for (int i = 0; i < 300; i++) *VEC_PUSH(&arena, &part) = str_format(&arena, "<a href='heap%d'>", i);
    *VEC_PUSH(&arena, &part) = STR("<a href='heap'>");
    struct http_index index;
    assert_false(http_index_read(&arena, str_join(&arena, part.at, part.n, STR_EMPTY), &index));
    assert_int_equal(index.entry.n, HTTP_INDEX_MOST);
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_go),
        cmocka_unit_test(test_other_pages),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
