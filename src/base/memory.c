/* malloc, calloc and realloc that do not fail, and the size of memory. */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void memory_exhausted(size_t size) {
    /* no printf: it may allocate */
    char text[80];
    int n = snprintf(text, sizeof text, "cprof: out of memory (%zu more bytes were needed)\n", size);
    ssize_t written = write(STDERR_FILENO, text, (size_t)n);
    (void)written; /* a failure cannot be reported anywhere */
    _exit(2);
}

uint64_t memory_of_machine(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : UINT64_MAX;
}

void *memory_alloc(size_t size) {
    void *p = malloc(size ? size : 1);
    if (!p) memory_exhausted(size);
    return p;
}

void *memory_zero(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p) memory_exhausted(size && count > (size_t)-1 / size ? (size_t)-1 : count * size);
    return p;
}

void *memory_resize(void *p, size_t size) {
    p = realloc(p, size ? size : 1);
    if (!p) memory_exhausted(size);
    return p;
}
