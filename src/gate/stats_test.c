/* Unit tests of gate/stats.c. */
#include <math.h>

#include "gate/stats.h"
#include "testing/test.h"

static void near(double got, double want) { assert_true(fabs(got - want) <= 1e-6 * fmax(fabs(want), 1e-9)); }

/* Expected values are closed forms, published tables of the normal and t distributions, and exact binomial sums. */
static void distributions(void **state) {
    (void)state;
    near(stats_normal_tail(1.959963984540054), 0.025);
    near(stats_normal_tail(-1), 0.8413447460685429);
    near(stats_normal_quantile(0.99), 2.3263478740408408);
    near(stats_normal_quantile(0.5) + 1, 1);
    near(stats_beta(2, 3, 0.4), 0.5248);
    near(stats_beta(0.5, 0.5, 0.25), 1.0 / 3);
    near(stats_beta(1000, 1001, 0.5), 0.5089195055729272);
    near(stats_student_tail(2, 4), 0.058058261758408);
    near(stats_student_tail(-2, 4), 1 - 0.058058261758408);
    /* df = 1 is Cauchy: tail(1) = 1/4 */
    near(stats_student_tail(1, 1), 0.25);
}

static void counts(void **state) {
    (void)state;
    /* five events against none: (1/2)^5 */
    near(stats_counts_growth(0, 1, 5, 1), 1.0 / 32);
    /* P(Binomial(30, 1/2) >= 20) */
    near(stats_counts_growth(10, 1, 20, 1), 0.04936857);
    assert_true(stats_counts_growth(10, 1, 0, 1) == 1);
    /* events worth twice as much on the new side: half as many are expected there */
    near(stats_counts_growth(10, 1, 5, 2), stats_beta(5, 11, 1.0 / 3));
    assert_true(stats_counts_growth(1000, 1, 1000, 1) > 0.4);
}

static void welch(void **state) {
    (void)state;
    double a[] = {10, 12, 11}, b[] = {15, 16, 17};
    struct stats_sample x = {a, 3}, y = {b, 3};
    near(stats_mean(x), 11);
    near(stats_variance(x), 1);
    /* t = 5 / sqrt(2/3), df = 4 */
    near(stats_welch_growth(x, y, 0, 0), stats_student_tail(5 / sqrt(2.0 / 3), 4));
    assert_true(stats_welch_growth(y, x, 0, 0) > 0.99);
    /* runs that agree by chance are as noisy as their sampling noise */
    double same_a[] = {10, 10}, same_b[] = {11, 11};
    assert_true(stats_welch_growth((struct stats_sample){same_a, 2}, (struct stats_sample){same_b, 2}, 10, 10) > 0.3);
}

static void moderation(void **state) {
    (void)state;
    /* ratios that spread no more than by chance: the prior takes over */
    struct arena a = {0};
    double alike[] = {0.9, 1.1, 1.0, 1.05, 0.95};
    struct stats_prior p = stats_prior_of(&a, alike, 5, 4);
    assert_true(isinf(p.df));
    near(stats_moderate(p, 100, 4), p.ratio);
    /* ratios far apart: each keeps most of its own */
    double apart[] = {1e-4, 1, 1e4, 1e-3, 1e3};
    p = stats_prior_of(&a, apart, 5, 4);
    assert_true(p.df < 1);
    assert_true(stats_moderate(p, 1e4, 4) > 0.5e4);
    /* the weighted mean */
    near(stats_moderate((struct stats_prior){2, 6}, 4, 2), 2.5);
    p = stats_prior_of(&a, alike, 1, 4);
    near(stats_moderate(p, 3, 4), 3);
    arena_release(&a);
}

static void mann_whitney(void **state) {
    (void)state;
    double a[] = {1, 2, 3}, b[] = {4, 5, 6}, c[] = {2.5, 5, 6};
    near(stats_mann_whitney_growth((struct stats_sample){a, 3}, (struct stats_sample){b, 3}), 0.05);
    near(stats_mann_whitney_growth((struct stats_sample){a, 3}, (struct stats_sample){c, 3}), 0.1);
    near(stats_mann_whitney_growth((struct stats_sample){b, 3}, (struct stats_sample){a, 3}), 1);
    near(stats_mann_whitney_least(5, 5), 1.0 / 252);
    /* all equal: nothing can be told */
    double same[] = {1, 1, 1};
    assert_true(stats_mann_whitney_growth((struct stats_sample){same, 3}, (struct stats_sample){same, 3}) > 0.5);
}

static void benjamini_hochberg(void **state) {
    (void)state;
    /* rate 5 %, 5 tests: limits 1, 2, 3, 4, 5 %; the third largest passing carries the smaller ones */
    double p[] = {0.9, 0.029, 0.001, 0.02, 0.04};
    unsigned char s[5];
    struct arena a = {0};
    stats_benjamini_hochberg(&a, p, 5, 0.05, s);
    assert_int_equal(s[0], 0);
    assert_int_equal(s[1], 1);
    assert_int_equal(s[2], 1);
    assert_int_equal(s[3], 1);
    assert_int_equal(s[4], 1);
    double none[] = {0.3, 0.2};
    stats_benjamini_hochberg(&a, none, 2, 0.05, s);
    assert_int_equal(s[0] | s[1], 0);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions), cmocka_unit_test(counts),     cmocka_unit_test(welch),
        cmocka_unit_test(mann_whitney),  cmocka_unit_test(moderation), cmocka_unit_test(benjamini_hochberg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
