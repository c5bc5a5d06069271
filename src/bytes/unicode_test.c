/* Unit tests of bytes/unicode.c. */
#include "bytes/unicode.h"

#include "testing/test.h"

struct input {
    str rest;
    size_t at_once; /* larger for the first bytes, which contain the mark */
    bool begun;
};

static bool refill(void *context, str *out, struct err *e) {
    (void)e;
    struct input *in = context;
    *out = str_slice(in->rest, 0, in->begun ? in->at_once : in->at_once + 3);
    in->begun = true;
    in->rest = str_from_offset(in->rest, out->len);
    return true;
}

static void becomes_utf8(void **state) {
    (void)state;
#define BYTES(literal)                                                                                                 \
    { literal, sizeof literal - 1 }
    static const struct {
        str marked, text;
    } cases[] = {
        {BYTES("\xef\xbb\xbf"
               "a;b 1\n"),
         BYTES("a;b 1\n")},
        {BYTES("\xff\xfe"
               "a\0;\0\xfc\0\x16\x4e\x3d\xd8\0\xde"),
         BYTES("a;\u00fc\u4e16\U0001f600")},
        {BYTES("\xfe\xff"
               "\0a\0;\0\xfc\x4e\x16\xd8\x3d\xde\0"),
         BYTES("a;\u00fc\u4e16\U0001f600")},
        {BYTES("\xfe\xff\xd8\x3d\0a\xde\0\xd8\x3d\xd8\x3d\0"), BYTES("\ufffda\ufffd\ufffd\ufffd\ufffd")},
        {BYTES("\xff\xfe"), BYTES("")},
    };
#undef BYTES
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct err e = {0};
        assert_true(unicode_is(cases[i].marked));
        for (size_t at_once = 1; at_once < 5; at_once++) {
            for (size_t cap = 1; cap < 12; cap++) {
                struct input in = {.rest = cases[i].marked, .at_once = at_once};
                void *u = unicode_open(&a, refill, &in);
                char all[64];
                size_t len = 0;
                for (size_t n = 1; n; len += n) assert_true(unicode_next(u, all + len, cap, &n, &e));
                assert_true(str_equal((str){all, len}, cases[i].text));
            }
        }
        arena_release(&a);
    }
    assert_false(unicode_is(STR("a;b 1\n")));
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(becomes_utf8)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
