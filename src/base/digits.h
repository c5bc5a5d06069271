/* Digits of numbers, written to memory. */
#ifndef CPROF_BASE_DIGITS_H
#define CPROF_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

enum { DIGITS_MOST = 24 }; /* more than the digits of any number and its sign */

/* The number of hexadecimal digits; 0 has one. */
static inline size_t digits_count_hex(uint64_t v) { return (size_t)(67 - __builtin_clzll(v | 1)) / 4; }

/* Write a number to `to`, which has room for DIGITS_MOST bytes. Return the end of its digits; bytes after it may be
 * overwritten. */
char *digits_write(char *to, uint64_t v);
char *digits_write_hex(char *to, uint64_t v); /* lower case, no prefix */
/* Right-aligned in `width` columns, at most DIGITS_MOST, as %*u. `to` has room for 2 * DIGITS_MOST bytes. */
char *digits_write_right(char *to, uint64_t v, size_t width);
static inline char *digits_write_signed(char *to, int64_t v) {
    if (v >= 0) return digits_write(to, (uint64_t)v);
    *to = '-';
    return digits_write(to + 1, 0 - (uint64_t)v);
}

#endif
