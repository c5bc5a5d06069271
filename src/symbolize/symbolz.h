/* The answer of a server that was asked for the names at addresses (pprof.md 9.4). */
#ifndef CPROF_SYMBOLIZE_SYMBOLZ_H
#define CPROF_SYMBOLIZE_SYMBOLZ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct symbolz_name {
    uint64_t address; /* in the profile */
    str name;         /* a view into the answer */
};
struct symbolz_names {
    const struct symbolz_name *at; /* in the order of the answer; an address may come again, and the last one counts */
    size_t n;
};

/* Moves an address by `offset`, which is signed. Returns false on overflow. */
bool symbolz_move(uint64_t address, uint64_t offset, uint64_t *out);
/* Reads the lines that have an address and a name; others are skipped, and so is a last line without a newline.
 * `offset` is the server's mapping minus the profile's. Fails if an address has more than 64 bits, or leaves them. */
bool symbolz_read(struct arena *a, str answer, uint64_t offset, struct symbolz_names *out, struct err *e);

#endif
