/* Unit tests of lists.c. */
#include "base/lists.h"

#include "testing/test.h"

static void items_are_in_order(void **state) {
    (void)state;
    static const uint32_t number[] = {2, 0, LISTS_END, 2, 0, 2};
    static const uint32_t expected[4][4] = {{1, 4, LISTS_END}, {LISTS_END}, {0, 3, 5, LISTS_END}, {LISTS_END}};
    struct arena a = {0};
    struct lists l = lists_of(&a, number, 6, 4);
    for (uint32_t k = 0; k < 4; k++) {
        uint32_t at = 0;
        for (uint32_t i = l.first[k]; i != LISTS_END; i = l.next[i]) assert_int_equal(i, expected[k][at++]);
        assert_int_equal(expected[k][at], LISTS_END);
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(items_are_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
