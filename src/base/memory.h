/* malloc, calloc and realloc that do not fail: running out of memory ends the program, with a message and exit status
 * 2. free() frees their memory. */
#ifndef CPROF_BASE_MEMORY_H
#define CPROF_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints that `size` more bytes were needed, and ends the program. */
_Noreturn void memory_exhausted(size_t size);
void *memory_alloc(size_t size);
void *memory_zero(size_t count, size_t size); /* zeroed; count * size is checked for overflow */
void *memory_resize(void *p, size_t size);    /* p: NULL, or from one of these; keeps its contents */

/* A limit of the memory that the program may take, so that a hostile profile ends in a message before the machine
 * suffers. The kernel enforces it (RLIMIT_DATA), over all allocations, those of libraries included.
 *
 * Sets the limit in bytes; 0: the usual one, once it is needed; UINT64_MAX: none. */
void memory_limit(uint64_t bytes);
/* The limit in bytes, UINT64_MAX without one. Without memory_limit it is half of the memory that is available, of the
 * machine (MemAvailable in /proc/meminfo) or of the control group (memory.max), whichever is less. */
uint64_t memory_budget(void);
bool memory_fits(uint64_t bytes); /* true if the limit is not less; quick for small numbers */
bool memory_can_limit(void);      /* false under a sanitizer, which needs terabytes of address space */
/* Tells that a large block is about to be allocated: once such blocks pass 64 MB, the usual limit is set. Until then
 * nothing is read, because most profiles are small. */
void memory_grows(size_t size);
/* Removes the limit again; between fork and exec, since it is inherited. */
void memory_unlimit(void);

#endif
