#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

static uint64_t seed = 0x9E3779B97F4A7C15u;

/* Before main, so that hashing need not ask whether it was done. */
__attribute__((constructor)) static void choose_seed(void) {
    uint64_t random;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) == (ssize_t)sizeof random) seed = random | 1;
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

/* The 128-bit product folded: the mixing step of wyhash. */
static inline uint64_t mix(uint64_t a, uint64_t b) {
    __extension__ unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

#define K0 0xa0761d6478bd642fu
#define K1 0xe7037ed1a0b428dbu
#define K2 0x8ebc6af09c88c6e3u

uint64_t hash_bytes(const void *data, size_t n) {
    const unsigned char *p = data;
    uint64_t h = seed ^ K0, a, b;
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
            h = mix(read64(p) ^ K1, read64(p + 8) ^ h);
            h2 = mix(read64(p + 16) ^ K2, read64(p + 24) ^ h2);
            p += 32;
            left -= 32;
        }
        h = h ^ (h2 << 1 | h2 >> 63) ^ K2;
        if (left > 16) h = mix(read64(p) ^ K1, read64(p + 8) ^ h);
        a = read64(p + left - 16);
        b = read64(p + left - 8);
    }
    return mix(K1 ^ n, mix(a ^ K1, b ^ h));
}

uint64_t hash_u64(uint64_t v) { return mix(v ^ seed, K1); }

static void intern_rehash(struct intern *t, uint32_t n_slots) {
    t->slot = ARENA_ZERO(t->arena, uint32_t, n_slots);
    t->n_slots = n_slots;
    for (uint32_t id = 0; id < t->n; id++) {
        uint32_t i = (uint32_t)t->hash[id] & (n_slots - 1);
        while (t->slot[i]) i = (i + 1) & (n_slots - 1);
        t->slot[i] = id + 1;
    }
}

void intern_reserve(struct intern *t, uint32_t n) {
    uint32_t n_slots = 32;
    while (n_slots / 2 <= n && n_slots < 1u << 31) n_slots *= 2;
    intern_rehash(t, n_slots);
    t->key = ARENA_ARRAY(t->arena, str, n);
    t->hash = ARENA_ARRAY(t->arena, uint64_t, n);
    t->key_cap = n;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t intern_probe(const struct intern *t, str key, uint64_t h) {
    uint32_t i = (uint32_t)h & (t->n_slots - 1);
    while (t->slot[i]) {
        uint32_t id = t->slot[i] - 1;
        if (t->hash[id] == h && str_equal(t->key[id], key)) break;
        i = (i + 1) & (t->n_slots - 1);
    }
    return i;
}

uint32_t intern_id(struct intern *t, str key) {
    if (t->n_slots < 32 || t->n > t->n_slots / 2) intern_rehash(t, t->n_slots < 32 ? 32 : t->n_slots * 2);
    uint64_t h = hash_bytes(key.ptr, key.len);
    uint32_t i = intern_probe(t, key, h);
    if (t->slot[i]) return t->slot[i] - 1;
    if (t->n == t->key_cap) {
        uint32_t cap = t->key_cap ? t->key_cap * 2 : 16;
        t->key = arena_grow(t->arena, t->key, t->key_cap * sizeof *t->key, cap * sizeof *t->key);
        t->hash = arena_grow(t->arena, t->hash, t->key_cap * sizeof *t->hash, cap * sizeof *t->hash);
        t->key_cap = cap;
    }
    t->key[t->n] = t->copy ? str_copy(t->arena, key) : key;
    t->hash[t->n] = h;
    t->slot[i] = ++t->n;
    return t->n - 1;
}

bool intern_find(const struct intern *t, str key, uint32_t *id) {
    if (!t->n_slots) return false;
    uint32_t i = intern_probe(t, key, hash_bytes(key.ptr, key.len));
    if (!t->slot[i]) return false;
    *id = t->slot[i] - 1;
    return true;
}

static uint32_t u64map_probe(const struct u64map *m, uint64_t key) {
    uint32_t i = (uint32_t)hash_u64(key) & (m->n_slots - 1);
    while (m->value[i] && m->key[i] != key) i = (i + 1) & (m->n_slots - 1);
    return i;
}

static void u64map_rehash(struct u64map *m, uint32_t n_slots) {
    struct u64map old = *m;
    m->key = ARENA_ARRAY(m->arena, uint64_t, n_slots);
    m->value = ARENA_ZERO(m->arena, uint32_t, n_slots);
    m->n_slots = n_slots;
    for (uint32_t i = 0; i < old.n_slots; i++) {
        if (!old.value[i]) continue;
        uint32_t to = u64map_probe(m, old.key[i]);
        m->key[to] = old.key[i];
        m->value[to] = old.value[i];
    }
}

void u64map_reserve(struct u64map *m, uint32_t n) {
    uint32_t n_slots = 32;
    while (n_slots / 2 < n && n_slots < 1u << 31) n_slots *= 2;
    u64map_rehash(m, n_slots);
}

uint32_t u64map_put(struct u64map *m, uint64_t key, uint32_t fresh, bool *added) {
    if (m->n_slots < 32 || m->n > m->n_slots / 2) u64map_rehash(m, m->n_slots < 32 ? 32 : m->n_slots * 2);
    uint32_t i = u64map_probe(m, key);
    *added = !m->value[i];
    if (*added) {
        m->key[i] = key;
        m->value[i] = fresh + 1;
        m->n++;
    }
    return m->value[i] - 1;
}

bool u64map_get(const struct u64map *m, uint64_t key, uint32_t *value) {
    if (!m->n_slots) return false;
    uint32_t i = u64map_probe(m, key);
    if (!m->value[i]) return false;
    *value = m->value[i] - 1;
    return true;
}
