/* What the programs that make profiles share: random numbers, and messages of protocol buffers. */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    unsigned char at[4096]; /* the longest message is a sample of 110 locations of 3 bytes, with labels */
    size_t n;
};

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

#endif
