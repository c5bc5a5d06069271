#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/task.h"

static atomic_int runs[8], threads_inside[8];

static void inner(void *context, int part) {
    (void)context;
    (void)part;
}

static void outer(void *context, int part) {
    (void)context;
    atomic_fetch_add(&runs[part], 1);
    task_run(2, inner, NULL);
    atomic_store(&threads_inside[part], task_threads());
}

static void expect_inside(const char *threads, int n_parts, int want) {
    setenv("CPROF_THREADS", threads, 1);
    int all = task_threads();
    for (int i = 0; i < n_parts; i++) atomic_store(&runs[i], 0);
    task_run(n_parts, outer, NULL);
    for (int i = 0; i < n_parts; i++) {
        assert_int_equal(atomic_load(&runs[i]), 1);
        assert_int_equal(atomic_load(&threads_inside[i]), want);
    }
    assert_int_equal(task_threads(), all);
}

/* Tasks inside tasks do not ask for more threads than there are. */
static void threads_are_shared(void **state) {
    (void)state;
    expect_inside("4", 1, 4);
    expect_inside("4", 2, 2);
    expect_inside("4", 8, 1);
    expect_inside("2", 8, 1);
    expect_inside("1", 8, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_are_shared)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
