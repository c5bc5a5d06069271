/* Unit tests of library.c. */
#include <string.h>

#include "base/library.h"
#include "testing/test.h"

static void libraries_are_found_and_missed(void **state) {
    (void)state;
    struct err e = {0};
    double (*cosine)(double) = NULL;
    const struct library_row math = {.file = {"libcprof-none.so.9", "libm.so.6"}},
                             none = {.file = {"libcprof-none.so.9"}};
    const struct library_symbol here[] = {{"cos", &cosine}};
    assert_true(library_load(&math, here, 1, &e));
    assert_null(e.text);
    assert_true(cosine && cosine(0) == 1);
    const struct library_symbol nowhere[] = {{"cos", &cosine}, {"cprof_none", &cosine}};
    assert_false(library_load(&math, nowhere, 2, &e));
    assert_string_equal(err_text(&e), "libm.so.6: cprof_none is missing");
    assert_string_equal(library_found(&math, &e), "libm.so.6");
    assert_false(library_load(&none, here, 1, &e));
    assert_non_null(strstr(err_text(&e), "libcprof-none.so.9"));
    err_clear(&e);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(libraries_are_found_and_missed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
