/* malloc, calloc and realloc that do not fail: running out of memory ends the program, with a message and exit status
 * 2. free() frees their memory. */
#ifndef CPROF_BASE_MEMORY_H
#define CPROF_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Prints that `size` more bytes were needed, and ends the program. */
_Noreturn void memory_exhausted(size_t size);
void *memory_alloc(size_t size);
void *memory_zero(size_t count, size_t size); /* zeroed; count * size is checked for overflow */
void *memory_resize(void *p, size_t size);    /* p: NULL, or from one of these; keeps its contents */

/* The bytes of this machine's memory; UINT64_MAX if the system does not say. */
uint64_t memory_of_machine(void);

#endif
