/* What a merge is made of: columns that grow in arenas of their own, so that outgrown room is given back at once, and
 * tables of slots that find things by hash. */
#ifndef CPROF_PROFILE_MERGE_SLOTS_H
#define CPROF_PROFILE_MERGE_SLOTS_H

#include "base/hash.h"
#include "profile/profile.h"

/* --- columns: MERGE_COLUMN(loc_id) c = {0}; MERGE_ROOM(&c, 2); c.at[c.n++] = … */

#define MERGE_COLUMN(type)                                                                                             \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t n, cap;                                                                                                 \
        struct arena arena;                                                                                            \
    }
/* Makes room for so many items behind the n there are: just so many the first time, later twice what there was. */
#define MERGE_ROOM(c, more)                                                                                            \
    ((c)->n + (more) > (c)->cap                                                                                        \
         ? (void)((c)->at = merge_column_grow(&(c)->arena, (c)->at, &(c)->cap, (c)->n + (more), sizeof *(c)->at))      \
         : (void)0)
void *merge_column_grow(struct arena *own, void *at, size_t *cap, size_t need, size_t item_size);
/* The same for a column without items, which becomes `array` of `count` items, what is in them included, if that is a
 * column in `from`. Then `array` is set to where it is now. from: may be NULL. */
#define MERGE_ROOM_IN(c, more, from, array, count)                                                                     \
    do {                                                                                                               \
        void *taken = merge_column_take(&(c)->arena, &(c)->cap, from, array, count, sizeof *(array));                  \
        if (taken) (c)->at = taken;                                                                                    \
        MERGE_ROOM(c, more);                                                                                           \
        if (taken) (array) = (c)->at;                                                                                  \
    } while (0)
void *merge_column_take(struct arena *own, size_t *cap, struct arena *from, const void *array, size_t count,
                        size_t item_size);

/* How many items n inputs have, where one has so many: room that is not needed costs nothing while it is not touched,
 * but it must not be without bounds. */
static inline uint64_t merge_expected(uint64_t of_one, uint32_t n) {
    enum { MOST = 1 << 20 };
    return of_one < MOST / n ? of_one * n : of_one < MOST ? MOST : of_one;
}

/* --- slots: open addressing with 32 bits of the hash beside each id, so that a look-up touches things only when it has
 * very likely found its own, and growing none at all.
 *
 *     at = merge_slots_start(s, tag);
 *     do id = merge_slots_next(s, tag, &at); while (id != PROFILE_NONE && !is_it(id));
 *     if (id == PROFILE_NONE) merge_slots_put(s, at, tag, fresh);   after merge_slots_room(s, …) */
struct merge_slots {
    uint64_t *slot; /* tag << 32 | id + 1; 0: free */
    uint32_t n;
    unsigned bits; /* there are 2^bits slots; ordered by the tags' first bits, wrapping at the end */
    struct arena arena;
};

/* Makes room for so many more. Before it was called once, a table cannot be asked. */
void merge_slots_room(struct merge_slots *s, uint64_t more);
/* Forgets everything, but keeps the room. */
void merge_slots_clear(struct merge_slots *s);

static inline uint32_t merge_slots_start(const struct merge_slots *s, uint32_t tag) { return tag >> (32 - s->bits); }

static inline void merge_slots_prefetch(const struct merge_slots *s, uint32_t tag) {
    __builtin_prefetch(&s->slot[merge_slots_start(s, tag)]);
}

/* The next id with this tag, PROFILE_NONE when there is none more: then *at is the free slot where a new one belongs.
 */
static inline uint32_t merge_slots_next(const struct merge_slots *s, uint32_t tag, uint32_t *at) {
    uint32_t mask = UINT32_MAX >> (32 - s->bits);
    for (uint64_t v; (v = s->slot[*at]) != 0;) {
        *at = (*at + 1) & mask;
        if (v >> 32 == tag) return (uint32_t)v - 1;
    }
    return PROFILE_NONE;
}

/* The first id with this tag: most likely the one that is sought, so worth a prefetch. */
static inline uint32_t merge_slots_guess(const struct merge_slots *s, uint32_t tag) {
    uint32_t at = merge_slots_start(s, tag);
    return merge_slots_next(s, tag, &at);
}

static inline void merge_slots_put(struct merge_slots *s, uint32_t at, uint32_t tag, uint32_t id) {
    s->slot[at] = (uint64_t)tag << 32 | (id + 1);
    s->n++;
}

#endif
