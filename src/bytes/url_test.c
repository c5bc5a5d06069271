/* URLs as Go's net/url reads and writes them; the expected texts were printed by pprof. */

#include <string.h>

#include "bytes/url.h"
#include "testing/test.h"

static struct arena arena;

static void assert_text(str got, const char *want) {
    if (got.len != strlen(want) || memcmp(got.ptr, want, got.len) != 0)
        fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(got), want);
}

static void assert_url(const char *source, const char *want) {
    int64_t asked;
    assert_text(url_from_source(&arena, str_from(source), -1, &asked), want);
}

static void test_sources(void **state) {
    (void)state;
    assert_url("localhost:1/x", "http://localhost:1/x");
    assert_url("127.0.0.1:80/debug?a=b", "http://127.0.0.1:80/debug?a=b");
    assert_url("https://h/x", "https://h/x");
    assert_url("HTTP://H/%63?", "http://H/%63?");
    assert_url("http://[::1]:1/", "http://[::1]:1/");
    assert_url("//h/x", "//h/x");
    assert_url("://", "http://://"); /* the host is ":" */
    assert_url("http+unix://%2Frun%2Fa.sock/debug?b=1&a=2", "http+unix://%2Frun%2Fa.sock/debug?a=2&b=1");
    assert_url("HTTP+UNIX://u:p@a%3Ab/x", "http+unix://u:p@a%3Ab/x");
    static const char *const files[] = {"file", "dir/file", "foo:bar",      "a b:1/x", "file:///x", ":x",
                                        "///x", "%zz:1/x",  "http://a%zz/", "1a:b",    "a\nb:1/x",  "mailto:x",
                                        "",     "a[b:1/x",  "h:1:2/x",      "h:1/%",   "h:1/#%z",   "h:1/%4"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) assert_url(files[i], "");
    assert_url("http://h:x/", "http://http://h:x/"); /* x is not a port, so this is not a URL but a host */
}

static void test_sockets(void **state) {
    (void)state;
    assert_text(url_socket(&arena, STR("http+unix://u:p@%2Frun%2Fa%3Ab.sock/debug")), "/run/a:b.sock");
    assert_text(url_of_symbols(&arena, STR("http+unix://%2Frun%2Fa.sock/debug/pprof/heap?debug=1")),
                "http+unix://%2Frun%2Fa.sock/debug/pprof/symbol");
    assert_text(url_with_server(&arena, STR("http+unix://u:p@%2Fa/x?y@z"), STR("http"), STR("localhost")),
                "http://u:p@localhost/x?y@z");
    /* not sockets, and so hosts as pprof reads them, which do not exist */
    assert_url("http+unix:///run/a.sock", "http://http+unix:///run/a.sock");
    assert_url("http+unix://%00/", "http://http+unix://%00/");
    assert_url("http+unix://a:1/", "http://http+unix://a:1/");
}

static void test_same_server(void **state) {
    (void)state;
    static const char *const same[][2] = {{"http://h/x", "http://h/y?z"},
                                          {"http://u:p@h:80/", "http://H"},
                                          {"http://h/", "https://h/"},
                                          {"http://h:80/", "https://h:443/"},
                                          {"https+insecure://h", "https://h:443"},
                                          {"http://[::1]:6060/", "http://[::1]:6060/x"},
                                          {"http+unix://%2Fa/x", "http+unix://%2Fa/y"}};
    static const char *const other[][2] = {{"http://h/", "http://h.evil/"},
                                           {"http://h/", "http://evil/@h"},
                                           {"http://h/", "http://h@evil/"},
                                           {"http://h/", "http://h:81/"},
                                           {"http://h:6060/", "https://h:6060/"},
                                           {"http://h:6060/", "https://h/"},
                                           {"https://h/", "http://h/"},
                                           {"https://h:1/", "http://h:1/"},
                                           {"http://localhost/", "http+unix://localhost/"},
                                           {"http+unix://localhost/", "http://localhost/"},
                                           {"http+unix://%2Fa/x", "http+unix://%2FA/x"},
                                           {"http://h/", "/x"},
                                           {"http://h/", "://"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!url_is_same_server(str_from(same[i][0]), str_from(same[i][1]))) fail_msg("%s", same[i][1]);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (url_is_same_server(str_from(other[i][0]), str_from(other[i][1]))) fail_msg("%s", other[i][1]);
}

static void test_encoding(void **state) {
    (void)state;
    assert_url("h:1/a b", "http://h:1/a%20b");
    assert_url("h:1/a%2Fb!'()*[]", "http://h:1/a%2Fb!'()*[]");
    assert_url("h:1/a%2Fb!'()*[]|\xc3\xbc^", "http://h:1/a/b%21%27%28%29%2A%5B%5D%7C%C3%BC%5E");
    assert_url("http://u:p%20q@h/x?q=%zz&ok=\xc3\xbc#frag", "http://u:p%20q@h/x?ok=%C3%BC#frag");
    assert_url("h:1/x?z=1&a=b%20c&a=1+2", "http://h:1/x?a=b+c&a=1+2&z=1");
    assert_url("h:1/x?b=%zz&a;c=1&=x&y&&", "http://h:1/x?=x&y=");
}

static void test_seconds(void **state) {
    (void)state;
    int64_t asked;
    assert_text(url_from_source(&arena, STR("h:1/x"), 5, &asked), "http://h:1/x?seconds=5");
    assert_int_equal(asked, 5);
    assert_text(url_from_source(&arena, STR("h:1/x?z=b&seconds=9&a=1&seconds=8"), 5, &asked),
                "http://h:1/x?a=1&seconds=5&z=b");
    assert_text(url_from_source(&arena, STR("h:1/x?seconds=9"), 0, &asked), "http://h:1/x?seconds=9");
    assert_int_equal(asked, 9);
    url_from_source(&arena, STR("h:1/x?seconds=1e9"), 0, &asked);
    assert_int_equal(asked, 0);
    url_from_source(&arena, STR("h:1/x?seconds=99999999999999999999"), 0, &asked);
    assert_int_equal(asked, 0);
}

static void test_symbols(void **state) {
    (void)state;
    assert_text(url_of_symbols(&arena, STR("http://h:1/debug/pprof/heap?seconds=1")), "http://h:1/debug/pprof/symbol");
    assert_text(url_of_symbols(&arena, STR("http://h/pprof/growth")), "http://h/pprof/symbol");
    assert_text(url_of_symbols(&arena, STR("https://u:p@h/profilez#f")), "https://u:p@h/symbolz#f");
    assert_text(url_of_symbols(&arena, STR("http://h")), "http://h/symbolz");
    assert_text(url_of_symbols(&arena, STR("http://h/a/../../b%20/c")), "http://h/b%20/symbolz");
    assert_text(url_of_symbols(&arena, STR("/no/host")), "");
}

static void test_absolute(void **state) {
    (void)state;
    assert_true(url_is_absolute(STR("http://h/x")));
    assert_true(url_is_absolute(STR("c:x")));
    assert_false(url_is_absolute(STR("/usr/bin/x")));
    assert_false(url_is_absolute(STR("[vdso]")));
    assert_false(url_is_absolute(STR("//anon")));
    assert_false(url_is_absolute(STR("http://h/%zz")));
}

static void test_valid(void **state) {
    (void)state;
    static const char *const valid[] = {"", "/x", "x/1:2", "http://h/x", "c:x", "//h/x", "?q=%zz"};
    static const char *const invalid[] = {"://", ":", "1:2", "/a%zz", "a b:c", "http://[::1/x", "/a\n"};
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) assert_true(url_is_valid(str_from(valid[i])));
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) assert_false(url_is_valid(str_from(invalid[i])));
}

static void test_masking(void **state) {
    (void)state;
    static const char *const row[][2] = {
        {"http://u:p@h/x", "http://u:***@h/x"},
        {"u:p@h:80/x", "u:***@h:80/x"},
        {"https+insecure://u:p:q@r@h", "https+insecure://u:***@h"},
        {"http://u:@h", "http://u:***@h"},
        {"http://u@h:80/a:b@c", "http://u@h:80/a:b@c"},
        {"http://h?x=a:b@c", "http://h?x=a:b@c"},
        {"Get \"http://u:p@h/\": from ftp://v:w@i", "Get \"http://u:***@h/\": from ftp://v:***@i"},
        {"http://u:p@h/: stat http://u:p@h/: no", "http://u:***@h/: stat http://u:***@h/: no"},
        {"/a:b@c", "/a:b@c"},
        {"://", "://"},
        {"", ""}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) assert_text(url_mask(&arena, str_from(row[i][0])), row[i][1]);
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sources), cmocka_unit_test(test_encoding), cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_symbols), cmocka_unit_test(test_absolute), cmocka_unit_test(test_masking),
        cmocka_unit_test(test_valid),   cmocka_unit_test(test_sockets),  cmocka_unit_test(test_same_server),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
