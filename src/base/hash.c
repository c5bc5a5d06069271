/* Hashing, interning, and maps of numbers. */
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

#define K0 0xa0761d6478bd642fu
#define K2 0x8ebc6af09c88c6e3u

uint64_t hash_seed = 0x9E3779B97F4A7C15u;
/* What bytes are mixed with. If it were known, bytes equal to it would make a factor 0, and the hash independent of the
 * others. */
static uint64_t secret[2] = {HASH_K1, K2};

/* Runs before main, so that hashing need not test whether there is a seed. */
__attribute__((constructor)) static void choose_seed(void) {
    uint64_t random[3];
    if (getrandom(random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random) return;
    hash_seed = random[0] | 1;
    secret[0] = random[1];
    secret[1] = random[2];
}

static inline uint64_t read64(const unsigned char *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static inline uint64_t read32(const unsigned char *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

static inline uint64_t bytes_hash(const void *data, size_t n) {
    const unsigned char *p = data;
    uint64_t h = hash_seed ^ K0, a, b;
    if (n <= 16) {
        if (n >= 8) {
            a = read64(p);
            b = read64(p + n - 8);
        } else if (n >= 4) {
            a = read32(p);
            b = read32(p + n - 4);
        } else if (n) {
            a = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 8 | p[n - 1];
            b = 0;
        } else {
            a = b = 0;
        }
    } else {
        size_t left = n;
        uint64_t h2 = h;
        while (left > 32) {
            h = hash_mix(read64(p) ^ secret[0], read64(p + 8) ^ h);
            h2 = hash_mix(read64(p + 16) ^ secret[1], read64(p + 24) ^ h2);
            p += 32;
            left -= 32;
        }
        h = h ^ (h2 << 1 | h2 >> 63) ^ K2;
        if (left > 16) h = hash_mix(read64(p) ^ secret[0], read64(p + 8) ^ h);
        a = read64(p + left - 16);
        b = read64(p + left - 8);
    }
    return hash_mix(HASH_K1 ^ n, hash_mix(a ^ secret[0], b ^ h));
}

uint64_t hash_bytes(const void *data, size_t n) { return bytes_hash(data, n); }

enum { SLOTS_FEWEST = 32 };
#define SLOTS_MOST (UINT32_C(1) << 31)

static void intern_rehash(struct intern *t, uint32_t n_slots) {
    t->slot = ARENA_ZERO(t->arena, uint32_t, n_slots);
    t->mask = n_slots - 1;
    for (uint32_t id = 0; id < t->n; id++) {
        uint32_t i = (uint32_t)t->hash[id] & t->mask;
        while (t->slot[i]) i = (i + 1) & t->mask;
        t->slot[i] = id + 1;
    }
}

/* Makes room for n keys; slots are at most half full. */
static void make_room(struct intern *t, uint32_t n) {
    uint32_t n_slots = t->slot ? t->mask + 1 : SLOTS_FEWEST;
    while (n_slots / 2 <= n && n_slots < SLOTS_MOST) n_slots *= 2;
    t->key = arena_grow(t->arena, t->key, t->cap * sizeof *t->key, n * sizeof *t->key);
    t->hash = arena_grow(t->arena, t->hash, t->cap * sizeof *t->hash, n * sizeof *t->hash);
    t->cap = n;
    if (!t->slot || n_slots != t->mask + 1) intern_rehash(t, n_slots);
}

void intern_reserve(struct intern *t, uint32_t n) {
    if (n > t->cap) make_room(t, n);
}

static __attribute__((noinline)) void intern_grow(struct intern *t) {
    make_room(t, t->cap > UINT32_MAX / 2 ? UINT32_MAX : t->cap ? t->cap * 2 : SLOTS_FEWEST / 2);
}

/* The slot of the key, or the free slot where it belongs. */
static inline uint32_t intern_probe(const struct intern *t, str key, uint64_t h) {
    uint32_t i = (uint32_t)h & t->mask;
    for (uint32_t id; (id = t->slot[i]) != 0; i = (i + 1) & t->mask)
        if (t->hash[id - 1] == h && str_equal(t->key[id - 1], key)) break;
    return i;
}

uint32_t intern_id(struct intern *t, str key) {
    if (t->n == t->cap) intern_grow(t);
    uint64_t h = bytes_hash(key.ptr, key.len);
    uint32_t i = intern_probe(t, key, h);
    if (t->slot[i]) return t->slot[i] - 1;
    t->key[t->n] = t->copy ? str_copy(t->arena, key) : key;
    t->hash[t->n] = h;
    t->slot[i] = ++t->n;
    return t->n - 1;
}

bool intern_find(const struct intern *t, str key, uint32_t *id) {
    if (!t->n) return false;
    uint32_t i = intern_probe(t, key, bytes_hash(key.ptr, key.len));
    if (!t->slot[i]) return false;
    *id = t->slot[i] - 1;
    return true;
}

static void u64map_rehash(struct u64map *m, uint32_t n_slots) {
    struct u64map old = *m;
    m->slot = ARENA_ZERO(m->arena, struct u64map_slot, n_slots);
    m->mask = n_slots - 1;
    m->room = n_slots / 2;
    for (uint32_t i = 0; old.slot && i <= old.mask; i++)
        if (old.slot[i].value) *u64map_find(m, old.slot[i].key) = old.slot[i];
}

void u64map_reserve(struct u64map *m, uint32_t n) {
    uint32_t n_slots = SLOTS_FEWEST;
    while (n_slots / 2 < n && n_slots < SLOTS_MOST) n_slots *= 2;
    if (n_slots / 2 > m->room) u64map_rehash(m, n_slots);
}

void u64map_grow(struct u64map *m) { u64map_reserve(m, m->room < SLOTS_MOST / 2 ? m->room + 1 : SLOTS_MOST / 2); }
