/* Unit tests of mark.c. */
#include "profile/mark.h"

#include "merge/merge.h"
#include "testing/sketch.h"
#include "testing/test.h"

static void marks_keep_rows_of_inputs_apart(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct profile p = sketch_profile(&a, "f 1 k=v\ng 2\n"), q = sketch_profile(&a, "f 4 k=v\n"), merged;
    struct profile marked[] = {mark_rows(&a, &p, 0), mark_rows(&a, &q, 1)};
    const struct profile *in[] = {&marked[0], &marked[1]};
    assert_true(merge_profiles(&a, in, 2, &merged, &e));
    const uint32_t *mark = mark_take(&a, &merged, 2);
    assert_int_equal(merged.n_rows, 3);
    static const int64_t value[] = {1, 2, 4};
    static const uint32_t number[] = {0, 0, 1}, labels[] = {1, 0, 1};
    for (uint32_t r = 0; r < 3; r++) {
        assert_int_equal(merged.value[0][r], value[r]);
        assert_int_equal(mark[r], number[r]);
        assert_int_equal(merged.label_off[r + 1] - merged.label_off[r], labels[r]);
    }
    arena_release(&a);
}

/* A profile may come with labels that look like marks. */
static void numbers_out_of_range_are_no_marks(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "f 1\n"), marked = mark_rows(&a, &p, 7);
    const uint32_t *mark = mark_take(&a, &marked, 7);
    assert_int_equal(mark[0], 0);
    assert_int_equal(marked.label_off[1], 1);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_keep_rows_of_inputs_apart),
        cmocka_unit_test(numbers_out_of_range_are_no_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
