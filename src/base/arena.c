/* Bump allocation: a list of blocks, and a pointer into the newest one. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pages.h"
#include "base/tuning.h"

enum { ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* of the whole block, including this header */
    size_t used; /* when the next block was started */
    bool mapped;
    bool marked; /* an arena_mark names it, so it must not move */
    bool alone;  /* it holds one array only, which arena_extract_array may remove */
};
#define HEADER ((sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static struct arena_block *block_new(size_t size, bool mapped) {
    struct arena_block *b = mapped ? pages_map(&size) : memory_alloc(size);
    b->size = size;
    b->mapped = mapped;
    b->marked = b->alone = false;
    b->used = HEADER;
    return b;
}

static void block_free(struct arena_block *b) {
    if (b->mapped)
        pages_unmap(b, b->size);
    else
        free(b);
}

static void push_block(struct arena *a, struct arena_block *b) {
    if (a->block) a->block->used = a->used;
    b->older = a->block;
    a->block = b;
    a->total += b->size;
}

static void *add_block(struct arena *a, size_t size) {
    size_t want = a->total / 4;
    if (want < TUNING_ARENA_FIRST) want = TUNING_ARENA_FIRST;
    if (want > TUNING_ARENA_MOST) want = TUNING_ARENA_MOST;
    if (size > SIZE_MAX / 2) memory_exhausted(size);
    if (want < size + HEADER) want = size + HEADER;
    push_block(a, block_new(want, want >= pages_map_from()));
    a->used = HEADER + size;
    return (char *)a->block + HEADER;
}

void *arena_guess(struct arena *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / 2 / size) memory_exhausted(SIZE_MAX);
    size_t all = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (all < pages_guess_from()) return arena_alloc(a, all);
    /* nearly a huge page is worth one */
    size_t whole = HEADER + all > PAGES_HUGE / 4 * 3 && HEADER + all < PAGES_HUGE ? PAGES_HUGE : HEADER + all;
    push_block(a, block_new(whole, true));
    a->used = HEADER + all;
    return (char *)a->block + HEADER;
}

void *arena_alloc(struct arena *a, size_t size) {
    if (size > SIZE_MAX / 2) memory_exhausted(size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!a->block || size > a->block->size - a->used) return add_block(a, size);
    void *p = (char *)a->block + a->used;
    a->used += size;
    return p;
}

void arena_reserve(struct arena *a, size_t size) {
    if (a->block && size <= a->block->size - a->used) return;
    add_block(a, size);
    a->used = HEADER;
}

void *arena_array(struct arena *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / 2 / size) memory_exhausted(SIZE_MAX);
    return arena_alloc(a, count * size);
}

void *arena_zero(struct arena *a, size_t count, size_t size) {
    const struct arena_block *before = a->block;
    void *p = arena_array(a, count, size);
    /* a new mapping is zero already, and touching it would cost page faults */
    bool fresh_mapping = a->block != before && a->block->mapped;
    if (!fresh_mapping) memset(p, 0, count * size);
    return p;
}

/* Resizes a block to at least `size` bytes; it may move. Pages of a mapped block change their address without being
 * copied. */
static struct arena_block *block_extend(struct arena_block *b, size_t size) {
    b = b->mapped ? pages_remap(b, b->size, &size) : memory_resize(b, size);
    b->size = size;
    return b;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size) {
    size_t old_aligned = (old_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (old && a->block && (char *)old + old_aligned == (char *)a->block + a->used) {
        size_t start = (size_t)((char *)old - (char *)a->block);
        if (start + ALIGNMENT <= a->block->size && new_size <= a->block->size - start - ALIGNMENT) {
            a->used = start + (new_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            return old;
        }
        bool stays_small = HEADER + new_size + ALIGNMENT < pages_map_from();
        if (start == HEADER && !a->block->marked && (a->block->mapped || stays_small)) {
            if (new_size > SIZE_MAX / 2) memory_exhausted(new_size);
            a->total -= a->block->size;
            a->block = block_extend(a->block, HEADER + new_size + ALIGNMENT);
            a->total += a->block->size;
            a->used = HEADER + (new_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            return (char *)a->block + HEADER;
        }
    }
    void *p = arena_alloc(a, new_size);
    size_t keep = old_size < new_size ? old_size : new_size;
    if (old && keep) memcpy(p, old, keep);
    return p;
}

void *arena_vec_grow(struct arena *a, void *at, size_t *cap, size_t item_size) {
    size_t grown = *cap ? *cap * 2 : 16;
    if (grown > SIZE_MAX / 2 / item_size) memory_exhausted(SIZE_MAX);
    at = arena_grow(a, at, *cap * item_size, grown * item_size);
    *cap = grown;
    return at;
}

struct arena_mark arena_mark(const struct arena *a) {
    if (a->block) a->block->marked = true;
    return (struct arena_mark){a->block, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m) {
    while (a->block != m.block) {
        struct arena_block *b = a->block;
        a->block = b->older;
        a->total -= b->size;
        block_free(b);
    }
    a->used = m.used;
}

void arena_release(struct arena *a) { arena_rewind(a, (struct arena_mark){NULL, 0}); }

void arena_reset(struct arena *a) {
    struct arena_block *keep = a->block;
    if (!keep) return;
    a->block = keep->older;
    arena_release(a);
    keep->older = NULL;
    *a = (struct arena){.block = keep, .used = HEADER, .total = keep->size};
}

void arena_adopt(struct arena *into, struct arena *from) {
    if (!from->block) return;
    struct arena_block *oldest = from->block;
    while (oldest->older) oldest = oldest->older;
    if (into->block) {
        /* below the newest block of `into`, in which allocation continues */
        oldest->older = into->block->older;
        into->block->older = from->block;
    } else {
        into->block = from->block;
        into->used = from->used;
    }
    into->total += from->total;
    *from = (struct arena){0};
}

void arena_adopt_array(struct arena *into, struct arena *own) {
    struct arena_block *b = own->block;
    if (b && b->mapped) {
        b->alone = true;
        own->used = b->size; /* so that no other allocation uses it */
    }
    arena_adopt(into, own);
}

void *arena_extract_array(struct arena *from, const void *array, size_t size, struct arena *own) {
    struct arena_block **link = &from->block;
    while (*link && !((*link)->alone && (const char *)*link + HEADER == array)) link = &(*link)->older;
    struct arena_block *b = *link;
    if (!b) return NULL;
    *link = b->older;
    from->total -= b->size;
    if (link == &from->block) from->used = from->block ? from->block->size : 0;
    b->older = NULL;
    b->marked = b->alone = false;
    *own = (struct arena){b, HEADER + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, b->size};
    return (char *)b + HEADER;
}
