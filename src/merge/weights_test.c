/* Unit tests of weights.c. */
#include "merge/weights.h"

#include "testing/random.h"
#include "testing/sketch.h"
#include "testing/test.h"

static void weights_are_decimal_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t weight;
    } right[] = {{"0", 0},
                 {"1", WEIGHTS_ONE},
                 {"0.25", WEIGHTS_ONE / 4},
                 {"007.5", WEIGHTS_ONE * 15 / 2},
                 {"0.000000001", 1},
                 {"0.1000000000", UINT64_MAX}, /* not accepted, as below */
                 {"1000000000.000000000", WEIGHTS_MOST}};
    uint64_t w;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        bool ok = weights_parse(str_from(right[i].text), &w);
        assert_int_equal(ok, right[i].weight != UINT64_MAX);
        if (ok) assert_int_equal(w, right[i].weight);
    }
    static const char *const wrong[] = {"",
                                        ".",
                                        "1.",
                                        ".5",
                                        "-1",
                                        "+1",
                                        "1e3",
                                        "0x1",
                                        "nan",
                                        "inf",
                                        "1,5",
                                        "1 ",
                                        "1..2",
                                        "1.2.3",
                                        "1000000000.000000001",
                                        "1000000001",
                                        "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(weights_parse(str_from(wrong[i]), &w));
}

static void products_are_rounded_to_even(void **state) {
    (void)state;
    static const struct {
        int64_t value;
        uint64_t weight;
        int64_t product;
    } of[] = {{1, WEIGHTS_ONE / 2, 0},
              {3, WEIGHTS_ONE / 2, 2},
              {-1, WEIGHTS_ONE / 2, 0},
              {-3, WEIGHTS_ONE / 2, -2},
              {3, WEIGHTS_ONE / 4, 1},
              {-5, WEIGHTS_ONE / 4, -1},
              {INT64_C(9007199254740993), WEIGHTS_ONE, INT64_C(9007199254740993)}, /* 2^53 + 1 */
              {INT64_MAX, 2 * WEIGHTS_ONE, INT64_MAX},
              {INT64_MIN, WEIGHTS_MOST, INT64_MIN},
              {INT64_MIN, WEIGHTS_ONE, INT64_MIN},
              {INT64_MAX, WEIGHTS_ONE, INT64_MAX},
              {INT64_MAX, 0, 0}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        assert_int_equal(weights_scale(of[i].value, of[i].weight), of[i].product);
}

/* Against the sum of as many values. */
static void whole_weights_repeat_a_value(void **state) {
    (void)state;
    struct random r = {7};
    for (int round = 0; round < 2000; round++) {
        int64_t value = (int64_t)(random_bits(&r) >> (20 + random_below(&r, 40))), sum = 0;
        if (random_one_in(&r, 2)) value = -value;
        uint32_t times = random_below(&r, 100);
        for (uint32_t i = 0; i < times; i++) sum += value;
        assert_int_equal(weights_scale(value, times * WEIGHTS_ONE), sum);
        assert_int_equal(weights_scale(sum, times ? WEIGHTS_ONE / 10 : 0),
                         weights_scale(value, times * WEIGHTS_ONE / 10));
    }
}

static void sources_and_samples_have_weights(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct profile p = sketch_profile(&a, "a 10\nb 5\n");
    const int64_t *before = p.value[0];
    weights_of_source(&a, &p, WEIGHTS_ONE / 2);
    assert_string_equal(sketch_show(&a, &p).ptr, "a 5\nb 2\n");
    assert_int_equal(before[0], 10); /* columns may be shared */
    p = sketch_profile(&a, "a 10 w=0.5\nb 5\nc 3 w:4\nd 7 w:0\ne 1 v=9 w=2 w=8\n");
    assert_true(weights_of_labels(&a, &p, STR("w"), &e));
    assert_string_equal(sketch_show(&a, &p).ptr, "a 5 w=0.5\nb 5\nc 12 w:4\nd 0 w:0\ne 2 v=9 w=2 w=8\n");
    assert_true(weights_of_labels(&a, &p, STR("none"), &e));
    assert_true(weights_of_labels(&a, &p, STR("a"), &e)); /* a name, but not of a label */
    assert_string_equal(sketch_show(&a, &p).ptr, "a 5 w=0.5\nb 5\nc 12 w:4\nd 0 w:0\ne 2 v=9 w=2 w=8\n");
    arena_release(&a);
}

static void labels_that_are_no_weights_fail(void **state) {
    (void)state;
    static const char *const wrong[] = {"a 1 w=much\n", "a 1 w:-1\n", "a 1 w:1000000001\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena a = {0};
        struct err e = {0};
        struct profile p = sketch_profile(&a, wrong[i]);
        assert_false(weights_of_labels(&a, &p, STR("w"), &e));
        err_clear(&e);
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_decimal_numbers), cmocka_unit_test(products_are_rounded_to_even),
        cmocka_unit_test(whole_weights_repeat_a_value), cmocka_unit_test(sources_and_samples_have_weights),
        cmocka_unit_test(labels_that_are_no_weights_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
