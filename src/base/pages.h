/* Makes large memory cheap to touch, and returns it to the system early. The first touch of a page may cost as much as
 * all work on it. Nothing in this file changes a result. */
#ifndef CPROF_BASE_PAGES_H
#define CPROF_BASE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#define PAGES_HUGE ((size_t)2 * 1024 * 1024) /* the size of a huge page */

/* The size in bytes from which blocks should be mapped rather than taken from malloc. */
size_t pages_map_from(void);
size_t pages_guess_from(void); /* the same for arrays of which only a part may be used */
/* Maps *size zeroed bytes. From PAGES_HUGE on they are huge pages, up to the last whole one, or one that is
 * nearly filled, and *size is rounded up. */
void *pages_map(size_t *size);
void pages_unmap(void *p, size_t size);
/* Resizes memory from pages_map to *size bytes. It may move, but its pages only change their address; nothing is
 * copied. */
void *pages_remap(void *p, size_t old_size, size_t *size);

/* A sequential reader that needs nothing twice: the pages that it has passed return to the system, by MADV_DONTNEED, so
 * that its output can reuse the memory. */
struct pages_reader {
    const char *from; /* all pages before it have been returned */
};
static inline struct pages_reader pages_reader(const void *start) { return (struct pages_reader){start}; }
/* Returns whole huge pages before `done`; their contents are undefined afterwards. */
void pages_release_behind(struct pages_reader *r, const void *done);

/* Makes malloc keep up to 16 MB of freed memory per thread, for work that allocates and frees the same sizes
 * repeatedly. This cannot be undone. */
void pages_keep_freed(void);
/* Makes all threads share malloc's heap, for work that allocates few blocks: they reuse what others have freed. */
void pages_share_heap(void);
/* Hint: about `size` bytes of small blocks follow. Puts malloc's heap on huge pages, which cost a fifth to touch; with
 * `spends_memory` also arrays of which only a part may be used, and ends of blocks that nearly fill a huge page. Only
 * the first call, on the program's first thread, has an effect. */
void pages_use_huge_heap(size_t size, bool spends_memory);

#endif
