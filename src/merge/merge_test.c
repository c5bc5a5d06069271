/* Unit tests of merge.c and scale.c, on profiles as text. */
#include "merge/merge.h"
#include "testing/sketch.h"
#include "testing/test.h"

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

static void expect_failure(struct profile x, struct profile y, const char *message) {
    struct arena a = {0};
    const struct profile *in[] = {&x, &y};
    struct profile out;
    struct err e = {0};
    assert_false(merge_profiles(&a, in, 2, &out, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
    arena_release(&a);
}

static void equal_samples_are_added(void **state) {
    (void)state;
    expect_merged("a;b 1\na 2\n", "a 3\nc 4\na;b 5\n", "a;b 6\na 5\nc 4\n");
    expect_merged("a 1\na 2\n", "- 1\n- 0\n", "a 3\n- 1\n");
    /* labels are compared by key, string labels first. Their order in the file does not matter; the order of values of
     * the same key does */
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

/* A profile of one sample with one location in one mapping. */
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
                   "no sample type is in all profiles; -rename_types=old=new renames types");
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
    z.time_nanos = 0; /* resets the time so far */
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
    struct merge_difference d = {{&p, NULL}, {&b, NULL}, kind, normalize};
    if (!merge_base(&a, &d, &out, &e)) fail_msg("%s", err_text(&e));
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
    struct merge_difference d = {{&p, NULL}, {&b, NULL}, MERGE_BASE, true};
    assert_false(merge_base(&a, &d, &out, &e));
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
    assert_string_equal(err_text(&e), "no sample type is in all profiles; -rename_types=old=new renames types");
    err_clear(&e);
    arena_release(&a);
}

/* A group of at most three profiles, with their times. */
struct group {
    const char *profile[3];
    int64_t time_nanos[3];
};

static uint32_t sketch_group(struct arena *a, const struct group *g, const struct profile **in) {
    uint32_t n = 0;
    for (; n < 3 && g->profile[n]; n++) {
        struct profile *p = ARENA_NEW(a, struct profile);
        *p = sketch_profile(a, g->profile[n]);
        p->time_nanos = g->time_nanos[n];
        in[n] = p;
    }
    return n;
}

static void expect_grouped(const struct group *g, uint32_t n_groups, const char *samples) {
    struct arena a = {0};
    struct merge_groups groups = {0};
    struct profile all, nested = {0}, group;
    struct err e = {0};
    for (uint32_t i = 0; i < n_groups; i++) {
        const struct profile *in[3];
        uint32_t n = sketch_group(&a, &g[i], in);
        struct merge_source source[3] = {{0}};
        struct arena own[3] = {{0}};
        for (uint32_t k = 0; k < n; k++) {
            source[k] = (struct merge_source){in[k], &own[k]};
            arena_alloc(&own[k], 1);
        }
        assert_true(merge_groups_add(&groups, source, n, &e));
        if (groups.n == 1) arena_release(&own[0]);
        assert_true(merge_profiles(&a, in, sketch_group(&a, &g[i], in), &group, &e));
        if (i > 0) {
            struct profile before = nested;
            const struct profile *both[] = {&before, &group};
            assert_true(merge_profiles(&a, both, 2, &nested, &e));
        } else {
            nested = group;
        }
    }
    merge_groups_finish(&groups, &a, &all);
    assert_string_equal(sketch_show(&a, &all).ptr, samples);
    assert_string_equal(sketch_show(&a, &nested).ptr, samples);
    assert_int_equal(all.n_locations, nested.n_locations);
    assert_int_equal(all.n_mappings, nested.n_mappings);
    assert_int_equal(all.n_stacks, nested.n_stacks);
    assert_int_equal(all.time_nanos, nested.time_nanos);
    arena_release(&a);
}

/* Adds the same groups profile by profile, and at once those n_rewound groups for which that is not possible. */
static void expect_parted(const struct group *g, uint32_t n_groups, const char *samples, int64_t time_nanos,
                          uint32_t n_rewound) {
    struct arena a = {0};
    struct merge_groups groups = {0};
    struct profile all;
    struct err e = {0};
    for (uint32_t i = 0; i < n_groups; i++) {
        const struct profile *in[3];
        uint32_t n = sketch_group(&a, &g[i], in);
        struct merge_source source[3];
        bool agree = true;
        for (uint32_t k = 0; k < n; k++) source[k] = (struct merge_source){in[k], NULL};
        for (uint32_t k = 0; k < n && agree; k++) agree = merge_groups_add_part(&groups, &source[k], 1, false);
        if (agree) {
            assert_true(merge_groups_add_part(&groups, NULL, 0, true));
        } else {
            merge_groups_rewind(&groups);
            assert_true(merge_groups_add(&groups, source, n, &e));
            n_rewound--;
        }
    }
    assert_int_equal(n_rewound, 0);
    merge_groups_finish(&groups, &a, &all);
    assert_string_equal(sketch_show(&a, &all).ptr, samples);
    assert_int_equal(all.time_nanos, time_nanos);
    arena_release(&a);
}

static void groups_are_as_if_merged_one_by_one(void **state) {
    (void)state;
    struct group alone[] = {{{"a 0\na 1\na 1\n"}, {0}}};
    expect_grouped(alone, 1, "a 0\na 1\na 1\n");
    expect_parted(alone, 1, "a 0\na 1\na 1\n", 0, 0);
    struct group agreeing[] = {
        {{"a;b 5\n", "c 1 k=v\n"}, {7}}, {{"c 2\n", "a;b 1\n", "d 1\n"}, {5}}, {{"c 1 k=v\n"}, {9}}};
    expect_grouped(agreeing, 3, "a;b 6\nc 2 k=v\nc 2\nd 1\n");
    expect_parted(agreeing, 3, "a;b 6\nc 2 k=v\nc 2\nd 1\n", 9, 0);
    /* within a group, a profile without a time resets the time so far */
    struct group times[] = {{{"a 1\n"}, {3}}, {{"a 1\n", "a 1\n"}, {0, 5}}};
    expect_grouped(times, 2, "a 3\n");
    expect_parted(times, 2, "a 3\n", 3, 0);
    struct group nothing_first[] = {{{NULL}, {0}}, {{"a 1\n", "a 1\n", "a 1\n"}, {3, 0, 5}}};
    expect_parted(nothing_first, 2, "a 3\n", 5, 0);
    /* a sample that cancelled out at the end of a group is new when it appears again; one of a single profile is not */
    struct group zeros[] = {{{"a 5\n", "b 1\na -5\n"}, {0}}, {{"a 3\n"}, {0}}};
    expect_grouped(zeros, 2, "b 1\na 3\n");
    expect_parted(zeros, 2, "b 1\na 3\n", 0, 0);
    struct group lone[] = {{{"a 5\nb 1\na -5\n"}, {0}}, {{"a 3\n"}, {0}}};
    expect_grouped(lone, 2, "a 3\nb 1\n");
    expect_parted(lone, 2, "a 3\nb 1\n", 0, 0);
    struct group later[] = {{{"a 5\n", "b 1\n"}, {0}}, {{"c;d 2\na -5\n", "c;d -2\n"}, {0}}, {{"a 1\n"}, {0}}};
    expect_grouped(later, 3, "b 1\na 1\n");
    expect_parted(later, 3, "b 1\na 1\n", 0, 0);
    /* groups that differ in types or units are merged with each other first */
    struct group finer[] = {{{"types cpu/ms\na 2\n", "types cpu/ms\na 1\n"}, {0}}, {{"types cpu/us\na 5\n"}, {0}}};
    expect_grouped(finer, 2, "a 3005\n");
    expect_parted(finer, 2, "a 3005\n", 0, 1);
    struct group coarser[] = {{{"types cpu/us\na 5\n"}, {0}}, {{"types cpu/ms\na 2\n", "types cpu/us\na 1\n"}, {0}}};
    expect_grouped(coarser, 2, "a 2006\n");
    expect_parted(coarser, 2, "a 2006\n", 0, 1);
    struct group fewer[] = {{{"types x/count y/count\na 1 2\n", "types x/count y/count\nb 0 2\n"}, {0}},
                            {{"types y/count\na 5\n"}, {0}}};
    expect_grouped(fewer, 2, "a 7\nb 2\n");
    expect_parted(fewer, 2, "a 7\nb 2\n", 0, 1);
    /* the first profile of a group may agree with the profiles so far, and affect all of their result */
    struct group late[] = {
        {{"types cpu/ms\na 2\nb 1 k=v\n", "types cpu/ms\nc;a 1\n"}, {5, 6}},
        {{"types cpu/ms\na 1\nd 4 k=w\n", "types cpu/ms\nb -1 k=v\n", "types cpu/us\na 5\ne 1\n"}, {7, 0, 3}},
        {{"types cpu/us\na 1\n"}, {4}}};
    expect_grouped(late, 3, "a 3006\nc;a 1000\nd 4000 k=w\ne 1\n");
    expect_parted(late, 3, "a 3006\nc;a 1000\nd 4000 k=w\ne 1\n", 3, 1);
    struct group at_once[] = {{{"types cpu/ms\na 1\n", "types cpu/us\na 5\n"}, {0}}, {{"types cpu/us\na 1\n"}, {0}}};
    expect_grouped(at_once, 2, "a 1006\n");
    expect_parted(at_once, 2, "a 1006\n", 0, 1);
}

static void groups_fail_as_merging_does(void **state) {
    (void)state;
    struct arena a = {0};
    struct merge_groups groups = {0};
    struct err e = {0};
    struct profile x = sketch_profile(&a, "types cpu/ms\na 1\n"), y = sketch_profile(&a, "types cpu/bytes\na 1\n");
    const struct merge_source same[] = {{&x, NULL}, {&x, NULL}}, other[] = {{&y, NULL}};
    assert_true(merge_groups_add(&groups, same, 2, &e));
    assert_false(merge_groups_add(&groups, other, 1, &e));
    assert_string_equal(err_text(&e), "sample types: incompatible types: {cpu ms 0 0} {cpu bytes 0 0}");
    err_clear(&e);
    merge_groups_release(&groups);
    arena_release(&a);
}

static void parts_that_differ_are_refused(void **state) {
    (void)state;
    struct arena a = {0};
    const char *first = "types cpu/ms\na 1\n";
    const char *other[] = {"types cpu/us\na 1\n", "types cpu/ms samples/count\na 1 1\n", "types samples/count\na 1\n"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct merge_groups groups = {0};
        struct profile x = sketch_profile(&a, first), y = sketch_profile(&a, other[i]);
        const struct merge_source one = {&x, NULL}, two = {&y, NULL}, both[] = {one, two};
        assert_true(merge_groups_add_part(&groups, &one, 1, true));
        assert_true(merge_groups_add_part(&groups, &one, 1, false));
        assert_false(merge_groups_add_part(&groups, &two, 1, false));
        merge_groups_release(&groups);
        assert_false(merge_groups_add_part(&groups, both, 2, true));
        merge_groups_release(&groups);
    }
    arena_release(&a);
}

static void merged_parts_are_released(void **state) {
    (void)state;
    struct arena a = {0}, own[2] = {{0}};
    struct profile x = sketch_profile(&own[0], "a;b 1\n"), y = sketch_profile(&own[1], "a;b 2\nc 1\n"), all;
    const struct merge_source both[] = {{&x, &own[0]}, {&y, &own[1]}};
    struct merge_groups groups = {.n_expected = 1000};
    assert_true(merge_groups_add_part(&groups, both, 2, true));
    assert_null(own[0].block);
    assert_null(own[1].block);
    merge_groups_finish(&groups, &a, &all);
    assert_string_equal(sketch_show(&a, &all).ptr, "a;b 3\nc 1\n");
    arena_release(&a);
}

/* Uses more samples and stacks than a batch or a small table holds. */
static void many_samples_are_told_apart(void **state) {
    (void)state;
    struct arena a = {0};
    VEC(str) lines = {0};
    for (int i = 0; i < 3000; i++)
        *VEC_PUSH(&a, &lines) = str_format(&a, "f%d;g%d;h 1 k=%d n:%d\n", i % 50, i % 7, i % 1000, i % 3);
    str text = str_join(&a, lines.at, lines.n, STR_EMPTY);
    struct profile p = sketch_profile(&a, text.ptr), once;
    const struct profile *twice[] = {&p, &p};
    struct err e = {0};
    assert_true(merge_profiles(&a, twice, 2, &once, &e));
    assert_int_equal(once.n_samples, 3000); /* 350 stacks, 1000 k, 3 n: the first repeat is after 21000 */
    assert_int_equal(once.n_stacks, 350);
    for (uint32_t i = 0; i < once.n_samples; i++) assert_int_equal(once.value[0][i], 2);
    assert_int_equal(once.stack_off[once.n_stacks], 350 * 3);
    arena_release(&a);
}

static void both_sides_of_a_difference_are_released(void **state) {
    (void)state;
    struct arena a = {0}, left = {0}, right = {0};
    struct profile p = sketch_profile(&left, "a 5\nb 3\n"), base = sketch_profile(&right, "a 2\nc 1\n"), out;
    struct err e = {0};
    struct merge_difference d = {{&p, &left}, {&base, &right}, MERGE_BASE, false};
    assert_true(merge_base(&a, &d, &out, &e));
    assert_null(left.block);
    assert_null(right.block);
    assert_string_equal(sketch_show(&a, &out).ptr, "a 3\nb 3\nc -1\n");
    arena_release(&a);
}

static uint32_t next_random(uint64_t *seed, uint32_t below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

#define OWN_COLUMN(a, type, name, n)                                                                                   \
    struct arena name##_arena = {0};                                                                                   \
    type *name = ARENA_ARRAY(&name##_arena, type, n);                                                                  \
    arena_adopt_array(a, &name##_arena)

/* Sizes of a profile that is large in rows, or in frames or labels per row. */
struct large {
    uint32_t rows, frames_most, labels_most;
    bool any_order;
};

/* A profile such as loaders make: labels in any order, equal samples and equal stacks, samples that are all zero. With
 * `any_order`, a sample that is all zero may be the first with its stack. */
static struct profile large_profile(struct arena *a, uint64_t seed, const struct large *l) {
    VEC(str) lines = {0};
    for (int i = 0; i < 300; i++)
        *VEC_PUSH(a, &lines) = str_format(a, "f%d;g+h%d 1 1 k=%d z=%d n:%d\n", i, i / 2, i % 7, i % 3, i % 5);
    str text = str_join(a, lines.at, lines.n, STR_EMPTY);
    struct profile p = sketch_profile(a, str_format(a, "types x/count y/ms\n%.*s", STR_ARG(text)).ptr);
    OWN_COLUMN(a, int64_t, x, l->rows);
    OWN_COLUMN(a, int64_t, y, l->rows);
    OWN_COLUMN(a, stack_id, stack_of, l->rows);
    OWN_COLUMN(a, uint32_t, label_off, l->rows + 1);
    OWN_COLUMN(a, label_id, label_ref, (size_t)l->rows * l->labels_most);
    OWN_COLUMN(a, uint64_t, stack_off, l->rows + 1);
    OWN_COLUMN(a, loc_id, frame, (size_t)l->rows * l->frames_most);
    label_off[0] = 0;
    stack_off[0] = 0;
    p.n_stacks = 0;
    for (uint32_t i = 0; i < l->rows; i++) {
        bool zero = next_random(&seed, 50) == 0;
        x[i] = zero ? 0 : next_random(&seed, 5);
        y[i] = zero ? 0 : 1 + next_random(&seed, 3);
        stack_of[i] = next_random(&seed, p.n_stacks + 1);
        if (!p.n_stacks || (next_random(&seed, 2) && (!zero || l->any_order))) {
            uint32_t n = 1 + next_random(&seed, l->frames_most);
            uint64_t end = stack_off[p.n_stacks];
            for (uint32_t f = 0; f < n; f++) frame[end++] = next_random(&seed, p.n_locations);
            stack_of[i] = p.n_stacks++;
            stack_off[p.n_stacks] = end;
        }
        if (stack_of[i] == p.n_stacks) stack_of[i]--;
        uint32_t n = next_random(&seed, l->labels_most + 1), at = label_off[i];
        for (uint32_t k = 0; k < n; k++) label_ref[at++] = next_random(&seed, p.n_labels);
        label_off[i + 1] = at;
    }
    const int64_t **value = ARENA_ARRAY(a, const int64_t *, 2);
    value[0] = x;
    value[1] = y;
    p.value = value;
    p.stack_of = stack_of;
    p.label_off = label_off;
    p.label_ref = label_ref;
    p.stack_off = stack_off;
    p.frame = frame;
    p.n_rows = p.n_samples = l->rows;
    return p;
}

static void expect_equal_columns(const struct profile *x, const struct profile *y) {
    assert_int_equal(x->n_samples, y->n_samples);
    assert_int_equal(x->n_locations, y->n_locations);
    assert_int_equal(x->n_labels, y->n_labels);
    for (uint32_t t = 0; t < 2; t++) assert_memory_equal(x->value[t], y->value[t], x->n_samples * sizeof(int64_t));
    assert_memory_equal(x->label_off, y->label_off, (x->n_samples + 1) * sizeof *x->label_off);
    assert_memory_equal(x->label_ref, y->label_ref, x->label_off[x->n_samples] * sizeof *x->label_ref);
    for (label_id l = 0; l < x->n_labels; l++) {
        assert_true(str_equal(profile_str(x, x->label[l].key), profile_str(y, y->label[l].key)));
        assert_true(str_equal(profile_str(x, x->label[l].value), profile_str(y, y->label[l].value)));
        assert_int_equal(x->label[l].number, y->label[l].number);
    }
    for (loc_id l = 0; l < x->n_locations; l++) {
        const struct profile_function *f = &x->function[x->line[x->location[l].first_line].function];
        const struct profile_function *g = &y->function[y->line[y->location[l].first_line].function];
        assert_true(str_equal(profile_str(x, f->name), profile_str(y, g->name)));
    }
    assert_int_equal(x->n_stacks, y->n_stacks);
    assert_memory_equal(x->stack_of, y->stack_of, x->n_samples * sizeof *x->stack_of);
    assert_memory_equal(x->stack_off, y->stack_off, (x->n_stacks + 1) * sizeof *x->stack_off);
    assert_memory_equal(x->frame, y->frame, x->stack_off[x->n_stacks] * sizeof *x->frame);
}

/* The difference of two large profiles, which it consumes or not. */
static struct profile large_difference(struct arena *a, const struct large *l, enum merge_base_kind kind,
                                       bool consume) {
    struct arena left = {0}, right = {0};
    struct profile p = large_profile(&left, 1, l), base = large_profile(&right, 2, l), out;
    struct merge_difference d = {
        {&p, consume ? &left : NULL}, {&base, consume ? &right : NULL}, kind, kind == MERGE_BASE};
    struct err e = {0};
    assert_true(merge_base(a, &d, &out, &e));
    arena_release(&left);
    arena_release(&right);
    return out;
}

static void large_inputs_are_merged_in_place(void **state) {
    (void)state;
    const struct large of[] = {
        {560000, 12, 3, false}, {560000, 12, 3, true}, {60000, 12, 60, false}, {60000, 60, 3, true}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct arena a = {0};
        enum merge_base_kind kind = i % 2 ? MERGE_BASE : MERGE_DIFF_BASE;
        setenv("CPROF_THREADS", "1", 1);
        struct profile plain = large_difference(&a, &of[i], kind, false);
        for (int threads = 1; threads <= 2; threads++) {
            setenv("CPROF_THREADS", threads == 1 ? "1" : "2", 1);
            struct profile p = large_difference(&a, &of[i], kind, true);
            expect_equal_columns(&plain, &p);
        }
        arena_release(&a);
    }
}

TESTS {
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
        cmocka_unit_test(groups_are_as_if_merged_one_by_one),
        cmocka_unit_test(groups_fail_as_merging_does),
        cmocka_unit_test(parts_that_differ_are_refused),
        cmocka_unit_test(merged_parts_are_released),
        cmocka_unit_test(many_samples_are_told_apart),
        cmocka_unit_test(both_sides_of_a_difference_are_released),
        cmocka_unit_test(large_inputs_are_merged_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
