/* Unit tests of topproto.c. */
#include "formats/load.h"
#include "testing/report_profile.h"
#include "testing/test.h"

/* One sample [cum, flat] per node in the order of top, in whole report units. */
static void writes_nodes_as_samples(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    t.build.header.time_nanos = 5;
    t.build.header.period = 7;
    build_sample(&t.build, (loc_id[]){t.work, t.main}, 2, (int64_t[]){1, 20900}, NULL, 0);
    build_sample(&t.build, (loc_id[]){t.main}, 1, (int64_t[]){1, 5000}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.profile.shown = (struct profile_shown){.function = true, .file = true, .line = true, .column = true};
    t.options.unit = STR("us");
    struct sink out;
    sink_to_memory(&out);
    assert_true(report_topproto(&t.in, &out, &e));
    struct profile p;
    assert_true(load_bytes(&t.arena, sink_bytes(&out), NULL, &p, &e));
    assert_int_equal(p.time_nanos, 5);
    assert_int_equal(p.period, 7);
    assert_int_equal(p.n_types, 2);
    assert_true(str_equal(profile_str(&p, p.type[0].type), STR("cum")));
    assert_true(str_equal(profile_str(&p, p.type[1].type), STR("flat")));
    assert_true(str_equal(profile_str(&p, p.type[1].unit), STR("us")));
    static const struct {
        const char *name, *file;
        int64_t cum, flat, line, column;
    } want[] = {{"step", "w.c", 20, 20, 4, 0}, {"main", "m.c", 25, 5, 5, 2}, {"work", "w.c", 20, 0, 12, 0}};
    assert_int_equal(p.n_samples, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct profile_location *l = &p.location[p.frame[p.stack_off[p.stack_of[i]]]];
        const struct profile_line *line = &p.line[l->first_line];
        assert_true(str_equal(profile_str(&p, p.function[line->function].name), str_from(want[i].name)));
        assert_true(str_equal(profile_str(&p, p.function[line->function].file), str_from(want[i].file)));
        assert_int_equal(p.value[0][i], want[i].cum);
        assert_int_equal(p.value[1][i], want[i].flat);
        assert_int_equal(line->line, want[i].line);
        assert_int_equal(line->column, want[i].column);
    }
    sink_close(&out, &e);
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes_nodes_as_samples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
