/* Unit tests of mapping.c. */
#include <unistd.h>

#include "base/mapping.h"
#include "testing/test.h"

enum { SIZE = 256 * 1024, PAGE_MOST = 64 * 1024 };

static int make_file(char path[static TEST_PATH_MAX]) {
    static char bytes[SIZE];
    memset(bytes, 'x', sizeof bytes);
    int fd = test_file(path);
    assert_int_equal(write(fd, bytes, sizeof bytes), sizeof bytes);
    return fd;
}

static void lost_pages_are_zeros(void **state) {
    (void)state;
    char path[TEST_PATH_MAX];
    str whole, cut;
    int fd = make_file(path);
    assert_true(mapping_open(fd, SIZE, &whole));
    assert_true(mapping_close(whole));
    assert_true(mapping_open(fd, SIZE, &whole));
    assert_true(mapping_open(fd, SIZE, &cut));
    assert_int_equal(ftruncate(fd, PAGE_MOST + 1), 0);
    assert_int_equal(cut.ptr[SIZE - 1], 0);
    assert_int_equal(cut.ptr[PAGE_MOST], 'x');
    assert_int_equal(cut.ptr[2 * PAGE_MOST], 0);
    assert_int_equal(cut.ptr[PAGE_MOST - 1], 'x');
    assert_int_equal(whole.ptr[0], 'x');
    assert_false(mapping_close(cut));
    assert_true(mapping_close(whole)); /* none of its lost pages was read */
    assert_int_equal(ftruncate(fd, SIZE), 0);
    assert_true(mapping_open(fd, SIZE, &whole)); /* takes the place of one that lost pages */
    assert_int_equal(whole.ptr[SIZE - 1], 0);
    assert_true(mapping_close(whole));
    close(fd);
    unlink(path);
}

static void there_is_an_end_of_mappings(void **state) {
    (void)state;
    enum { MANY = 300 };
    char path[TEST_PATH_MAX];
    static str bytes[MANY];
    int fd = make_file(path), n = 0;
    while (n < MANY && mapping_open(fd, SIZE, &bytes[n])) n++;
    assert_in_range(n, 100, MANY - 1);
    for (int i = 0; i < n; i++) assert_true(mapping_close(bytes[i]));
    assert_true(mapping_open(fd, SIZE, &bytes[0]));
    assert_true(mapping_close(bytes[0]));
    close(fd);
    unlink(path);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_pages_are_zeros),
        cmocka_unit_test(there_is_an_end_of_mappings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
