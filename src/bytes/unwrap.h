/* What a source may be wrapped in, one inside the other: compressed formats, recognized by how they start. */
#ifndef CPROF_BYTES_UNWRAP_H
#define CPROF_BYTES_UNWRAP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Gives the next packed bytes, which stay until the next call; none at the end. False, with the error, when they cannot
 * be had. */
typedef bool (*unwrap_refill)(void *context, str *out, struct err *e);

struct unwrap_format {
    const char *name;
    bool (*is)(str start); /* the first bytes are enough */
    /* All of it: into `a`. */
    bool (*unpack)(struct arena *a, str packed, str *out, struct err *e);
    /* Piece by piece: `open` makes what the other two take, in `a`; `next` gives up to `cap` bytes, *n is 0 at the end;
     * `close` comes last in any case. Errors are those of `unpack`. */
    void *(*open)(struct arena *a, unwrap_refill refill, void *context);
    bool (*next)(void *stream, char *out, size_t cap, size_t *n, struct err *e);
    void (*close)(void *stream);
};

/* How many wrappers are taken off: more are nobody's way to store a file. */
enum { UNWRAP_MOST = 4 };

/* The wrapper that bytes start with; NULL where they are not wrapped. */
const struct unwrap_format *unwrap_find(str start);
/* Takes all wrappers off *bytes, which live in `home`: so does the result, and what it came from is freed. The error
 * starts with "decompressing profile: ", as pprof words it. */
bool unwrap_all(struct arena *home, str *bytes, struct err *e);

#endif
