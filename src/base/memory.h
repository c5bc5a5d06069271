/* malloc and its kin where they cannot fail: running out of memory ends the program here, with a message and exit
 * status 2. What they return is freed by free. */
#ifndef CPROF_BASE_MEMORY_H
#define CPROF_BASE_MEMORY_H

#include <stddef.h>

/* Prints that `size` more bytes were needed, and ends the program. */
_Noreturn void memory_exhausted(size_t size);
void *memory_alloc(size_t size);
void *memory_zero(size_t count, size_t size); /* zeroed; count * size is checked for overflow */
void *memory_resize(void *p, size_t size);    /* p: NULL, or from one of these; its contents stay */

#endif
