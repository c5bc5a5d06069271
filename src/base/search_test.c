/* Unit tests of search.h. */
#include "base/search.h"

#include "testing/test.h"

static void the_first_that_is_not_less_is_found(void **state) {
    (void)state;
    const uint64_t number[] = {1, 3, 3, 7, UINT64_MAX};
    assert_int_equal(search_u64(number, 0, 5, 0), 0);
    assert_int_equal(search_u64(number, 0, 5, 3), 1);
    assert_int_equal(search_u64(number, 0, 5, 4), 3);
    assert_int_equal(search_u64(number, 0, 5, UINT64_MAX), 4);
    assert_int_equal(search_u64(number, 0, 4, UINT64_MAX), 4);
    assert_int_equal(search_u64(number, 2, 2, 0), 2);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_that_is_not_less_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
