/* Libraries that are opened when they are needed, so that no other run waits for them or needs them. */
#ifndef CPROF_BASE_LIBRARY_H
#define CPROF_BASE_LIBRARY_H

#include "base/err.h"

struct library_symbol {
    const char *name;
    void *to; /* where the pointer to the function or variable is put */
};

/* Opens the first of `file` (NULL at the end) that there is, and fills in n symbols. The library stays open. False with
 * the loader's reason, or "FILE: SYMBOL is missing". Call it once a library, from one thread at a time. */
bool library_load(const char *const *file, const struct library_symbol *symbol, size_t n, struct err *e);

#endif
