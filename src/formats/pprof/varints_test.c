/* Unit tests of varints.c: the fast way takes what the straight one does. */
#include "formats/pprof/varints.h"

#include <string.h>

#include "base/hash.h"
#include "testing/test.h"

enum { MOST = 200, TRIES = 20000 };

/* Writes a number of `size` bytes, which may be more than it needs. */
static size_t put(uint8_t *to, uint64_t number, size_t size) {
    for (size_t i = 0; i < size; i++, number >>= 7) to[i] = (uint8_t)(number & 0x7f) | (i + 1 < size ? 0x80 : 0);
    return size;
}

/* Takes a run both ways, until none takes more, and compares. */
static void compare(const uint8_t *bytes, size_t n) {
    uint32_t fast[MOST + VARINTS_PADDING], straight[MOST + VARINTS_PADDING];
    struct varints a = {bytes, bytes + n, fast, 0}, b = {bytes, bytes + n, straight, 0};
    varints_take(&a);
    varints_take_straight(&b);
    assert_ptr_equal(a.p, b.p);
    assert_int_equal(a.out - fast, b.out - straight);
    assert_int_equal(a.most, b.most);
    assert_memory_equal(fast, straight, (size_t)(b.out - straight) * sizeof *straight);
}

static void both_ways_agree(void **state) {
    (void)state;
    uint8_t bytes[MOST + VARINTS_READ_AHEAD];
    uint64_t r = 1;
    for (uint32_t i = 0; i < TRIES; i++) {
        /* most sizes of each run are alike, and some numbers are too long */
        size_t n = 0, usual = 1 + i % 4, most = (r = hash_mix(r, HASH_K1)) % MOST;
        memset(bytes, (int)(r >> 8 & 0xff), sizeof bytes);
        while (n < most) {
            r = hash_mix(r, HASH_K1);
            size_t size = r % 4 == 0 ? 1 + (r >> 8) % 4 : usual;
            if (r % 97 == 0) size = 5 + (r >> 8) % 7;
            if (n + size > MOST) break;
            n += put(bytes + n, r % 31 ? r >> 16 : 0, size);
        }
        compare(bytes, n);
        if (n) compare(bytes, n - 1); /* may end inside of a number */
    }
}

static void numbers_are_stored_minus_one(void **state) {
    (void)state;
    uint8_t bytes[16 + VARINTS_READ_AHEAD] = {0};
    uint32_t out[16 + VARINTS_PADDING];
    size_t n = put(bytes, 1, 1);
    n += put(bytes + n, 300, 2);
    n += put(bytes + n, 0xfffffff, 4);
    n += put(bytes + n, 2, 3);
    n += put(bytes + n, 5, 5);
    struct varints v = {bytes, bytes + n, out, 0};
    varints_take(&v);
    assert_int_equal(v.out - out, 4);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 299);
    assert_int_equal(out[2], 0xffffffe);
    assert_int_equal(out[3], 1);
    assert_int_equal(v.most, 0xffffffe);
    assert_ptr_equal(v.p, bytes + n - 5); /* at the long one */
    uint8_t nothing[1] = {0};
    struct varints zero = {nothing, nothing + 1, out, 0};
    varints_take_straight(&zero);
    assert_int_equal(zero.most, UINT32_MAX);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways_agree),
                                       cmocka_unit_test(numbers_are_stored_minus_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
