/* Unit tests of size.c. */
#include "stacks/size.h"

#include "testing/sketch.h"
#include "testing/test.h"

static const struct stacks_text stacks = {.stacks = true}, lines = {.lines = true}, labels = {.labels = true};

/* A stack of n frames, all of them one location with n lines. */
static struct profile square(struct arena *a, uint32_t n) {
    struct profile p = sketch_profile(a, "f 1");
    struct profile_line *line = ARENA_ARRAY(a, struct profile_line, n);
    loc_id *frame = ARENA_ZERO(a, loc_id, n);
    struct profile_location *location = ARENA_NEW(a, struct profile_location);
    uint64_t *off = ARENA_ARRAY(a, uint64_t, 2);
    for (uint32_t i = 0; i < n; i++) line[i] = p.line[0];
    *location = p.location[0];
    location->first_line = 0;
    location->n_lines = n;
    off[0] = 0;
    off[1] = n;
    p.location = location;
    p.line = line;
    p.n_lines = n;
    p.frame = frame;
    p.stack_off = off;
    return p;
}

static void products_are_refused(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct profile few = square(&a, 4096), many = square(&a, 4097);
    assert_true(stacks_check_size(&a, &few, &few, stacks, &e)); /* 2^24 lines */
    assert_false(stacks_check_size(&a, &many, &many, stacks, &e));
    assert_string_equal(err_text(&e), "the stacks have 16785409 lines, most of them inlined functions: leave those out "
                                      "with noinlines, or choose fewer stacks with focus");
    many.row = ARENA_ZERO(&a, uint32_t, 1);
    many.n_samples = 0; /* no sample uses the stack */
    assert_true(stacks_check_size(&a, &many, &many, stacks, &e));
    err_clear(&e);
    arena_release(&a);
}

static void long_names_are_refused(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct profile p = square(&a, 1);
    uint32_t n = 5 << 20; /* frames with a name of 1 KB and a byte: more than 4 GB */
    loc_id *frame = ARENA_ZERO(&a, loc_id, n);
    uint64_t off[] = {0, n};
    str string[] = {STR_EMPTY, {ARENA_ZERO(&a, char, 1025), 1025}};
    struct profile_function function = p.function[0];
    function.name = 1;
    p.string = string;
    p.n_strings = 2;
    p.function = &function;
    p.frame = frame;
    p.stack_off = off;
    assert_false(stacks_check_size(&a, &p, &p, stacks, &e));
    assert_string_equal(err_text(&e), "the names in the stacks make 5 GB of text: choose fewer stacks with focus");
    string[1].len = 1024;
    assert_true(stacks_check_size(&a, &p, &p, stacks, &e));
    err_clear(&e);
    arena_release(&a);
}

/* A stack of 2^15 frames, each a line, that n samples have. */
static struct profile shared(struct arena *a, uint32_t n) {
    struct profile p = sketch_profile(a, "f 1");
    uint64_t *off = ARENA_ZERO(a, uint64_t, 2);
    off[1] = 1 << 15;
    p.frame = ARENA_ZERO(a, loc_id, off[1]);
    p.stack_off = off;
    p.row = ARENA_ZERO(a, uint32_t, n);
    p.n_samples = n;
    p.shares_stacks = true;
    return p;
}

/* 512 samples have 2^24 lines. 513 have more, and more than 16 * (2^15 + 513 * 64). */
static void shared_stacks_count_for_each_sample(void **state) {
    (void)state;
    static const struct stacks_text samples = {.stacks = true, .samples = true}, ids = {.ids = true};
    struct arena a = {0};
    struct err e = {0};
    struct profile few = shared(&a, 512), many = shared(&a, 513);
    assert_true(stacks_check_size(&a, &few, &few, samples, &e) && stacks_check_size(&a, &few, &few, ids, &e));
    assert_false(stacks_check_size(&a, &many, &many, samples, &e));
    assert_string_equal(err_text(&e), "the stacks of the samples have 16809984 lines, since samples share long ones: "
                                      "choose fewer samples with focus or tagfocus");
    err_clear(&e);
    assert_false(stacks_check_size(&a, &many, &many, ids, &e));
    err_clear(&e);
    assert_true(stacks_check_size(&a, &many, &many, stacks, &e)); /* written once */
    struct profile view = many;
    view.n_samples = 512; /* chosen with focus */
    assert_true(stacks_check_size(&a, &many, &view, samples, &e));
    many.shares_stacks = false; /* the file has 513 stacks */
    assert_true(stacks_check_size(&a, &many, &many, samples, &e) && stacks_check_size(&a, &many, &many, ids, &e));
    arena_release(&a);
}

/* A location with 4,096 lines, which 4,097 samples have. */
static void inlined_functions_count_for_each_sample(void **state) {
    (void)state;
    static const struct stacks_text samples = {.stacks = true, .samples = true}, ids = {.ids = true};
    struct arena a = {0};
    struct err e = {0};
    struct profile p = square(&a, 4096);
    uint64_t off[] = {0, 1};
    p.stack_off = off;
    p.row = ARENA_ZERO(&a, uint32_t, 4097);
    p.n_samples = 4096;
    assert_true(stacks_check_size(&a, &p, &p, samples, &e)); /* 2^24 lines */
    p.n_samples = 4097;
    assert_false(stacks_check_size(&a, &p, &p, samples, &e));
    assert_non_null(strstr(err_text(&e), "have 16781312 lines, most of them inlined functions"));
    err_clear(&e);
    assert_true(stacks_check_size(&a, &p, &p, stacks, &e) && stacks_check_size(&a, &p, &p, ids, &e));
    arena_release(&a);
}

/* The same function on many lines, and the same label on many samples. */
static void long_names_of_lines_and_labels_are_refused(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct profile p = square(&a, 4200);
    str string[] = {STR_EMPTY, {ARENA_ZERO(&a, char, 1 << 20), 1 << 20}};
    struct profile_function function = {.id = 1, .file = 1};
    struct profile_label label = {.key = 1};
    uint32_t off[] = {0, 1};
    p.string = string;
    p.n_strings = 2;
    p.function = &function;
    p.row = ARENA_ZERO(&a, uint32_t, 4200);
    p.label = &label;
    p.n_labels = 1;
    p.label_off = off;
    p.label_ref = ARENA_ZERO(&a, label_id, 1);
    p.n_samples = 4200;
    assert_false(stacks_check_size(&a, &p, &p, lines, &e));
    assert_string_equal(err_text(&e),
                        "the names of the lines make 4 GB of text: choose fewer with focus, or functions");
    err_clear(&e);
    assert_false(stacks_check_size(&a, &p, &p, labels, &e));
    assert_string_equal(err_text(&e), "the labels of the samples make 4 GB of text: choose fewer samples with focus or "
                                      "tagfocus");
    err_clear(&e);
    string[1].len = 1024; /* short names may make any size */
    assert_true(stacks_check_size(&a, &p, &p, lines, &e) && stacks_check_size(&a, &p, &p, labels, &e));
    string[1].len = 1 << 20;
    p.n_samples = 4000; /* less than 4 GB */
    assert_true(stacks_check_size(&a, &p, &p, labels, &e));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(products_are_refused), cmocka_unit_test(long_names_are_refused),
                                       cmocka_unit_test(shared_stacks_count_for_each_sample),
                                       cmocka_unit_test(inlined_functions_count_for_each_sample),
                                       cmocka_unit_test(long_names_of_lines_and_labels_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
