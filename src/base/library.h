/* Opens libraries at run time, when they are needed, so that other runs neither load nor need them. A static build
 * (LIBRARY_STATIC) opens none: it has some of them, and a use of the others is an error. */
#ifndef CPROF_BASE_LIBRARY_H
#define CPROF_BASE_LIBRARY_H

#include <stdint.h>

#include "base/err.h"

enum library_id {
#define LIBRARY(id, ...) LIBRARY_##id,
#include "base/libraries.def"
#undef LIBRARY
    LIBRARY_COUNT
};

/* A row of libraries.def; without pointers, which the loader would have to fill in at every start. */
struct library_row {
    char name[16], use[40], package[24];
    bool in_static;
    char file[3][24]; /* empty after the last */
};
extern const struct library_row library_table[LIBRARY_COUNT];

struct library_symbol {
    const char *name;
    void *to; /* receives the address of the function or variable */
#ifdef LIBRARY_STATIC
    uintptr_t linked; /* its address in this program; 0: it is not here */
#endif
};
/* A symbol of a library that is part of static builds; its declaration must be visible. */
#ifdef LIBRARY_STATIC
#define LIBRARY_SYMBOL(symbol, to)                                                                                     \
    { #symbol, (to), (uintptr_t) & (symbol) }
#else
#define LIBRARY_SYMBOL(symbol, to)                                                                                     \
    { #symbol, (to) }
#endif

/* Opens the first file of the library that exists, and fills in n symbols. The library stays open. Fails with the
 * loader's reason, "FILE: SYMBOL is missing", or the words that a static build does not have it. Call it from one
 * thread at a time for the same symbols. */
bool library_load(const struct library_row *library, const struct library_symbol *symbol, size_t n, struct err *e);
/* Returns the file from which the library is loaded, or "part of the program"; NULL, with the reason of library_load,
 * if it cannot be. */
const char *library_found(const struct library_row *library, struct err *e);

#endif
