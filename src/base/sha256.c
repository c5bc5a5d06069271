/* SHA-256. */
#include "base/sha256.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 64 };

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constant[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t v, int by) { return v >> by | v << (32 - by); }

/* A round of 6.2.2, whose variables keep their places: v[0] there is v[(0 - round) mod 8] here. */
static inline void run_round(uint32_t v[8], int round, uint32_t added) {
    uint32_t *a = &v[(8 - round % 8) % 8], *b = &v[(9 - round % 8) % 8], *c = &v[(10 - round % 8) % 8];
    uint32_t *d = &v[(11 - round % 8) % 8], *e = &v[(12 - round % 8) % 8], *f = &v[(13 - round % 8) % 8];
    uint32_t *g = &v[(14 - round % 8) % 8], *h = &v[(15 - round % 8) % 8];
    uint32_t choose = (*e & *f) ^ (~*e & *g), majority = (*a & *b) ^ (*a & *c) ^ (*b & *c);
    uint32_t first = *h + (rotate(*e, 6) ^ rotate(*e, 11) ^ rotate(*e, 25)) + choose + added;
    *d += first;
    *h = first + (rotate(*a, 2) ^ rotate(*a, 13) ^ rotate(*a, 22)) + majority;
}

/* 6.2.2: adds one block to the hash value. */
static void add_block(uint32_t hash[8], const uint8_t *block) {
    uint32_t schedule[ROUNDS], v[8];
    for (int i = 0; i < 16; i++)
        schedule[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                      (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t a = schedule[i - 15], b = schedule[i - 2];
        schedule[i] = (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10) + schedule[i - 7] +
                      (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + schedule[i - 16];
    }
    memcpy(v, hash, sizeof v);
    for (int i = 0; i < ROUNDS; i += 8) { /* unrolled, so that the places are constants */
        run_round(v, 0, round_constant[i] + schedule[i]);
        run_round(v, 1, round_constant[i + 1] + schedule[i + 1]);
        run_round(v, 2, round_constant[i + 2] + schedule[i + 2]);
        run_round(v, 3, round_constant[i + 3] + schedule[i + 3]);
        run_round(v, 4, round_constant[i + 4] + schedule[i + 4]);
        run_round(v, 5, round_constant[i + 5] + schedule[i + 5]);
        run_round(v, 6, round_constant[i + 6] + schedule[i + 6]);
        run_round(v, 7, round_constant[i + 7] + schedule[i + 7]);
    }
    for (int i = 0; i < 8; i++) hash[i] += v[i];
}

void sha256(str bytes, uint8_t digest[SHA256_BYTES]) {
    uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    size_t at = 0;
    for (; bytes.len - at >= BLOCK; at += BLOCK) add_block(hash, (const uint8_t *)bytes.ptr + at);
    uint8_t last[2 * BLOCK] = {0};
    size_t rest = bytes.len - at, blocks = rest + 9 > BLOCK ? 2 : 1;
    if (rest) memcpy(last, bytes.ptr + at, rest);
    last[rest] = 0x80;
    for (size_t i = 0; i < 8; i++) last[blocks * BLOCK - 1 - i] = (uint8_t)((uint64_t)bytes.len * 8 >> 8 * i);
    for (size_t i = 0; i < blocks; i++) add_block(hash, last + i * BLOCK);
    for (int i = 0; i < SHA256_BYTES; i++) digest[i] = (uint8_t)(hash[i / 4] >> (24 - i % 4 * 8));
}

void sha256_base64(str bytes, char text[SHA256_BASE64]) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t d[SHA256_BYTES + 1];
    sha256(bytes, d);
    d[SHA256_BYTES] = 0;
    for (int i = 0, to = 0; i < SHA256_BYTES; i += 3, to += 4) {
        uint32_t v = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
        for (int k = 0; k < 4; k++) text[to + k] = digit[v >> (18 - 6 * k) & 63];
    }
    text[SHA256_BASE64 - 1] = '=';
}
