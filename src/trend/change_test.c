/* Unit tests of change.c: known steps, and the rates of false alarms and of detection on random series, which the
 * manual has. */
#include "trend/change.h"

#include <math.h>

#include "testing/random.h"
#include "testing/test.h"

static double uniform(struct random *r) { return ((double)(random_bits(r) >> 11) + 0.5) / 9007199254740992.0; }
static double normal(struct random *r) {
    double u = uniform(r);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * uniform(r));
}

static void slopes(void **state) {
    (void)state;
    assert_float_equal(change_slope((double[]){1, 3, 5, 7}, 4), 2, 1e-12);
    assert_float_equal(change_slope((double[]){0, 1, 0, 1, 0}, 5), 0, 1e-12);
    assert_float_equal(change_slope((double[]){2, 1, 4, 3}, 4), 0.6, 1e-12); /* numpy.polyfit */
    assert_float_equal(change_slope((double[]){5}, 1), 0, 0);
}

static void a_known_step(void **state) {
    (void)state;
    struct arena a = {0};
    struct change *c;
    double y[] = {10, 11, 10, 11, 10, 11, 20, 21, 20, 21, 20};
    assert_int_equal(change_find_all(&a, y, 11, 0, 0.01, &c), 1);
    assert_int_equal(c[0].at, 6);
    assert_float_equal(c[0].before, 10.5, 1e-12);
    assert_float_equal(c[0].after, 20.4, 1e-12);
    /* by hand: the variance within is (6*0.25 + 1.2)/9 = 0.3, t = 9.9/sqrt(0.3*(1/6+1/5)) = 29.849; with 9 degrees of
     * freedom P(|T| > t) = 2.5e-10, times 6 places */
    assert_true(c[0].p > 1e-9 && c[0].p < 2e-9);
    arena_release(&a);
}

static void several_steps(void **state) {
    (void)state;
    struct arena a = {0};
    struct random r = {7};
    struct change *c;
    double y[60];
    for (int i = 0; i < 60; i++) y[i] = (i < 20 ? 1 : i < 45 ? 2 : 1.5) + 0.05 * normal(&r);
    assert_int_equal(change_find_all(&a, y, 60, 0, 0.001, &c), 2);
    assert_int_equal(c[0].at, 20);
    assert_int_equal(c[1].at, 45);
    assert_float_equal(c[0].after, 2, 0.05);
    assert_float_equal(c[1].before, c[0].after, 1e-12);
    arena_release(&a);
}

static void what_is_no_change(void **state) {
    (void)state;
    struct arena a = {0};
    struct change *c;
    double y[100];
    for (int i = 0; i < 100; i++) y[i] = 3;
    assert_int_equal(change_find_all(&a, y, 100, 0, 0.01, &c), 0);
    y[98] = 9; /* an outlier near the end */
    assert_int_equal(change_find_all(&a, y, 100, 0, 0.01, &c), 0);
    assert_int_equal(change_find_all(&a, (double[]){1, 1, 1, 9, 9}, 5, 0, 0.01, &c), 0); /* too few */
    assert_int_equal(change_find_all(&a, (double[]){1, 1, 1, 9, 9, 9}, 6, 0, 0.01, &c), 1);
    assert_int_equal(change_find_all(&a, (double[]){1, 1, 1, 9, 9, 9}, 6, 100, 0.01, &c), 0); /* noise says more */
    assert_int_equal(change_find_all(&a, NULL, 0, 0, 0.01, &c), 0);
    arena_release(&a);
}

/* A value of a series with mean 1 and standard deviation 0.05 or more. */
enum noise { NORMAL, UNIFORM, OUTLIERS, SKEWED };
static double value(struct random *r, enum noise noise) {
    if (noise == UNIFORM) return 1 + 0.05 * sqrt(12) * (uniform(r) - 0.5);
    if (noise == OUTLIERS && random_one_in(r, 20)) return 1 + 0.5 * uniform(r);
    if (noise == SKEWED) return 0.95 - 0.05 * log(uniform(r));
    return 1 + 0.05 * normal(r);
}

/* The share of series that show a change: of 30 functions in n profiles, of which one grows by `step` from profile `at`
 * on. With a step only that one counts. */
static double rate(enum noise noise, int n, double step, int at, int rounds) {
    enum { FUNCTIONS = 30, MOST = 200 };
    struct random r = {(uint64_t)n * 1000 + noise};
    int found = 0;
    for (int i = 0; i < rounds; i++) {
        bool any = false;
        for (int f = 0; f < (step > 0 ? 1 : FUNCTIONS); f++) {
            struct arena a = {0};
            struct change c;
            double y[MOST];
            for (int k = 0; k < n; k++) y[k] = value(&r, noise) + (k >= at ? step : 0);
            any |= change_find(&a, y, (size_t)n, 0, 0.01 / FUNCTIONS, &c);
            arena_release(&a);
        }
        found += any;
    }
    return (double)found / rounds;
}

static void false_alarms_are_rare(void **state) {
    (void)state;
    static const char *const name[] = {"normal", "uniform", "outliers", "skewed"};
    for (int noise = NORMAL; noise <= SKEWED; noise++) {
        for (int k = 0; k < 4; k++) {
            int n = (int[]){6, 12, 30, 100}[k];
            double alarms = rate((enum noise)noise, n, 0, 0, 300);
            print_message("no change, %-9s noise, %3d profiles: false alarms %.1f %%\n", name[noise], n, alarms * 100);
            assert_true(alarms <= (noise == OUTLIERS || noise == SKEWED ? 0.05 : 0.025));
        }
    }
}

static void steps_are_found(void **state) {
    (void)state;
    static const struct {
        int n, at;
        double step, least;
    } row[] = {{12, 6, 0.5, 0.95}, {30, 15, 0.15, 0.6}, {30, 15, 0.2, 0.95}, {30, 27, 0.3, 0.9}, {100, 50, 0.1, 0.95}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double found = rate(NORMAL, row[i].n, row[i].step, row[i].at, 300);
        print_message("growth by %2.0f %% from profile %2d of %3d: found %.0f %%\n", 100 * row[i].step, row[i].at + 1,
                      row[i].n, 100 * found);
        assert_true(found >= row[i].least);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes),
        cmocka_unit_test(a_known_step),
        cmocka_unit_test(several_steps),
        cmocka_unit_test(what_is_no_change),
        cmocka_unit_test(false_alarms_are_rare),
        cmocka_unit_test(steps_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
