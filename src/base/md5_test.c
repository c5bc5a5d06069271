/* Unit tests of md5.h: the sums of RFC 1321, and a text of several blocks. */
#include <stdio.h>

#include "base/md5.h"
#include "testing/test.h"

static void expect(const char *text, size_t n, const char *want) {
    unsigned char sum[16];
    char hex[33];
    md5_buffer(text, n, sum);
    for (size_t i = 0; i < sizeof sum; i++) snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    assert_string_equal(hex, want);
}

static void sums(void **state) {
    (void)state;
    char many[1000];
    expect("", 0, "d41d8cd98f00b204e9800998ecf8427e");
    expect("abc", 3, "900150983cd24fb0d6963f7d28e17f72");
    expect("12345678901234567890123456789012345678901234567890123456789012345678901234567890", 80,
           "57edf4a22be3c955ac49da2e2107b67a");
    memset(many, 'a', sizeof many);
    expect(many, sizeof many, "cabe45dcc9ae5b66ba86600cca6b8ba8");
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
