/* Unit tests of gate/rules.c. */
#include <math.h>
#include <stdio.h>

#include "gate/gate.h"
#include "testing/test.h"

static struct gate_words defaults(void) {
    return (struct gate_words){.max_growth = STR("10%"),
                               .max_total_growth = STR("off"),
                               .max_new = STR("1%"),
                               .min_share = STR("1%"),
                               .confidence = STR("99%"),
                               .budgets_file = STR_EMPTY};
}

static void refuse(struct gate_words w, const char *message) {
    struct arena a = {0};
    struct err e = {0};
    struct gate_rules r;
    assert_false(gate_rules_read(&a, &w, (struct gate_values){STR("cpu"), STR("nanoseconds")}, 0, &r, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
    arena_release(&a);
}

static void limits(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct gate_rules r;
    struct gate_words w = defaults();
    assert_true(gate_rules_read(&a, &w, (struct gate_values){STR("cpu"), STR("nanoseconds")}, 0, &r, &e));
    assert_true(fabs(r.max_growth - 0.1) < 1e-12);
    assert_true(isinf(r.max_total_growth));
    w.max_growth = STR("0.05");
    w.min_share = STR(" 2.5 % ");
    w.max_new = STR("0");
    w.confidence = STR(".95");
    assert_true(gate_rules_read(&a, &w, (struct gate_values){STR("cpu"), STR("nanoseconds")}, 0, &r, &e));
    assert_true(fabs(r.max_growth - 0.05) < 1e-12 && fabs(r.min_share - 0.025) < 1e-12);
    assert_true(fabs(r.max_new) < 1e-12 && fabs(r.confidence - 0.95) < 1e-12);
    arena_release(&a);

    static const char *const bad[] = {"NaN%", "-1%", "inf%", "1", "5", "-0.1", "nan", "ten%", "", "%", "1e400%"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char message[200];
        snprintf(message, sizeof message,
                 "-max_growth=%s: the value must be a share that is not negative, such as 10%% or 0.1, or off", bad[i]);
        w = defaults();
        w.max_growth = str_from(bad[i]);
        refuse(w, message);
    }
    w = defaults();
    w.min_share = STR("off");
    refuse(w, "-min_share=off: the value must be a share that is not negative, such as 10% or 0.1");
    w = defaults();
    w.confidence = STR("100%");
    refuse(w, "-confidence=100%: the value must be a share from 50% to below 100%");
}

static void one_budget(const char *text, struct arena *a, struct gate_budget *out) {
    struct gate_words w = defaults();
    str budget = str_from(text);
    w.budget = &budget;
    w.n_budgets = 1;
    struct err e = {0};
    struct gate_rules r;
    /* noon of 2026-06-15 */
    assert_true(gate_rules_read(a, &w, (struct gate_values){STR("cpu"), STR("nanoseconds")},
                                INT64_C(1781524800) * 1000000000, &r, &e));
    assert_int_equal(r.n_budgets, 1);
    *out = r.budget[0];
}

static void budgets(void **state) {
    (void)state;
    struct arena a = {0};
    struct gate_budget b;
    one_budget("main\\.render<=5%", &a, &b);
    assert_true(str_equal(b.pattern, STR("main\\.render")));
    assert_int_equal(b.limit, GATE_SHARE);
    assert_true(fabs(b.share - 0.05) < 1e-12);
    one_budget("x<=0.05", &a, &b);
    assert_int_equal(b.limit, GATE_SHARE);
    assert_true(fabs(b.share - 0.05) < 1e-12);
    one_budget("x<=1", &a, &b);
    assert_int_equal(b.limit, GATE_VALUE);
    one_budget("a<=b <= 200ms", &a, &b);
    assert_true(str_equal(b.pattern, STR("a<=b")));
    assert_int_equal(b.limit, GATE_VALUE);
    assert_true(fabs(b.value - 200e6) < 1);
    one_budget("x<=1.5s until 2026-06-15 because it is known, see issue 3", &a, &b);
    assert_true(str_equal(b.reason, STR("it is known, see issue 3")));
    assert_false(b.expired);
    one_budget("x until 2026-06-14", &a, &b);
    assert_int_equal(b.limit, GATE_NO_LIMIT);
    assert_true(b.expired);
    arena_release(&a);

    static const struct {
        const char *text, *message;
    } bad[] = {
        {"x", "-budget=x: the limit is missing; a budget is PATTERN<=LIMIT, such as 'main\\.render<=5%'"},
        {"<=5%", "-budget=<=5%: the pattern is missing; a budget is PATTERN<=LIMIT"},
        {"x<=", "-budget=x<=: the limit  is neither a share (5%) nor a value with a unit (200ms, 64MB)"},
        {"x<=-5%", "-budget=x<=-5%: the limit -5% is neither a share (5%) nor a value with a unit (200ms, 64MB)"},
        {"x<=nan", "-budget=x<=nan: the limit nan is neither a share (5%) nor a value with a unit (200ms, 64MB)"},
        {"x<=64MB", "-budget=x<=64MB: the limit 64MB is not in a unit of this profile's values (nanoseconds)"},
        {"x<=5% until 2026-13-01",
         "-budget=x<=5% until 2026-13-01: until 2026-13-01: the value must be a date, such as 2026-12-31"},
        {"(<=5%", "-budget=(<=5%: error parsing regexp: missing closing ): `(`"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct gate_words w = defaults();
        str budget = str_from(bad[i].text);
        w.budget = &budget;
        w.n_budgets = 1;
        refuse(w, bad[i].message);
    }
}

static void counts(void **state) {
    (void)state;
    static const struct {
        const char *type, *unit, *limit;
        double value; /* negative: must be refused */
    } tries[] = {
        {"goroutine", "count", "1200 goroutines", 1200},
        {"goroutine", "count", "1 goroutine", 1},
        {"goroutine", "count", "1200", 1200},
        {"goroutine", "count", "1200 count", 1200},
        {"threadcreate", "count", "40 threads", 40},
        {"inuse_objects", "count", "5objects", 5},
        {"shop.connections", "count", "9 connections", 9},
        {"goroutine", "count", "64MB", -1},
        {"goroutine", "count", "5 objects", -1},
        {"goroutine", "count", "5 s", -1},
        {"cpu", "nanoseconds", "5 cpu", -1},
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct arena a = {0};
        struct err e = {0};
        struct gate_rules r;
        struct gate_words w = defaults();
        str budget = str_format(&a, "x <= %s", tries[i].limit);
        w.budget = &budget;
        w.n_budgets = 1;
        struct gate_values of = {str_from(tries[i].type), str_from(tries[i].unit)};
        assert_int_equal(gate_rules_read(&a, &w, of, 0, &r, &e), tries[i].value >= 0);
        if (tries[i].value >= 0) assert_true(fabs(r.budget[0].value - tries[i].value) < 1e-9);
        err_clear(&e);
        arena_release(&a);
    }
}

static void a_file_of_budgets(void **state) {
    (void)state;
    static const char text[] =
        "# what we agreed on\n\n[checkout]\nshop\\.Checkout <= 20%\n  shop\\.tax<=30ms\n[search]\n"
        "shop\\.Search until 2026-12-31 because new index\n";
    struct arena a = {0};
    struct err e = {0};
    struct gate_rules r;
    struct gate_words w = defaults();
    w.budgets_file = STR("limits");
    w.budgets_text = str_from(text);
    assert_true(gate_rules_read(&a, &w, (struct gate_values){STR("cpu"), STR("nanoseconds")}, 0, &r, &e));
    assert_int_equal(r.n_budgets, 3);
    assert_true(str_equal(r.budget[0].group, STR("checkout")));
    assert_true(str_equal(r.budget[1].pattern, STR("shop\\.tax")));
    assert_true(str_equal(r.budget[2].group, STR("search")));
    assert_true(str_equal(r.budget[2].until, STR("2026-12-31")));
    assert_true(str_equal(r.budget[1].origin, STR("limits:5")));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits),
        cmocka_unit_test(budgets),
        cmocka_unit_test(counts),
        cmocka_unit_test(a_file_of_budgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
