/* Included by every unit test: cmocka, and TESTS, which registers a file's tests with the runner (run_test.c). */
#ifndef CPROF_TESTING_TEST_H
#define CPROF_TESTING_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka requires the four headers above */
#include <cmocka.h>

struct test_file {
    const char *path; /* the path given to the compiler: src/report/tree_test.c */
    int (*run)(void); /* returns the number of failed tests */
    struct test_file *next;
};

/* Called before main; `file` must live as long as the program. */
void test_register(struct test_file *file);

enum { TEST_PATH_MAX = 4096 };

/* Make a folder, or a file open for reading and writing, below $TMPDIR or else /tmp, and write its path to `path`.
 * Return false, or -1, on failure. The test removes it. */
bool test_folder(char path[static TEST_PATH_MAX]);
int test_file(char path[static TEST_PATH_MAX]);

/* Starts the function of an x_test.c that runs its tests:
 *
 *    TESTS {
 *        const struct CMUnitTest tests[] = {cmocka_unit_test(shows_callers)};
 *        return cmocka_run_group_tests(tests, NULL, NULL);
 *    } */
#define TESTS                                                                                                          \
    static int test_run_file(void);                                                                                    \
    __attribute__((constructor)) static void test_register_file(void) {                                                \
        static struct test_file file = {__FILE__, test_run_file, NULL};                                                \
        test_register(&file);                                                                                          \
    }                                                                                                                  \
    static int test_run_file(void)

#endif
