#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "profile/merge.h"
#include "profile/sketch.h"

static struct profile merge(struct arena *a, struct profile x, struct profile y) {
    const struct profile *in[] = {&x, &y};
    struct profile out;
    struct err e = {0};
    if (!merge_profiles(a, in, 2, &out, &e)) fail_msg("%s", err_text(&e));
    return out;
}

static void expect_merged(const char *x, const char *y, const char *samples) {
    struct arena a = {0};
    struct profile p = merge(&a, sketch_profile(&a, x), sketch_profile(&a, y));
    assert_string_equal(sketch_show(&a, &p).ptr, samples);
    arena_release(&a);
}

static void expect_failure(struct profile x, struct profile y, const char *sentence) {
    struct arena a = {0};
    const struct profile *in[] = {&x, &y};
    struct profile out;
    struct err e = {0};
    assert_false(merge_profiles(&a, in, 2, &out, &e));
    assert_string_equal(err_text(&e), sentence);
    err_clear(&e);
    arena_release(&a);
}

static void equal_samples_are_added(void **state) {
    (void)state;
    expect_merged("a;b 1\na 2\n", "a 3\nc 4\na;b 5\n", "a;b 6\na 5\nc 4\n");
    expect_merged("a 1\na 2\n", "- 1\n- 0\n", "a 3\n- 1\n");
    /* labels by key, string ones first; their order in the file does not matter, that of one key's values does */
    expect_merged("a 1 z=1 b=2 n:3\n", "a 2 n:3 b=2 z=1\n", "a 3 b=2 z=1 n:3\n");
    expect_merged("a 1 b=1 b=2\n", "a 2 b=2 b=1\na 4 b=1\n", "a 1 b=1 b=2\na 2 b=2 b=1\na 4 b=1\n");
    expect_merged("a 1 n:5bytes\n", "a 2 n:5\n", "a 1 n:5bytes\na 2 n:5\n");
}

static void samples_that_cancel_out_leave_nothing_behind(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = merge(&a, sketch_profile(&a, "a;b 5\na;c 1\n"), sketch_profile(&a, "a;b -5\n"));
    assert_string_equal(sketch_show(&a, &p).ptr, "a;c 1\n");
    assert_int_equal(p.n_functions, 2);
    assert_int_equal(p.n_locations, 2);
    assert_int_equal(p.location[0].id, 1);
    assert_true(str_equal(profile_str(&p, p.function[0].name), STR("c")));
    arena_release(&a);
}

/* One sample in one location of one mapping. */
static struct profile located(struct arena *a, struct profile_mapping m, const char *build_id, uint64_t address,
                              const struct profile_line *line, uint32_t n_lines) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    m.build_id = build_string(&b, str_from(build_id));
    build_mapping(&b, m);
    struct profile_function f = {.name = build_string(&b, STR("f"))};
    build_function(&b, f);
    loc_id l = build_location(&b, (struct profile_location){.mapping = 0, .address = address}, line, n_lines);
    build_sample(&b, &l, 1, &(int64_t){1}, NULL, 0);
    struct profile p;
    struct err e = {0};
    assert_true(build_seal(&b, &p, &e));
    return p;
}

static void mappings_are_equal_wherever_they_were_loaded(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile x = located(&a, (struct profile_mapping){.start = 0x1000, .limit = 0x2800}, "id", 0x1010, NULL, 0);
    struct profile y = located(&a, (struct profile_mapping){.start = 0x7000, .limit = 0x8900}, "id", 0x7010, NULL, 0);
    struct profile p = merge(&a, x, y);
    assert_int_equal(p.n_mappings, 1);
    assert_int_equal(p.n_locations, 1);
    assert_int_equal(p.location[0].address, 0x1010);
    assert_int_equal(p.value[0][0], 2);
    y = located(&a, (struct profile_mapping){.start = 0x7000, .limit = 0x9001}, "id", 0x7010, NULL, 0);
    p = merge(&a, x, y);
    assert_int_equal(p.n_mappings, 2); /* a page larger */
    assert_int_equal(p.mapping[1].id, 2);
    y = located(&a, (struct profile_mapping){.start = 0x1000, .limit = 0x2800}, "other", 0x1010, NULL, 0);
    p = merge(&a, x, y);
    assert_int_equal(p.n_mappings, 2);
    arena_release(&a);
}

static void only_the_last_lines_column_counts(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile_line first[] = {{0, 1, 1}, {0, 2, 5}}, inner[] = {{0, 1, 9}, {0, 2, 5}},
                        outer[] = {{0, 1, 1}, {0, 2, 6}};
    struct profile_mapping m = {.limit = 0x1000};
    struct profile x = located(&a, m, "id", 1, first, 2);
    struct profile p = merge(&a, x, located(&a, m, "id", 1, inner, 2));
    assert_int_equal(p.n_locations, 1);
    assert_int_equal(p.line[0].column, 1);
    p = merge(&a, x, located(&a, m, "id", 1, outer, 2));
    assert_int_equal(p.n_locations, 2);
    assert_int_equal(p.line[3].column, 6);
    arena_release(&a);
}

static void types_in_common_stay(void **state) {
    (void)state;
    expect_merged("types samples/count cpu/ns\na 1 10\n", "types cpu/ns wall/ns samples/count\na 20 7 2\n", "a 3 30\n");
    struct arena a = {0};
    expect_failure(sketch_profile(&a, "types a/count\nf 1\n"), sketch_profile(&a, "types b/count\nf 1\n"),
                   "profiles have empty common sample type list");
    /* pprof counts occurrences */
    expect_failure(sketch_profile(&a, "types a/count a/count\nf 1 2\n"), sketch_profile(&a, "types b/count\nf 1\n"),
                   "\"a\" sample type is not found in profile");
    struct profile x = sketch_profile(&a, "types b/count a/count c/count\nf 1 2 3\n");
    x.default_type = x.type[0].type;
    struct profile p = merge(&a, x, sketch_profile(&a, "types a/count c/count\nf 1 2\n"));
    assert_true(str_equal(profile_str(&p, p.default_type), STR("a")));
    arena_release(&a);
}

static void units_become_the_finest(void **state) {
    (void)state;
    expect_merged("types cpu/ms\na 2\n", "types cpu/us\na 5\n", "a 2005\n");
    expect_merged("types space/bytes\na 100\n", "types space/kb\na 1\n", "a 1124\n");
    struct arena a = {0};
    expect_failure(sketch_profile(&a, "types cpu/ms\na 2\n"), sketch_profile(&a, "types cpu/bytes\na 2\n"),
                   "sample types: incompatible types: {cpu ms 0 0} {cpu bytes 0 0}");
    struct profile x = sketch_profile(&a, "a 1\n"), y = x;
    x.period_type = (struct profile_value_type){profile_add_string(&x, &a, STR("cpu")), 0};
    y.period_type = (struct profile_value_type){profile_add_string(&y, &a, STR("cpus")), 0};
    expect_failure(x, y, "incompatible period types &{cpu  0 0} and &{cpus  0 0}");
    y.period_type.type = profile_add_string(&y, &a, STR("wall"));
    expect_failure(x, y, "period type: incompatible types: {cpu  0 0} {wall  0 0}");
    arena_release(&a);
}

static void headers_are_combined(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile x = sketch_profile(&a, "a 1\n"), y = x, z = x;
    str_id comments[] = {profile_add_string(&x, &a, STR("one")), profile_add_string(&x, &a, STR("two"))};
    str_id again[] = {profile_add_string(&y, &a, STR("two")), profile_add_string(&y, &a, STR("three"))};
    x.comment = comments;
    y.comment = again;
    x.n_comments = y.n_comments = 2;
    x.duration_nanos = y.duration_nanos = INT64_MAX; /* sums wrap */
    x.period = 3;
    y.period = 7;
    y.doc_url = profile_add_string(&y, &a, STR("url"));
    x.time_nanos = 50;
    y.time_nanos = 40;
    struct profile p = merge(&a, x, y);
    assert_int_equal(p.n_comments, 3);
    assert_true(str_equal(profile_str(&p, p.comment[2]), STR("three")));
    assert_int_equal(p.duration_nanos, -2);
    assert_int_equal(p.period, 7);
    assert_true(str_equal(profile_str(&p, p.doc_url), STR("url")));
    assert_int_equal(p.time_nanos, 40);
    z.time_nanos = 0; /* forgets the time so far */
    const struct profile *in[] = {&x, &z, &x};
    struct err e = {0};
    assert_true(merge_profiles(&a, in, 3, &p, &e));
    assert_int_equal(p.time_nanos, 50);
    arena_release(&a);
}

static void expect_difference(const char *x, const char *base, enum merge_base_kind kind, bool normalize,
                              const char *samples) {
    struct arena a = {0};
    struct profile p = sketch_profile(&a, x), b = sketch_profile(&a, base), out;
    struct err e = {0};
    if (!merge_base(&a, (struct merge_side){&p, NULL}, (struct merge_side){&b, NULL}, kind, normalize, &out, &e))
        fail_msg("%s", err_text(&e));
    assert_string_equal(sketch_show(&a, &out).ptr, samples);
    arena_release(&a);
}

static void a_base_is_subtracted(void **state) {
    (void)state;
    expect_difference("a 5\nb 3\n", "a 2\nb 3\nc 1\n", MERGE_BASE, false, "a 3\nc -1\n");
    expect_difference("a 5\nb 3\n", "a 2\nb 3\n", MERGE_DIFF_BASE, false,
                      "a 5\nb 3\na -2 pprof::base=true\nb -3 pprof::base=true\n");
    expect_difference("a 5 z=1\n", "a 5 z=1 pprof::base=x k=1 n:7\n", MERGE_DIFF_BASE, false,
                      "a 5 z=1\na -5 k=1 pprof::base=true z=1 n:7\n");
}

static void a_source_is_scaled_to_its_base(void **state) {
    (void)state;
    expect_difference("a 10\nb 30\n", "a 2\nb 2\n", MERGE_BASE, true, "a -1\nb 1\n");
    expect_difference("types x/count y/count\na 1 0\nb 1 0\n", "types x/count y/count\na 1 7\n", MERGE_BASE, true,
                      "a 0 -7\nb 1 0\n");
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "types x/count y/ms\na 1 0\n"),
                   b = sketch_profile(&a, "types x/count\na 1\n");
    struct profile out;
    struct err e = {0};
    assert_false(
        merge_base(&a, (struct merge_side){&p, NULL}, (struct merge_side){&b, NULL}, MERGE_BASE, true, &out, &e));
    assert_string_equal(err_text(&e), "incompatible sample types [x/count y/ms] and [x/count]");
    err_clear(&e);
    arena_release(&a);
}

static void one_profile_passes_through(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "a 0\na 1\na 1\n"), out;
    const struct profile *in[] = {&p};
    struct err e = {0};
    assert_true(merge_profiles(&a, in, 1, &out, &e));
    assert_string_equal(sketch_show(&a, &out).ptr, "a 0\na 1\na 1\n");
    assert_ptr_equal(out.location, p.location);
    p = sketch_profile(&a, "types a/count a/bytes\nf 1 2\n");
    assert_false(merge_profiles(&a, in, 1, &out, &e));
    assert_string_equal(err_text(&e), "profiles have empty common sample type list");
    err_clear(&e);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_samples_are_added),
        cmocka_unit_test(samples_that_cancel_out_leave_nothing_behind),
        cmocka_unit_test(mappings_are_equal_wherever_they_were_loaded),
        cmocka_unit_test(only_the_last_lines_column_counts),
        cmocka_unit_test(types_in_common_stay),
        cmocka_unit_test(units_become_the_finest),
        cmocka_unit_test(headers_are_combined),
        cmocka_unit_test(a_base_is_subtracted),
        cmocka_unit_test(a_source_is_scaled_to_its_base),
        cmocka_unit_test(one_profile_passes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
