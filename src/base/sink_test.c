/* Unit tests of sink.c. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sink.h"
#include "testing/test.h"

static void check(struct sink *s, const char *want) {
    assert_true(str_equal(sink_bytes(s), str_from(want)));
    struct err e = {0};
    assert_true(sink_close(s, &e));
}

static void numbers(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    sink_int(&s, 0);
    sink_char(&s, ' ');
    sink_int(&s, INT64_MIN);
    sink_char(&s, ' ');
    sink_int(&s, INT64_MAX);
    sink_char(&s, ' ');
    sink_hex(&s, 0);
    sink_hex(&s, UINT64_MAX);
    check(&s, "0 -9223372036854775808 9223372036854775807 0ffffffffffffffff");
    sink_to_memory(&s);
    for (int64_t v = 1; v <= 1000000; v *= 10)
        for (int64_t near = v - 1; near <= v; near++) {
            sink_int(&s, near);
            sink_int(&s, -near);
            sink_char(&s, ' ');
        }
    check(&s, "00 1-1 9-9 10-10 99-99 100-100 999-999 1000-1000 9999-9999 10000-10000 99999-99999 100000-100000 "
              "999999-999999 1000000-1000000 ");
}

/* Go pads by code points; an invalid byte counts as one. */
static void padding(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    sink_right(&s, STR("\xc3\xa9"), 3);
    sink_right(&s, STR("\xff\xc3"), 3);
    sink_left(&s, STR("ab"), 4);
    sink_right(&s, STR("toolong"), 2);
    sink_left(&s, STR("\xed\xa0\x80"), 4);
    check(&s, "  \xc3\xa9 \xff\xc3"
              "ab  toolong\xed\xa0\x80 ");
}

static void printing_longer_than_the_buffer(void **state) {
    (void)state;
    struct sink s;
    char want[3001];
    memset(want, ' ', 3000);
    want[2999] = 'x';
    want[3000] = 0;
    sink_to_memory(&s);
    sink_printf(&s, "%3000s", "x");
    check(&s, want);
}

static void files_get_every_byte(void **state) {
    (void)state;
    char name[TEST_PATH_MAX];
    int fd = test_file(name);
    assert_true(fd >= 0);
    unlink(name);
    struct sink s;
    sink_to_fd(&s, fd);
    static char chunk[300001];
    memset(chunk, 'c', sizeof chunk);
    uint64_t want = 0;
    for (size_t n = 1; n < sizeof chunk; n *= 3) {
        sink_write(&s, chunk, n);
        sink_repeat(&s, 'r', n);
        want += 2 * n;
    }
    struct err e = {0};
    assert_true(sink_close(&s, &e));
    assert_int_equal(lseek(fd, 0, SEEK_END), want);
    close(fd);
}

static void the_first_failure_sticks(void **state) {
    (void)state;
    int fd = open("/dev/full", O_WRONLY);
    if (fd < 0) skip();
    struct sink s;
    sink_to_fd(&s, fd);
    for (int i = 0; i < 1000; i++) sink_repeat(&s, 'x', 1000);
    struct err e = {0};
    assert_false(sink_close(&s, &e));
    assert_string_equal(err_text(&e), "No space left on device");
    err_clear(&e);
    sink_to_fd(&s, fd);
    sink_char(&s, 'x');
    assert_false(sink_close(&s, NULL)); /* fails without a message */
    assert_false(err_set(NULL, "why"));
    assert_false(err_prepend(NULL, "why: "));
    close(fd);
}

static void append(void *context, const char *p, size_t n) { sink_write(context, p, n); }

static void a_function_gets_everything_in_order(void **state) {
    (void)state;
    struct sink to, all;
    struct err e = {0};
    static char large[600000];
    for (size_t i = 0; i < sizeof large; i++) large[i] = (char)('a' + i % 26);
    sink_to_memory(&all);
    sink_to_function(&to, append, &all);
    sink_text(&to, "first ");
    sink_write(&to, large, sizeof large); /* larger than the buffer */
    for (int i = 0; i < 100000; i++) sink_int(&to, i % 10);
    assert_true(sink_close(&to, &e));
    str got = sink_bytes(&all);
    assert_int_equal(got.len, 6 + sizeof large + 100000);
    assert_memory_equal(got.ptr, "first abc", 9);
    assert_memory_equal(got.ptr + 6 + sizeof large, "0123456789", 10);
    assert_int_equal(got.ptr[got.len - 1], '9');
    sink_close(&all, &e);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(padding),
        cmocka_unit_test(printing_longer_than_the_buffer),
        cmocka_unit_test(files_get_every_byte),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(a_function_gets_everything_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
