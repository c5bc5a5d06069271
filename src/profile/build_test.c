/* Unit tests of build.c. */
#include "profile/build.h"
#include "testing/test.h"

static void named_frames_are_shared(void **state) {
    (void)state;
    struct arena a = {0};
    struct build b;
    struct profile p;
    struct err e = {0};
    build_init(&b, &a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    loc_id frame[] = {
        build_named_frame(&b, STR("f"), STR("f.c"), 7), build_named_frame(&b, STR("f"), STR("f.c"), 8),
        build_named_frame(&b, STR("f"), STR("g.c"), 7), build_named_frame(&b, STR("g"), STR_EMPTY, 0),
        build_named_frame(&b, STR("f"), STR("f.c"), 7),
    };
    build_sample(&b, frame, 5, (int64_t[]){1}, NULL, 0);
    assert_true(build_seal(&b, &p, &e));
    assert_int_equal(p.n_locations, 4);
    assert_int_equal(frame[4], frame[0]);
    assert_int_equal(p.n_functions, 3);
    assert_int_equal(p.line[1].function, p.line[0].function);
    assert_int_equal(p.line[1].line, 8);
    assert_true(str_equal(profile_str(&p, p.function[p.line[2].function].file), STR("g.c")));
    assert_true(str_equal(profile_str(&p, p.function[p.line[3].function].name), STR("g")));
    assert_int_equal(p.n_mappings, 1);
    assert_true(p.mapping[0].has_functions && p.mapping[0].has_filenames && p.mapping[0].has_line_numbers);
    for (uint32_t i = 0; i < p.n_locations; i++) assert_int_equal(p.location[i].mapping, 0);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(named_frames_are_shared)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
