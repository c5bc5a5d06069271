#include "base/arena.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Small blocks come from malloc, so that start-up touches few pages; large ones are mapped, so that rewinding gives
 * them back to the system, and are on huge pages where they fill some. */
enum { BLOCK_FIRST = 16 * 1024, BLOCK_MOST = 64 * 1024 * 1024, ALIGNMENT = 16 };
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)
static _Atomic size_t mapped_from = HUGE_PAGE / 2; /* HUGE_PAGE once malloc's heap is on huge pages, too */
#define KEPT ((size_t)16 * 1024 * 1024)            /* of what was freed, malloc keeps so much */

struct arena_block {
    struct arena_block *older;
    size_t size; /* of the whole block, this header included */
    size_t used; /* at the time a newer block was started */
    bool mapped;
    bool marked; /* an arena_mark names it: it stays where it is */
    bool column; /* arena_take may have it */
};
#define HEADER ((sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static void out_of_memory(size_t size) {
    fprintf(stderr, "cprof: out of memory (%zu more bytes were needed)\n", size);
    _exit(2);
}

static void *map(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) out_of_memory(size);
    return p;
}

/* Whole huge pages, starting at one: half of the page faults' time goes otherwise. The advice changes nothing where
 * the kernel has none. */
static void *map_huge(size_t *size) {
    *size = (*size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *p = map(*size + HUGE_PAGE);
    size_t skip = (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
    if (skip) munmap(p, skip);
    if (skip < HUGE_PAGE) munmap(p + skip + *size, HUGE_PAGE - skip);
    madvise(p + skip, *size, MADV_HUGEPAGE);
    return p + skip;
}

static struct arena_block *block_new(size_t size) {
    struct arena_block *b;
    bool mapped = size >= mapped_from;
    if (mapped) {
        b = size >= HUGE_PAGE ? map_huge(&size) : map(size);
    } else {
        b = malloc(size);
        if (!b) out_of_memory(size);
    }
    b->size = size;
    b->mapped = mapped;
    b->marked = b->column = false;
    b->used = HEADER;
    return b;
}

static void block_free(struct arena_block *b) {
    if (b->mapped)
        munmap(b, b->size);
    else
        free(b);
}

static void *add_block(struct arena *a, size_t size) {
    size_t want = a->block ? a->block->size * 2 : BLOCK_FIRST;
    if (want > BLOCK_MOST) want = BLOCK_MOST;
    if (size > SIZE_MAX / 2) out_of_memory(size);
    if (want < size + HEADER) want = size + HEADER;
    struct arena_block *b = block_new(want);
    if (a->block) a->block->used = a->used;
    b->older = a->block;
    a->block = b;
    a->total += b->size;
    a->used = HEADER + size;
    return (char *)b + HEADER;
}

void *arena_alloc(struct arena *a, size_t size) {
    if (size > SIZE_MAX / 2) out_of_memory(size);
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
    if (size && count > SIZE_MAX / 2 / size) out_of_memory(SIZE_MAX);
    return arena_alloc(a, count * size);
}

void *arena_zero(struct arena *a, size_t count, size_t size) {
    const struct arena_block *before = a->block;
    void *p = arena_array(a, count, size);
    /* a fresh mapping is zero already, and touching it would cost the pages */
    bool fresh_mapping = a->block != before && a->block->mapped;
    if (!fresh_mapping) memset(p, 0, count * size);
    return p;
}

/* Moves a block to where it has `size` bytes. Pages of a mapped one change their address, nothing is copied. */
static struct arena_block *block_extend(struct arena_block *b, size_t size) {
    size_t old_size = b->size;
    void *to;
    if (!b->mapped) {
        to = realloc(b, size);
        if (!to) to = MAP_FAILED;
    } else if (size < HUGE_PAGE) {
        to = mremap(b, old_size, size, MREMAP_MAYMOVE);
    } else {
        to = map_huge(&size);
        to = mremap(b, old_size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
        if (to != MAP_FAILED) madvise(to, size, MADV_HUGEPAGE);
    }
    if (to == MAP_FAILED) out_of_memory(size);
    b = to;
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
        bool stays_small = HEADER + new_size + ALIGNMENT < mapped_from;
        if (start == HEADER && !a->block->marked && (a->block->mapped || stays_small)) {
            if (new_size > SIZE_MAX / 2) out_of_memory(new_size);
            a->total -= a->block->size;
            a->block = block_extend(a->block, HEADER + new_size + ALIGNMENT);
            a->total += a->block->size;
            a->used = HEADER + (new_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            return (char *)a->block + HEADER;
        }
    }
    void *p = arena_alloc(a, new_size);
    size_t keep = old_size < new_size ? old_size : new_size;
    if (keep) memcpy(p, old, keep);
    return p;
}

void *arena_vec_grow(struct arena *a, void *at, size_t *cap, size_t item_size) {
    size_t grown = *cap ? *cap * 2 : 16;
    if (grown > SIZE_MAX / 2 / item_size) out_of_memory(SIZE_MAX);
    at = arena_grow(a, at, *cap * item_size, grown * item_size);
    *cap = grown;
    return at;
}

static void keep_freed(size_t size) {
    mallopt(M_MMAP_THRESHOLD, (int)mapped_from);
    mallopt(M_TRIM_THRESHOLD, (int)size);
}

void arena_keep_small_blocks(void) { keep_freed(KEPT); }

void arena_expect(size_t size) {
    enum { FIRST = 512 * 1024, USUAL_TOP_PAD = 128 * 1024, CHUNK_HEAD = 32 };
    static void *volatile taken[2]; /* volatile: a compiler leaves out what is not used */
    if (taken[0] || gettid() != getpid()) return;
    /* malloc's heap grows at its end: here by much more than is asked for */
    size = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    mallopt(M_MMAP_THRESHOLD, 2 * (int)HUGE_PAGE);
    mallopt(M_TOP_PAD, (int)(size + 2 * HUGE_PAGE));
    taken[0] = malloc(FIRST);
    mallopt(M_TOP_PAD, USUAL_TOP_PAD);
    /* what lies before the first huge page that malloc has not written to is taken, and left alone */
    uintptr_t end = (uintptr_t)taken[0] + FIRST + CHUNK_HEAD;
    uintptr_t start = (end + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    if (taken[0] && start + size <= (uintptr_t)sbrk(0)) {
        madvise((void *)start, size, MADV_HUGEPAGE);
        taken[1] = malloc(start - end);
        mapped_from = HUGE_PAGE;
    }
    keep_freed(size + KEPT);
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

void arena_clear(struct arena *a) {
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
        /* below into's newest block, so that allocation goes on there */
        oldest->older = into->block->older;
        into->block->older = from->block;
    } else {
        into->block = from->block;
        into->used = from->used;
    }
    into->total += from->total;
    *from = (struct arena){0};
}

void arena_adopt_column(struct arena *into, struct arena *column) {
    struct arena_block *b = column->block;
    if (b && b->mapped) {
        b->column = true;
        column->used = b->size; /* so nothing else comes into it */
    }
    arena_adopt(into, column);
}

void *arena_take(struct arena *from, const void *array, size_t size, struct arena *own) {
    struct arena_block **link = &from->block;
    while (*link && !((*link)->column && (const char *)*link + HEADER == array)) link = &(*link)->older;
    struct arena_block *b = *link;
    if (!b) return NULL;
    *link = b->older;
    from->total -= b->size;
    if (link == &from->block) from->used = from->block ? from->block->size : 0;
    b->older = NULL;
    b->marked = b->column = false;
    *own = (struct arena){b, HEADER + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, b->size};
    return (char *)b + HEADER;
}

void arena_shed_to(struct arena_shed *s, const void *done) {
    uintptr_t from = ((uintptr_t)s->from + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE,
              to = (uintptr_t)done / HUGE_PAGE * HUGE_PAGE;
    if (to < from + HUGE_PAGE) return;
    madvise((void *)from, to - from, MADV_DONTNEED);
    s->from = (const char *)to;
}
