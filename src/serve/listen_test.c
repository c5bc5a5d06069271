/* Unit tests of listen.c: the addresses that pprof accepts, and its error messages. */
#include "testing/test.h"

#include <stdio.h>

#include "serve/listen.h"

static void assert_address(const char *text, const char *host, int64_t port) {
    struct listen_address at;
    assert_true(listen_parse(str_from(text), &at, NULL));
    assert_int_equal(at.host.len, strlen(host));
    assert_memory_equal(at.host.ptr, host, at.host.len);
    assert_int_equal(at.port, port);
}

static void assert_error(const char *text, const char *message) {
    struct listen_address at;
    struct err e = {0};
    assert_false(listen_parse(str_from(text), &at, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
}

static void takes_addresses_apart(void **state) {
    (void)state;
    assert_address("localhost:8080", "localhost", 8080);
    assert_address(":8080", "localhost", 8080);
    assert_address(":", "localhost", 0);
    assert_address(":0", "localhost", 0);
    assert_address("[::1]:8080", "::1", 8080);
    assert_address("127.0.0.1:", "127.0.0.1", 0);
    assert_address("localhost:-1", "localhost", -1);
    assert_address("localhost:99999", "localhost", 99999);
    assert_address("[]:1", "localhost", 1);
}

static void refuses_what_go_refuses(void **state) {
    (void)state;
    const char *start = "could not split http address: address ";
    char text[200];
    static const char *const wrong[][2] = {
        {"localhost", "localhost: missing port in address"},  {"8080", "8080: missing port in address"},
        {"[::1]", "[::1]: missing port in address"},          {"[::1]x:1", "[::1]x:1: missing port in address"},
        {"::1:8080", "::1:8080: too many colons in address"}, {"a:b:c", "a:b:c: too many colons in address"},
        {"[::1]::1", "[::1]::1: too many colons in address"}, {"[::1:1", "[::1:1: missing ']' in address"},
        {"a[b:1", "a[b:1: unexpected '[' in address"},        {"a]b:1", "a]b:1: unexpected ']' in address"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "%s%s", start, wrong[i][1]);
        assert_error(wrong[i][0], text);
    }
    assert_error("localhost:abc", "invalid port number: strconv.Atoi: parsing \"abc\": invalid syntax");
    assert_error(":80x", "invalid port number: strconv.Atoi: parsing \"80x\": invalid syntax");
}

static void binds_localhost_at_one_port(void **state) {
    (void)state;
    struct arena a = {0};
    struct listen_address at;
    struct listen_sockets s;
    assert_true(listen_parse(STR(":0"), &at, NULL));
    assert_true(listen_open(&a, &at, &s, NULL));
    assert_true(s.loopback && s.n >= 1 && s.port > 0);
    assert_true(str_has_prefix(s.url, STR("http://localhost:")));
    struct listen_address again = {STR("127.0.0.1"), s.port};
    struct listen_sockets none;
    struct err e = {0};
    assert_false(listen_open(&a, &again, &none, &e));
    assert_string_equal(err_text(&e),
                        str_format(&a, "listen tcp 127.0.0.1:%u: bind: address already in use", s.port).ptr);
    err_clear(&e);
    listen_close(&s);
    arena_release(&a);
}

static void says_why_it_cannot_bind(void **state) {
    (void)state;
    struct arena a = {0};
    struct listen_sockets s;
    struct err e = {0};
    struct listen_address at = {STR("localhost"), 99999};
    assert_false(listen_open(&a, &at, &s, &e));
    assert_string_equal(err_text(&e), "listen tcp: address 99999: invalid port");
    at.port = -1;
    assert_false(listen_open(&a, &at, &s, &e));
    assert_string_equal(err_text(&e), "listen tcp: address -1: invalid port");
    err_clear(&e);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_addresses_apart),
        cmocka_unit_test(refuses_what_go_refuses),
        cmocka_unit_test(binds_localhost_at_one_port),
        cmocka_unit_test(says_why_it_cannot_bind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
