/* Unit tests of base/digits.c. */
#include "base/digits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "testing/test.h"

static void check(uint64_t v) {
    char want[32], got[DIGITS_MOST];
    snprintf(want, sizeof want, "%" PRIu64, v);
    *digits_write(got, v) = '\0';
    assert_string_equal(got, want);
    static const int width[] = {0, 1, 6, 8, 10, 19, DIGITS_MOST};
    for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
        char right[2 * DIGITS_MOST + 1];
        snprintf(want, sizeof want, "%*" PRIu64, width[i], v);
        *digits_write_right(right, v, (size_t)width[i]) = '\0';
        assert_string_equal(right, want);
    }
    snprintf(want, sizeof want, "%" PRId64, (int64_t)v);
    *digits_write_signed(got, (int64_t)v) = '\0';
    assert_string_equal(got, want);
    snprintf(want, sizeof want, "%" PRIx64, v);
    assert_int_equal(digits_count_hex(v), strlen(want));
    *digits_write_hex(got, v) = '\0';
    assert_string_equal(got, want);
}

/* Around each power of 2, 10 and 16, and their negatives. */
static void writes_what_printf_writes(void **state) {
    (void)state;
    static const uint64_t base[] = {2, 10, 16};
    for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
        for (uint64_t power = 1;; power *= base[i]) {
            for (uint64_t by = 0; by < 5; by++) {
                check(power + by - 2);
                check(0 - (power + by - 2));
                check(power * 3 + by);
            }
            if (power > UINT64_MAX / base[i]) break;
        }
    }
    for (uint64_t v = 0; v < 2000; v++) check(v);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_printf_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
