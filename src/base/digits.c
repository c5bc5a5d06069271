/* Digits of numbers, written to memory. */
#include "base/digits.h"

#include <string.h>

enum { EIGHT = 100000000 }; /* the smallest number of more than eight digits */

/* The digits of v, which is below EIGHT, as the bytes of a word, the highest digit in the lowest byte. Each step halves
 * all parts of the word at once: into numbers below 10000, below 100, below 10. Its products are quotients, exact for
 * numbers of this size. It has no branch, because numbers of digits are unpredictable. */
static inline uint64_t eight_digits(uint32_t v) {
    uint64_t parts = v / 10000 | (uint64_t)(v % 10000) << 32;
    uint64_t high = parts * 10486 >> 20 & 0x0000007f0000007f; /* hundredths */
    parts = high | (parts - 100 * high) << 16;
    high = parts * 103 >> 10 & 0x000f000f000f000f; /* tenths */
    return high | (parts - 10 * high) << 8;
}

#define ZEROS UINT64_C(0x3030303030303030)

/* The number of zeros before the first digit; the last byte is a digit even if it is 0. */
static inline int leading_zeros(uint64_t digits) { return __builtin_ctzll(digits | UINT64_C(1) << 56) / 8; }

char *digits_write(char *to, uint64_t v) {
    uint64_t text;
    if (v >= EIGHT) {
        to = digits_write(to, v / EIGHT);
        text = eight_digits((uint32_t)(v % EIGHT)) + ZEROS;
        memcpy(to, &text, sizeof text);
        return to + sizeof text;
    }
    uint64_t digits = eight_digits((uint32_t)v);
    int leading = leading_zeros(digits);
    text = (digits + ZEROS) >> 8 * leading;
    memcpy(to, &text, sizeof text);
    return to + sizeof text - leading;
}

char *digits_write_right(char *to, uint64_t v, size_t width) {
    char number[DIGITS_MOST];
    size_t n = (size_t)(digits_write(number, v) - number);
    if (n < width) {
        memset(to, ' ', DIGITS_MOST);
        to += width - n;
    }
    memcpy(to, number, 8); /* as many bytes as were written at once, so that reading them need not wait */
    if (n > 8) memcpy(to + 8, number + 8, sizeof number - 8);
    return to + n;
}

char *digits_write_hex(char *to, uint64_t v) {
    char *end = to + digits_count_hex(v), *at = end;
    do *--at = "0123456789abcdef"[v & 15];
    while (v >>= 4);
    return end;
}
