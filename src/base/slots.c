/* Hash tables of ids with 32 bits of the hash. */
#include "base/slots.h"

#include <string.h>

/* Moves entries in the order of the slots, so that both tables are walked sequentially. */
static void rehash(struct slots *s, unsigned bits) {
    struct slots old = *s;
    s->arena = (struct arena){0};
    s->slot = ARENA_ZERO(&s->arena, uint64_t, (size_t)1 << bits);
    s->bits = bits;
    for (size_t i = 0; old.bits && i < (size_t)1 << old.bits; i++) {
        if (!old.slot[i]) continue;
        uint32_t mask = UINT32_MAX >> (32 - bits), to = slots_start(s, (uint32_t)(old.slot[i] >> 32));
        while (s->slot[to]) to = (to + 1) & mask;
        s->slot[to] = old.slot[i];
    }
    arena_release(&old.arena);
}

enum { BITS_FEWEST = 5, BITS_MOST = 32 };

void slots_room(struct slots *s, uint64_t more) {
    unsigned bits = s->bits ? s->bits : BITS_FEWEST;
    /* searches get long in a table that is fuller than five eighths */
    while (bits < BITS_MOST && s->n + more > ((uint64_t)5 << bits) / 8) bits++;
    if (bits != s->bits) rehash(s, bits);
}

void slots_clear(struct slots *s) {
    memset(s->slot, 0, sizeof *s->slot << s->bits);
    s->n = 0;
}
