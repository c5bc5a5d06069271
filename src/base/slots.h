/* Tables that find numbered things by hash: open addressing with 32 bits of the hash (hash_tag) beside each id. A
 * look-up reads the thing itself only when it is very likely the right one, and growing reads none.
 *
 *     at = slots_start(s, tag);
 *     do id = slots_next(s, tag, &at); while (id != SLOTS_NONE && !is_it(id));
 *     if (id == SLOTS_NONE) slots_put(s, at, tag, fresh);   after slots_room(s, …) */
#ifndef CPROF_BASE_SLOTS_H
#define CPROF_BASE_SLOTS_H

#include "base/arena.h"
#include "base/hash.h"

#define SLOTS_NONE UINT32_MAX /* no id; equals PROFILE_NONE */

struct slots {
    uint64_t *slot; /* tag << 32 | id + 1; 0: free */
    uint32_t n;
    unsigned bits; /* there are 2^bits slots, ordered by the first bits of the tags, wrapping at the end */
    struct arena arena;
};

/* Makes room for `more` ids. Must be called before the first look-up. */
void slots_room(struct slots *s, uint64_t more);
/* Removes all ids, but keeps the memory. */
void slots_clear(struct slots *s);

static inline uint32_t slots_start(const struct slots *s, uint32_t tag) { return tag >> (32 - s->bits); }

static inline void slots_prefetch(const struct slots *s, uint32_t tag) {
    __builtin_prefetch(&s->slot[slots_start(s, tag)]);
}

/* The next id with this tag. SLOTS_NONE if there are no more; then *at is the free slot for a new one. */
static inline uint32_t slots_next(const struct slots *s, uint32_t tag, uint32_t *at) {
    uint32_t mask = UINT32_MAX >> (32 - s->bits);
    for (uint64_t v; (v = s->slot[*at]) != 0;) {
        *at = (*at + 1) & mask;
        if (v >> 32 == tag) return (uint32_t)v - 1;
    }
    return SLOTS_NONE;
}

/* The first id with this tag: very likely the right one, so worth a prefetch. */
static inline uint32_t slots_guess(const struct slots *s, uint32_t tag) {
    uint32_t at = slots_start(s, tag);
    return slots_next(s, tag, &at);
}

static inline void slots_put(struct slots *s, uint32_t at, uint32_t tag, uint32_t id) {
    s->slot[at] = (uint64_t)tag << 32 | (id + 1);
    s->n++;
}

#endif
