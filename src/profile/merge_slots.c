#include "profile/merge_slots.h"

#include <string.h>

void *merge_column_grow(struct arena *own, void *at, size_t *cap, size_t need, size_t item_size) {
    size_t grown = *cap > need / 2 ? *cap * 2 : need;
    /* a column alone in its arena moves; arena_array checks the size of a first one */
    at = at ? arena_grow(own, at, *cap * item_size, grown * item_size) : arena_array(own, grown, item_size);
    *cap = grown;
    return at;
}

void *merge_column_take(struct arena *own, size_t *cap, struct arena *from, const void *array, size_t count,
                        size_t item_size) {
    struct arena taken;
    void *at = from ? arena_take(from, array, count * item_size, &taken) : NULL;
    if (!at) return NULL;
    arena_release(own);
    *own = taken;
    *cap = count;
    return at;
}

/* In the order of the slots, so that both tables are walked from one end to the other. */
static void rehash(struct merge_slots *s, unsigned bits) {
    struct merge_slots old = *s;
    s->arena = (struct arena){0};
    s->slot = ARENA_ZERO(&s->arena, uint64_t, (size_t)1 << bits);
    s->bits = bits;
    for (size_t i = 0; old.bits && i < (size_t)1 << old.bits; i++) {
        if (!old.slot[i]) continue;
        uint32_t mask = UINT32_MAX >> (32 - bits), to = merge_slots_start(s, (uint32_t)(old.slot[i] >> 32));
        while (s->slot[to]) to = (to + 1) & mask;
        s->slot[to] = old.slot[i];
    }
    arena_release(&old.arena);
}

enum { BITS_FEWEST = 5, BITS_MOST = 32 };

void merge_slots_room(struct merge_slots *s, uint64_t more) {
    unsigned bits = s->bits ? s->bits : BITS_FEWEST;
    /* fuller than five eighths, searches become long */
    while (bits < BITS_MOST && s->n + more > ((uint64_t)5 << bits) / 8) bits++;
    if (bits != s->bits) rehash(s, bits);
}

void merge_slots_clear(struct merge_slots *s) {
    memset(s->slot, 0, sizeof *s->slot << s->bits);
    s->n = 0;
}
