/* Digits of numbers, written to memory. */
#ifndef CPROF_BASE_DIGITS_H
#define CPROF_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

enum { DIGITS_MOST = 24 }; /* more than the digits of any number and its sign */

/* The number of decimal digits; 0 has one. */
static inline size_t digits_count(uint64_t v) {
    static const uint64_t least[] = {0, /* least[n]: the smallest number of n + 1 digits */
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000,
                                     10000000000000000,
                                     100000000000000000,
                                     1000000000000000000,
                                     10000000000000000000u};
    /* 1233 / 4096 is a little more than the logarithm of 2 to the base 10, so n is the number of digits or one less */
    size_t n = (size_t)(64 - __builtin_clzll(v | 1)) * 1233 >> 12;
    return n + (v >= least[n]);
}
/* The number of hexadecimal digits; 0 has one. */
static inline size_t digits_count_hex(uint64_t v) { return (size_t)(67 - __builtin_clzll(v | 1)) / 4; }

/* Write a number to `to`, which has room for DIGITS_MOST bytes. Return the end of its digits; bytes after it may be
 * overwritten. */
char *digits_write(char *to, uint64_t v);
char *digits_write_hex(char *to, uint64_t v); /* lower case, no prefix */
static inline char *digits_write_signed(char *to, int64_t v) {
    if (v >= 0) return digits_write(to, (uint64_t)v);
    *to = '-';
    return digits_write(to + 1, 0 - (uint64_t)v);
}

#endif
