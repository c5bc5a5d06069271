/* Unit tests of tags.c. */
#include "testing/report_profile.h"
#include "testing/test.h"

static void check(struct test_profile *t, const char *want) {
    struct err e = {0};
    assert_true(str_equal(test_run(t, report_tags, &e), str_from(want)));
}

static label_id number(struct build *b, int64_t v) {
    return build_label(b, (struct profile_label){.key = build_string(b, STR("size")),
                                                 .unit = build_string(b, STR("bytes")),
                                                 .numeric = true,
                                                 .number = v});
}
static label_id text(struct build *b, str value) {
    return build_label(b, (struct profile_label){.key = build_string(b, STR("op")), .value = build_string(b, value)});
}

static void sums_by_value(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    struct build *b = &t.build;
    label_id get[] = {text(b, STR("get")), number(b, 1024)}, put[] = {text(b, STR("put")), number(b, 1030)};
    build_sample(b, &t.main, 1, (int64_t[]){1, 10}, get, 2);
    build_sample(b, &t.main, 1, (int64_t[]){1, -30}, put, 2);
    build_sample(b, &t.main, 1, (int64_t[]){1, 10}, get, 1);
    assert_true(test_seal(&t, &e));
    t.in.value.total = 50;
    /* by magnitude; 1024 and 1030 bytes have the same text only in kB */
    check(&t, " op: Total -10ns of 50ns (20.00%)\n     -30ns (60.00%): put\n      20ns (40.00%): get\n\n"
              " size: Total -20ns of 50ns (40.00%)\n       -30ns (60.00%): 1.01kB\n        10ns (20.00%): 1kB\n\n");
    t.options.unit = STR("MB");
    t.in.value.unit = STR("count");
    t.in.value.total = 0; /* no total; equal texts are one tag */
    check(&t,
          " op: Total -10MB of 0\n     -30MB: put\n      20MB: get\n\n size: Total -20MB of 0\n       -20MB: 0\n\n");
    test_end(&t);
}

static void no_labels(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    text(&t.build, STR("no sample has it"));
    assert_true(test_seal(&t, &e));
    check(&t, "");
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_by_value), cmocka_unit_test(no_labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
