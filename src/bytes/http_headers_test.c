/* Headers that the user adds to requests: what is accepted, and that no message has a value. */
#include "bytes/http_headers.h"
#include "testing/test.h"

static struct arena arena;

static void assert_text(str got, const char *want) {
    if (!str_equal(got, str_from(want))) fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(got), want);
}

static void test_accepted(void **state) {
    (void)state;
    static const char *const row[][2] = {
        {"Authorization: Bearer x.y", "Authorization: Bearer x.y"},
        {"  X-A:b\t \r", "X-A: b"},
        {"x:  a: b:c ", "x: a: b:c"},
        {"Host: h", "Host: h"},
        {"!#$%&'*+-.^_`|~09azAZ: \xc3\xbc\tx", "!#$%&'*+-.^_`|~09azAZ: \xc3\xbc\tx"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct http_headers h = {0};
        assert_true(http_headers_add(&arena, &h, str_from(row[i][0]), NULL));
        assert_int_equal(h.line.n, 1);
        assert_text(h.line.at[0], row[i][1]);
        assert_int_equal(h.line.at[0].ptr[h.line.at[0].len], 0);
    }
}

static void test_refused(void **state) {
    (void)state;
    static const char form[] = "a header reads \"Name: value\"";
    static const char *const row[][2] = {
        {"", form},
        {":", form},
        {"secret", form},
        {": secret", form},
        {"X:", form},
        {"X Y: secret", form},
        {"X : secret", form},
        {"X\xc3\xbc: secret", form},
        {"X(: secret", form},
        {"X: secret\r\nEvil: 1", "the header X has a control character"},
        {"X: sec\x1bret", "the header X has a control character"},
        {"X: secret\x7f", "the header X has a control character"},
        {"content-length: secret", "the header content-length is set by cprof itself"},
        {"Transfer-Encoding: secret", "the header Transfer-Encoding is set by cprof itself"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct http_headers h = {0};
        struct err e = {0};
        assert_false(http_headers_add(&arena, &h, str_from(row[i][0]), &e));
        assert_int_equal(h.line.n, 0);
        assert_string_equal(err_text(&e), row[i][1]);
        err_clear(&e);
    }
}

static void test_lines(void **state) {
    (void)state;
    struct http_headers h = {0};
    struct err e = {0};
    assert_true(http_headers_add_lines(&arena, &h, STR("# of the proxy\n\nA: 1\r\n  B: 2\nA: 3"), &e));
    assert_int_equal(h.line.n, 3);
    assert_text(h.line.at[0], "A: 1");
    assert_text(h.line.at[1], "B: 2");
    assert_text(h.line.at[2], "A: 3");
    assert_false(http_headers_add_lines(&arena, &h, STR("C: 1\n\nsecret\n"), &e));
    assert_string_equal(err_text(&e), "line 3: a header reads \"Name: value\"");
    err_clear(&e);
}

static void test_bounds(void **state) {
    (void)state;
    struct http_headers h = {0};
    struct err e = {0};
    char *line = arena_alloc(&arena, HTTP_HEADER_MOST + 2);
    memset(line, 'x', HTTP_HEADER_MOST + 1);
    line[1] = ':';
    assert_true(http_headers_add(&arena, &h, (str){line, HTTP_HEADER_MOST}, &e));
    assert_false(http_headers_add(&arena, &h, (str){line, HTTP_HEADER_MOST + 1}, &e));
    assert_string_equal(err_text(&e), "the header x has more than 16384 bytes");
    while (h.line.n < HTTP_HEADERS_MOST) assert_true(http_headers_add(&arena, &h, STR("a: b"), &e));
    assert_false(http_headers_add(&arena, &h, STR("a: b"), &e));
    assert_string_equal(err_text(&e), "there are more than 64 headers");
    err_clear(&e);
}

static void test_missing(void **state) {
    (void)state;
    struct http_headers h = {0}, more = {0};
    assert_true(http_headers_add_lines(&arena, &h, STR("A: 1\nB: 2"), NULL));
    assert_true(http_headers_add_lines(&arena, &more, STR("a: 3\nC: 4\nC: 5"), NULL));
    http_headers_add_missing(&arena, &h, &more);
    assert_int_equal(h.line.n, 4);
    assert_text(h.line.at[2], "C: 4");
    assert_text(h.line.at[3], "C: 5");
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted), cmocka_unit_test(test_refused), cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bounds),   cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
