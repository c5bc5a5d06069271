/* Unit tests of raw.c. */
#include "testing/report_profile.h"
#include "testing/test.h"

static void check(struct test_profile *t, const char *want) {
    struct err e = {0};
    assert_true(str_equal(test_run(t, report_raw, &e), str_from(want)));
}

static void whole_profile(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    struct build *b = &t.build;
    b->header.period = 100;
    b->header.period_type = (struct profile_value_type){build_string(b, STR("cpu")), build_string(b, STR("ns"))};
    b->header.duration_nanos = 1500;
    b->header.default_type = build_string(b, STR("cpu"));
    b->header.doc_url = build_string(b, STR("http://x/"));
    *VEC_PUSH(&t.arena, &b->comments) = build_string(b, STR("#c"));
    build_location(b, (struct profile_location){.mapping = PROFILE_NONE, .folded = true}, NULL, 0);
    label_id label =
        build_label(b, (struct profile_label){.key = build_string(b, STR("n")), .numeric = true, .number = INT64_MIN});
    build_sample(b, (loc_id[]){t.work, t.main}, 2, (int64_t[]){-1, INT64_MAX}, &label, 1);
    build_sample(b, NULL, 0, (int64_t[]){12345678901, INT64_MIN}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.profile.shown = (struct profile_shown){true, true, true, true, true, true};
    check(&t, "Comment: #c\nDoc: http://x/\nPeriodType: cpu ns\nPeriod: 100\nDuration: 1.5\xC2\xB5\nSamples:\n"
              "samples/count cpu/nanoseconds[dflt]\n"
              "         -1 9223372036854775807: 2 1 \n"
              "                n:[-9223372036854775808]\n"
              " 12345678901 -9223372036854775808: \n"
              "Locations\n"
              "     1: 0x1010 M=1 main m.c:5:2 s=1\n"
              "     2: 0x1020 M=1 step w.c:4:0 s=3\n"
              "             work w.c:12:0 s=10\n"
              "     3: 0x0 [F] \n"
              "Mappings\n"
              "1: 0x1000/0x2000/0x0 /bin/prog  \n");
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_profile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
