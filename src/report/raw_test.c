/* Unit tests of raw.c. */
#include <inttypes.h>

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

/* Ids of at most six digits are written in another way than longer ones; a long stack in several steps. */
static void ids_of_any_length(void **state) {
    (void)state;
    static const uint64_t largest[] = {9, 999999, 1000000, UINT64_MAX};
    enum { FRAMES = 700 };
    for (size_t i = 0; i < sizeof largest / sizeof *largest; i++) {
        struct test_profile t;
        struct err e = {0};
        struct sink want;
        loc_id frame[FRAMES];
        test_begin(&t);
        loc_id far =
            build_location(&t.build, (struct profile_location){.id = largest[i], .mapping = PROFILE_NONE}, NULL, 0);
        sink_to_memory(&want);
        for (int k = 0; k < FRAMES; k++) {
            frame[k] = k % 3 ? far : t.main;
            sink_printf(&want, "%" PRIu64 " ", k % 3 ? largest[i] : 1);
        }
        build_sample(&t.build, frame, FRAMES, (int64_t[]){1, 2}, NULL, 0);
        assert_true(test_seal(&t, &e));
        str got = test_run(&t, report_raw, &e);
        size_t from = str_find(got, STR("         2: ")) + 12;
        assert_true(str_equal(str_slice(got, from, from + want.len), sink_bytes(&want)));
        assert_int_equal(got.ptr[from + want.len], '\n');
        sink_drop(&want);
        test_end(&t);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_profile), cmocka_unit_test(ids_of_any_length)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
