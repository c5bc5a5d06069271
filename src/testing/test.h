/* What every unit test includes: cmocka, and TESTS, which makes a file's tests known to the runner (run_test.c). */
#ifndef CPROF_TESTING_TEST_H
#define CPROF_TESTING_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

struct test_file {
    const char *path; /* as the compiler was given it: src/report/tree_test.c */
    int (*run)(void); /* the number of tests that failed */
    struct test_file *next;
};

/* Called before main; the file must outlive the program. */
void test_register(struct test_file *file);

enum { TEST_PATH_MAX = 4096 };

/* Make a folder, or a file that is open for reading and writing, below $TMPDIR or else /tmp, and write its path to
 * `path`. False, or -1: that cannot be. The test removes it. */
bool test_folder(char path[static TEST_PATH_MAX]);
int test_file(char path[static TEST_PATH_MAX]);

/* Begins the one function of an x_test.c that runs its tests:
 *
 *     TESTS {
 *         const struct CMUnitTest tests[] = {cmocka_unit_test(shows_callers)};
 *         return cmocka_run_group_tests(tests, NULL, NULL);
 *     } */
#define TESTS                                                                                                          \
    static int test_run_file(void);                                                                                    \
    __attribute__((constructor)) static void test_register_file(void) {                                                \
        static struct test_file file = {__FILE__, test_run_file, NULL};                                                \
        test_register(&file);                                                                                          \
    }                                                                                                                  \
    static int test_run_file(void)

#endif
