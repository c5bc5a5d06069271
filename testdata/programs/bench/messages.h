/* What the programs that make profiles share: random numbers, messages of protocol buffers, and writing them packed. */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

struct bytes {
    unsigned char at[4096]; /* the longest message is a sample of 110 locations of 3 bytes, with labels */
    size_t n;
};

static gzFile out;      /* the profile */
static uint64_t state; /* of the random numbers, which are splitmix64's */

static inline uint64_t mixed(uint64_t v) {
    v = (v ^ v >> 30) * 0xBF58476D1CE4E5B9u;
    v = (v ^ v >> 27) * 0x94D049BB133111EBu;
    return v ^ v >> 31;
}
static inline uint64_t draw(void) { return mixed(state += 0x9E3779B97F4A7C15u); }
static inline uint32_t below(uint32_t n) { return (uint32_t)(draw() % n); }
/* below n, and the smaller the likelier; the larger `skew`, the more so */
static inline uint32_t skewed(uint32_t n, double skew) {
    return (uint32_t)(pow((double)(draw() >> 11) * 0x1p-53, skew) * n);
}

static inline void put_varint(struct bytes *b, uint64_t v) {
    for (; v > 127; v >>= 7) b->at[b->n++] = (unsigned char)(v | 128);
    b->at[b->n++] = (unsigned char)v;
}
static inline void put_number(struct bytes *b, unsigned field, uint64_t v) {
    put_varint(b, field << 3);
    put_varint(b, v);
}
static inline void put_bytes(struct bytes *b, unsigned field, const void *data, size_t n) {
    put_varint(b, field << 3 | 2);
    put_varint(b, n);
    memcpy(b->at + b->n, data, n);
    b->n += n;
}
static inline void put_message(struct bytes *b, unsigned field, const struct bytes *m) {
    put_bytes(b, field, m->at, m->n);
}

/* Top-level fields of the profile. */
static inline void write_field(unsigned field, const void *data, size_t n) {
    struct bytes b = {.n = 0};
    put_bytes(&b, field, data, n);
    gzwrite(out, b.at, (unsigned)b.n);
}
static inline void write_message(unsigned field, const struct bytes *m) { write_field(field, m->at, m->n); }
static inline void write_number(unsigned field, uint64_t v) {
    struct bytes b = {.n = 0};
    put_number(&b, field, v);
    gzwrite(out, b.at, (unsigned)b.n);
}
/* A type of values; the arguments are indices of strings. */
static inline void write_type(unsigned field, uint64_t type, uint64_t unit) {
    struct bytes m = {.n = 0};
    put_number(&m, 1, type);
    put_number(&m, 2, unit);
    write_message(field, &m);
}
/* A label of a sample: `field` is 2 for the index of a string, 3 for a number. */
static inline void put_label(struct bytes *sample, uint64_t key, unsigned field, uint64_t value) {
    struct bytes m = {.n = 0};
    put_number(&m, 1, key);
    put_number(&m, field, value);
    put_message(sample, 3, &m);
}

#endif
