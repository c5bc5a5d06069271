/* Unit tests of base/nearest.c. */
#include "base/nearest.h"

#include <string.h>

#include "testing/test.h"

static unsigned least(unsigned x, unsigned y) { return x < y ? x : y; }

/* The straight version: the whole table of distances. */
static unsigned table(str word, str text, bool parts) {
    static unsigned d[NEAREST_MOST + 1][201];
    for (size_t i = 0; i <= word.len; i++) {
        for (size_t k = 0; k <= text.len; k++) {
            if (!i || !k) {
                d[i][k] = (unsigned)(i ? i : parts ? 0 : k);
                continue;
            }
            bool same = word.ptr[i - 1] == text.ptr[k - 1];
            d[i][k] = least(d[i - 1][k - 1] + !same, least(d[i - 1][k], d[i][k - 1]) + 1);
            if (i > 1 && k > 1 && word.ptr[i - 1] == text.ptr[k - 2] && word.ptr[i - 2] == text.ptr[k - 1])
                d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
        }
    }
    unsigned best = d[word.len][text.len];
    for (size_t k = 0; parts && k < text.len; k++) best = least(best, d[word.len][k]);
    return best;
}

static void distances_equal_those_of_the_table(void **state) {
    (void)state;
    uint32_t seed = 1;
    char word[NEAREST_MOST], text[200];
    for (int round = 0; round < 20000; round++) {
        struct nearest n;
        size_t sizes[2];
        for (int side = 0; side < 2; side++) {
            char *to = side ? text : word;
            seed = seed * 1664525 + 1013904223;
            sizes[side] = (seed >> 8) % (round % 2 ? 12 : (side ? sizeof text : sizeof word) + 1);
            for (size_t i = 0; i < sizes[side]; i++) {
                seed = seed * 1664525 + 1013904223;
                to[i] = (char)('a' + (seed >> 16) % 3);
            }
        }
        str a = {word, sizes[0]}, b = {text, sizes[1]};
        nearest_start(&n, a);
        assert_int_equal(nearest_whole(&n, b), table(a, b, false));
        assert_int_equal(nearest_part(&n, b), table(a, b, true));
    }
}

static void case_does_not_count(void **state) {
    (void)state;
    struct nearest n;
    nearest_start(&n, STR("ServeHTTP"));
    assert_int_equal(nearest_whole(&n, STR("servehttp")), 0);
    assert_int_equal(nearest_part(&n, STR("net/http.(*Mux).SevreHTTP.func1")), 1);
}

static const char *nearest_of(const char *word) {
    static const char *const words[] = {"top", "tags", "tree", "nodecount", "tagfocus", "x"};
    static char best[20];
    struct nearest n;
    nearest_start(&n, str_from(word));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) nearest_offer(&n, str_from(words[i]));
    if (!n.best.ptr) return NULL;
    memcpy(best, n.best.ptr, n.best.len);
    best[n.best.len] = 0;
    return best;
}

static void the_nearest_word_is_found(void **state) {
    (void)state;
    assert_string_equal(nearest_of("topp"), "top");
    assert_string_equal(nearest_of("otp"), "top");
    assert_string_equal(nearest_of("TOP"), "top");
    assert_string_equal(nearest_of("nodecont"), "nodecount");
    assert_string_equal(nearest_of("tagfcous"), "tagfocus");
    assert_string_equal(nearest_of("tre"), "tree"); /* not top: the nearer one wins */
}

static void what_is_far_is_not_near(void **state) {
    (void)state;
    assert_null(nearest_of("frobnicate"));
    assert_null(nearest_of("y")); /* one letter is near to itself only */
    assert_null(nearest_of(""));
    assert_string_equal(nearest_of("x"), "x");
}

static void long_words_are_near_to_nothing(void **state) {
    (void)state;
    char word[NEAREST_MOST + 1];
    struct nearest n;
    memset(word, 'a', sizeof word);
    nearest_start(&n, (str){word, sizeof word});
    nearest_offer(&n, (str){word, sizeof word});
    assert_null(n.best.ptr);
    nearest_start(&n, (str){word, NEAREST_MOST});
    nearest_offer(&n, (str){word, NEAREST_MOST});
    assert_int_equal(n.best.len, NEAREST_MOST);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_equal_those_of_the_table), cmocka_unit_test(case_does_not_count),
        cmocka_unit_test(the_nearest_word_is_found), cmocka_unit_test(what_is_far_is_not_near),
        cmocka_unit_test(long_words_are_near_to_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
