/* Unit tests of guard.c: accepted Host headers, and the proof of requests that write. */
#include "testing/test.h"

#include "serve/guard.h"

static bool allows(const struct guard *g, const char *header) { return guard_allows_host(g, str_from(header)); }

static void loopback_has_its_own_names_alone(void **state) {
    (void)state;
    const struct guard g = {true, STR("localhost"), STR_EMPTY, STR("t")};
    static const char *const yes[] = {"localhost",          "LOCALHOST:9", "localhost.", "localhost.:80", "127.0.0.1",
                                      "127.0.0.2:8080",     "[::1]:1",     "[::1]",      "a.localhost",   "127.255.0.1",
                                      "[0:0:0:0:0:0:0:1]:5"};
    static const char *const no[] = {"",
                                     "evil.example",
                                     "localhost.evil.example",
                                     "127.0.0.1.nip.io",
                                     "evillocalhost",
                                     "128.0.0.1",
                                     "0.0.0.0",
                                     "[::]",
                                     "[::2]:80",
                                     "10.0.0.1",
                                     "localhost:80x",
                                     "localhost@evil.example",
                                     "[::1",
                                     "[::1]evil",
                                     "127.1",
                                     "0x7f.0.0.1",
                                     "localhost..",
                                     "localhost evil",
                                     "evil.example/.localhost",
                                     "evil.example#.localhost",
                                     "\xc3\xa9.localhost",
                                     "[::1%lo]",
                                     ".localhost",
                                     ":80"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (!allows(&g, yes[i])) fail_msg("%s is refused", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (allows(&g, no[i])) fail_msg("%s is accepted", no[i]);
}

static void other_binds_take_addresses_and_the_given_name(void **state) {
    (void)state;
    const struct guard g = {false, STR("perf.example"), STR("build.example, b2.example:80"), STR("t")};
    assert_true(allows(&g, "10.0.0.1:8080"));
    assert_true(allows(&g, "[fe80::1]:8080"));
    assert_true(allows(&g, "perf.example:8080"));
    assert_true(allows(&g, "PERF.example."));
    assert_true(allows(&g, "build.example"));
    assert_true(allows(&g, "b2.example:9"));
    assert_false(allows(&g, "evil.example"));
    assert_false(allows(&g, "x.perf.example"));
    const struct guard any = {true, STR("localhost"), STR("*"), STR("t")};
    assert_true(allows(&any, "evil.example"));
    assert_false(allows(&any, ""));
}

static const char *refused(const char *token, const char *origin, const char *site) {
    const struct guard g = {true, STR("localhost"), STR_EMPTY, STR("0123456789abcdef")};
    const struct guard_proof p = {str_from(token), str_from(origin), str_from(site), STR("localhost:80")};
    return guard_refuses_write(&g, &p);
}

static void writes_need_the_token_and_the_same_site(void **state) {
    (void)state;
    const char *token = "0123456789abcdef", *needs = "writes need the token of this run";
    assert_null(refused(token, "", ""));
    assert_null(refused(token, "http://localhost:80", "same-origin"));
    assert_null(refused(token, "", "none"));
    assert_string_equal(refused("", "", ""), needs);
    assert_string_equal(refused("0123456789abcdeg", "", ""), needs);
    assert_string_equal(refused("0123456789abcde", "", ""), needs);
    assert_non_null(refused(token, "http://evil.example", ""));
    assert_non_null(refused(token, "http://localhost:81", ""));
    assert_non_null(refused(token, "null", ""));
    assert_non_null(refused(token, "", "cross-site"));
    assert_non_null(refused(token, "", "same-site"));
}

static void an_empty_token_opens_nothing(void **state) {
    (void)state;
    const struct guard g = {true, STR("localhost"), STR_EMPTY, STR_EMPTY};
    const struct guard_proof p = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR("localhost")};
    assert_non_null(guard_refuses_write(&g, &p));
}

static void tokens_are_long_and_differ(void **state) {
    (void)state;
    struct arena a = {0};
    str one, two;
    assert_true(guard_make_token(&a, &one));
    assert_true(guard_make_token(&a, &two));
    assert_int_equal(one.len, GUARD_TOKEN);
    assert_false(str_equal(one, two));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_has_its_own_names_alone),
        cmocka_unit_test(other_binds_take_addresses_and_the_given_name),
        cmocka_unit_test(writes_need_the_token_and_the_same_site),
        cmocka_unit_test(an_empty_token_opens_nothing),
        cmocka_unit_test(tokens_are_long_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
