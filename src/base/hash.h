/* Hashing, and two hash tables. The seed, and what bytes are mixed with, are random and chosen once per process, so
 * that no input can aim at collisions; nothing may depend on the order of a table.
 *
 * The tree has four tables, each with open addressing and linear probing, because their entries differ:
 * - intern: numbers byte strings; holds the keys and their whole hashes
 * - u64map: maps numbers to numbers; the entry holds both
 * - slots (base/slots.h): numbers of things that the caller holds, each with 32 bits of the hash. Look-ups can be
 *   prefetched in steps, and growing reads no keys: merging large profiles does little else
 * - edges (graph/edge_walk.c): the slot holds the sums, 16 bytes in all, so that a step touches one cache line: a third
 *   off all walks over stacks, which take most of the time of -dot */
#ifndef CPROF_BASE_HASH_H
#define CPROF_BASE_HASH_H

#include "base/arena.h"
#include "base/str.h"
#include "base/tuning.h"

uint64_t hash_bytes(const void *p, size_t n);

extern uint64_t hash_seed;
#define HASH_K1 0xe7037ed1a0b428dbu
/* The folded 128-bit product, the mixing step of wyhash. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b) {
    __extension__ unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
static inline uint64_t hash_u64(uint64_t v) { return hash_mix(v ^ hash_seed, HASH_K1); }
/* The hash of several numbers: h = hash_more(hash_u64(first), second) … */
static inline uint64_t hash_more(uint64_t h, uint64_t v) { return hash_mix(v ^ hash_seed, h ^ HASH_K1); }
/* The part of a hash that tables keep. */
static inline uint32_t hash_tag(uint64_t hash) { return (uint32_t)(hash >> 32) & TUNING_TAG_MASK; }

/* Interning: byte strings -> dense ids 0,1,2… in the order of first use. */
struct intern {
    struct arena *arena; /* memory of the table, and of keys if `copy` is set */
    bool copy;           /* false: the caller keeps the key bytes alive */
    uint32_t n;
    str *key;       /* key[id], n long */
    uint64_t *hash; /* hash[id] */
    uint32_t *slot; /* open addressing; id+1, 0 = free */
    uint32_t mask;  /* number of slots - 1 */
    uint32_t cap;   /* length of key[] and hash[] */
};
void intern_reserve(struct intern *t, uint32_t n);               /* makes room for n keys at once */
uint32_t intern_id(struct intern *t, str key);                   /* adds the key if it is new */
bool intern_find(const struct intern *t, str key, uint32_t *id); /* never adds */

/* uint64 -> uint32 map. */
struct u64map {
    struct arena *arena;
    struct u64map_slot {
        uint64_t key;
        uint64_t value; /* value + 1, 0 = free */
    } * slot;
    uint32_t n, mask, room; /* mask: number of slots - 1; room: keys that fit without growing */
};
void u64map_reserve(struct u64map *m, uint32_t n); /* makes room for n keys at once */
void u64map_grow(struct u64map *m);                /* u64map_put's slow path */

/* The slot of the key, or the free slot where it belongs. */
static inline struct u64map_slot *u64map_find(const struct u64map *m, uint64_t key) {
    uint32_t i = (uint32_t)hash_u64(key) & m->mask;
    while (m->slot[i].value && m->slot[i].key != key) i = (i + 1) & m->mask;
    return &m->slot[i];
}

/* The value of the key. If it has none, stores `fresh`; *added says so. */
static inline uint32_t u64map_put(struct u64map *m, uint64_t key, uint32_t fresh, bool *added) {
    if (m->n == m->room) u64map_grow(m);
    struct u64map_slot *s = u64map_find(m, key);
    *added = !s->value;
    if (*added) {
        *s = (struct u64map_slot){key, (uint64_t)fresh + 1};
        m->n++;
    }
    return (uint32_t)(s->value - 1);
}

static inline bool u64map_get(const struct u64map *m, uint64_t key, uint32_t *value) {
    if (!m->n) return false;
    const struct u64map_slot *s = u64map_find(m, key);
    if (!s->value) return false;
    *value = (uint32_t)(s->value - 1);
    return true;
}

#endif
