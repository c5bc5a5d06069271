/* Unit tests of traces.c. */
#include "testing/report_profile.h"
#include "testing/test.h"

#define SEPARATOR "-----------+-------------------------------------------------------\n"

static void check(struct test_profile *t, const char *want) {
    struct err e = {0};
    assert_true(str_equal(test_run(t, report_traces, &e), str_from(want)));
}

static void add(struct test_profile *t, int64_t count, int64_t nanoseconds, const label_id *label, size_t n_labels) {
    build_sample(&t->build, (loc_id[]){t->work, t->main}, 2, (int64_t[]){count, nanoseconds}, label, n_labels);
}

static void stacks_with_labels(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    label_id label = build_label(&t.build, (struct profile_label){.key = build_string(&t.build, STR("thread")),
                                                                  .value = build_string(&t.build, STR("7"))});
    add(&t, 2, 20000000, &label, 1);
    build_sample(&t.build, NULL, 0, (int64_t[]){9, 9}, NULL, 0); /* not shown, because it has no stack */
    build_sample(&t.build, (loc_id[]){t.main}, 1, (int64_t[]){0, 0}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.profile.shown = (struct profile_shown){.function = true};
    check(&t, "File: prog\nType: cpu\n" SEPARATOR "    thread:  7\n"
              "      20ms   step (inline)\n             work\n             main\n" SEPARATOR
              "         0   main\n" SEPARATOR);
    t.options.unit = STR("nanoseconds");
    t.in.value.ratio = 0.5;
    t.profile.shown.file = t.profile.shown.line = true;
    check(&t, "File: prog\nType: cpu\n" SEPARATOR "    thread:  7\n"
              "10000000ns   step w.c:4 (inline)\n             work w.c:12\n             main m.c:5\n" SEPARATOR
              "         0   main m.c:5\n" SEPARATOR);
    test_end(&t);
}

/* A value wider than its column moves its own line and no other. */
static void wide_values_and_means(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    add(&t, -1, INT64_MIN, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.profile.shown = (struct profile_shown){.function = true};
    t.options.unit = STR("ns");
    check(&t, "File: prog\nType: cpu\n" SEPARATOR
              "-9223372036854775808ns   step (inline)\n             work\n             main\n" SEPARATOR);
    t.in.value.mean = true;
    check(&t, "File: prog\nType: cpu\n" SEPARATOR
              "-9223372036854775808ns   step (inline)\n             work\n             main\n" SEPARATOR);
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_with_labels),
        cmocka_unit_test(wide_values_and_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
