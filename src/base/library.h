/* Opens libraries at run time, when they are needed, so that other runs neither load nor need them. */
#ifndef CPROF_BASE_LIBRARY_H
#define CPROF_BASE_LIBRARY_H

#include "base/err.h"

struct library_symbol {
    const char *name;
    void *to; /* receives the address of the function or variable */
};

/* Opens the first library of `file` (NULL at the end) that exists, and fills in n symbols. The library stays open.
 * Fails with the loader's reason, or "FILE: SYMBOL is missing". Call it once per library, from one thread at a time. */
bool library_load(const char *const *file, const struct library_symbol *symbol, size_t n, struct err *e);

#endif
