/* Huge pages, pages that move, and pages that return to the system. */
#include "base/pages.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/tuning.h"

/* Blocks of at least this size are mapped, so that freeing returns them to the system; smaller ones come from malloc,
 * so that start-up touches few pages. PAGES_HUGE once malloc's heap is on huge pages, too. */
static _Atomic size_t map_from = PAGES_HUGE / 2;

/* The same for arrays of which only a part may be used. On a huge page the rest would take memory, which costs less
 * time than small pages. */
static _Atomic size_t guess_from = TUNING_ARENA_GUESS_MAPPED_FROM;
static _Atomic bool fills_last; /* huge pages that are nearly filled are used for the ends of blocks */

size_t pages_map_from(void) { return map_from; }
size_t pages_guess_from(void) { return guess_from; }

static void *map(size_t size) {
    memory_grows(size);
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) memory_exhausted(size);
    return p;
}

/* Maps aligned huge pages, which halve the time of page faults. The bytes after the last whole huge page are on small
 * pages, because the mapping ends before a huge one would, unless they nearly fill one. Kernels without huge pages
 * ignore the advice. */
static void *map_huge(size_t *size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    bool nearly_filled = *size % PAGES_HUGE > PAGES_HUGE / 4 * 3;
    if (nearly_filled && *size < TUNING_PAGES_FILLED_BELOW && fills_last) page = PAGES_HUGE;
    *size = (*size + page - 1) / page * page;
    char *p = map(*size + PAGES_HUGE);
    size_t skip = (PAGES_HUGE - (uintptr_t)p % PAGES_HUGE) % PAGES_HUGE;
    if (skip) munmap(p, skip);
    if (skip < PAGES_HUGE) munmap(p + skip + *size, PAGES_HUGE - skip);
    madvise(p + skip, *size, MADV_HUGEPAGE);
    return p + skip;
}

void *pages_map(size_t *size) { return *size >= PAGES_HUGE ? map_huge(size) : map(*size); }

void pages_unmap(void *p, size_t size) { munmap(p, size); }

void *pages_remap(void *p, size_t old_size, size_t *size) {
    void *to;
    if (*size < PAGES_HUGE) {
        to = mremap(p, old_size, *size, MREMAP_MAYMOVE);
    } else {
        to = map_huge(size);
        to = mremap(p, old_size, *size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
        if (to != MAP_FAILED) madvise(to, *size, MADV_HUGEPAGE);
    }
    if (to == MAP_FAILED) memory_exhausted(*size);
    return to;
}

void pages_release_behind(struct pages_reader *r, const void *done) {
    uintptr_t from = ((uintptr_t)r->from + PAGES_HUGE - 1) / PAGES_HUGE * PAGES_HUGE,
              to = (uintptr_t)done / PAGES_HUGE * PAGES_HUGE;
    if (to < from + PAGES_HUGE) return;
    madvise((void *)from, to - from, MADV_DONTNEED);
    r->from = (const char *)to;
}

#ifdef __GLIBC__ /* other C libraries have no mallopt */

static void keep_freed(size_t size) {
    mallopt(M_MMAP_THRESHOLD, (int)map_from);
    mallopt(M_TRIM_THRESHOLD, (int)size);
}

void pages_keep_freed(void) { keep_freed(TUNING_MALLOC_KEEPS); }

void pages_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

void pages_use_huge_heap(size_t size, bool spends_memory) {
    enum { FIRST = 512 * 1024, USUAL_TOP_PAD = 128 * 1024, CHUNK_HEAD = 32 };
    static void *volatile taken[2]; /* volatile, so that the compiler keeps it */
    if (taken[0] || gettid() != getpid()) return;
    /* malloc's heap grows at its end: here by much more than requested */
    size = (size + PAGES_HUGE - 1) / PAGES_HUGE * PAGES_HUGE;
    mallopt(M_MMAP_THRESHOLD, 2 * (int)PAGES_HUGE);
    mallopt(M_TOP_PAD, (int)(size + 2 * PAGES_HUGE));
    taken[0] = malloc(FIRST);
    mallopt(M_TOP_PAD, USUAL_TOP_PAD);
    /* allocates the part before the first huge page that malloc has not written to, and never uses it */
    uintptr_t end = (uintptr_t)taken[0] + FIRST + CHUNK_HEAD;
    uintptr_t start = (end + PAGES_HUGE - 1) / PAGES_HUGE * PAGES_HUGE;
    if (taken[0] && start + size <= (uintptr_t)sbrk(0)) {
        madvise((void *)start, size, MADV_HUGEPAGE);
        taken[1] = malloc(start - end);
        map_from = PAGES_HUGE;
        if (spends_memory) guess_from = PAGES_HUGE;
        fills_last = spends_memory;
    }
    keep_freed(size + TUNING_MALLOC_KEEPS);
}

#else

void pages_keep_freed(void) {}
void pages_share_heap(void) {}
void pages_use_huge_heap(size_t size, bool spends_memory) { (void)size, (void)spends_memory; }

#endif
