/* Hashing and the two tables everything else is built from. Seeds are fixed per process start (random),
 * so no input can aim at collisions; nothing may depend on table order. */
#ifndef CPROF_BASE_HASH_H
#define CPROF_BASE_HASH_H

#include "base/arena.h"
#include "base/str.h"

uint64_t hash_bytes(const void *p, size_t n);
uint64_t hash_u64(uint64_t v);
static inline uint32_t hash_tag(uint64_t hash) { return (uint32_t)(hash >> 32); } /* what tables keep of one */

/* Interning: byte strings -> dense ids 0,1,2… in the order of first use. */
struct intern {
    struct arena *arena; /* where the table grows; keys are copied there when copy is set */
    bool copy;           /* false: the caller keeps the key bytes alive */
    uint32_t n;
    str *key;       /* key[id], n long */
    uint64_t *hash; /* hash[id] */
    uint32_t *slot; /* open addressing; id+1, 0 = free */
    uint32_t n_slots, key_cap;
};
void intern_reserve(struct intern *t, uint32_t n); /* makes room for n keys at once; only on an empty table */
uint32_t intern_id(struct intern *t, str key);     /* adds the key when it is new */
bool intern_find(const struct intern *t, str key, uint32_t *id); /* never adds */

/* uint64 -> uint32 map. */
struct u64map {
    struct arena *arena;
    uint64_t *key;
    uint32_t *value; /* value+1, 0 = free */
    uint32_t n, n_slots;
};
void u64map_reserve(struct u64map *m, uint32_t n); /* makes room for n keys at once; only on an empty map */
/* The value stored for key, after storing `fresh` when there was none; *added says which. */
uint32_t u64map_put(struct u64map *m, uint64_t key, uint32_t fresh, bool *added);
bool u64map_get(const struct u64map *m, uint64_t key, uint32_t *value);

#endif
