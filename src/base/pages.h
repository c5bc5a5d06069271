/* Pages: what makes large memory cheap to touch and returns it to the system early. A page that is touched for the
 * first time may cost as much as all that is done with it. Nothing here changes a result. */
#ifndef CPROF_BASE_PAGES_H
#define CPROF_BASE_PAGES_H

#include <stddef.h>

#define PAGES_HUGE ((size_t)2 * 1024 * 1024) /* the size of a huge page */

/* Blocks of at least so many bytes are better mapped than taken from malloc. */
size_t pages_map_from(void);
/* Maps *size bytes, zeroed: from PAGES_HUGE on whole huge pages, for which *size is rounded up. */
void *pages_map(size_t *size);
void pages_unmap(void *p, size_t size);
/* Moves what pages_map mapped to where it has *size bytes: pages change their address, nothing is copied. */
void *pages_remap(void *p, size_t old_size, size_t *size);

/* A sequential reader that needs nothing again: what it has passed is returned to the system (MADV_DONTNEED), so that
 * its output can reuse the memory. */
struct pages_reader {
    const char *from; /* what is before this is returned */
};
static inline struct pages_reader pages_reader(const void *start) { return (struct pages_reader){start}; }
/* Returns whole huge pages before `done`, whose contents are undefined then. */
void pages_release_behind(struct pages_reader *r, const void *done);

/* From here on malloc keeps up to 16 MB a thread of what is freed, for work that takes and frees the same again and
 * again. There is no way back. */
void pages_keep_freed(void);
/* About `size` bytes will be taken in small blocks: puts malloc's heap on huge pages, which cost a fifth to touch. Only
 * the first call, on the program's first thread, has an effect. */
void pages_use_huge_heap(size_t size);

#endif
