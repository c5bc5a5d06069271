/* Wrappers: compressed formats around a source, perhaps nested, recognized by their first bytes. */
#ifndef CPROF_BYTES_UNWRAP_H
#define CPROF_BYTES_UNWRAP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Provides the next compressed bytes, valid until the next call, and none at the end. On failure returns false and
 * sets the error. */
typedef bool (*unwrap_refill)(void *context, str *out, struct err *e);

struct unwrap_format {
    const char *name;
    bool (*is)(str start); /* recognizes the format by the first bytes */
    /* Decompresses everything at once, into `a`. */
    bool (*unpack)(struct arena *a, str packed, str *out, struct err *e);
    /* Decompresses a stream: `open` makes the state, in `a`; `next` gives up to `cap` bytes and sets *n to 0 at the
     * end; `close` must be called in any case. Errors are those of `unpack`. */
    void *(*open)(struct arena *a, unwrap_refill refill, void *context);
    bool (*next)(void *stream, char *out, size_t cap, size_t *n, struct err *e);
    void (*close)(void *stream);
};

/* Wrappers removed from one source, at most; no usual file has more. */
enum { UNWRAP_MOST = 4 };

/* The wrapper recognized by the first bytes; NULL if there is none. */
const struct unwrap_format *unwrap_find(str start);
/* Removes all wrappers from *bytes, which live in `home`; the result does, too, and the compressed bytes are freed.
 * The error starts with "decompressing profile: ", as in pprof. */
bool unwrap_all(struct arena *home, str *bytes, struct err *e);

#endif
