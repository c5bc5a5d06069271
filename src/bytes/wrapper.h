/* A wrapper: a compressed format around the bytes of a source. Each has a file that exports its row, declared
 * below. */
#ifndef CPROF_BYTES_WRAPPER_H
#define CPROF_BYTES_WRAPPER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Provides the next compressed bytes, valid until the next call, and none at the end. On failure returns false and
 * sets the error. */
typedef bool (*wrapper_refill)(void *context, str *out, struct err *e);

struct wrapper {
    const char *name;
    bool (*is)(str start); /* recognizes the format by the first bytes */
    /* Decompresses everything at once, into `a`. NULL if only the stream functions below exist. */
    bool (*unpack)(struct arena *a, str packed, str *out, struct err *e);
    /* Decompresses a stream: `open` makes the state, in `a`; `next` gives up to `cap` bytes and sets *n to 0 at the
     * end; `close` must be called in any case. Errors are those of `unpack`. */
    void *(*open)(struct arena *a, wrapper_refill refill, void *context);
    bool (*next)(void *stream, char *out, size_t cap, size_t *n, struct err *e);
    void (*close)(void *stream);
};

/* zstd.c, lz4.c, xz.c, bzip2.c. Their libraries are opened when the first such file is read. Memory is bounded:
 * windows have at most 128 MiB. */
extern const struct wrapper zstd_wrapper, lz4_wrapper, lz4_legacy_wrapper, xz_wrapper, bzip2_wrapper;
/* wrapper.c: frames that readers of zstd and lz4 must skip, in front of the first other frame. */
extern const struct wrapper skippable_wrapper;

static inline uint32_t wrapper_le32(const char *bytes) { /* little-endian, as all these formats count */
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The compressed bytes of a stream. */
struct wrapper_input {
    wrapper_refill refill;
    void *context;
    str rest; /* unused bytes */
    bool at_end;
    uint64_t made; /* number of decompressed bytes so far */
};
/* Refills until in->rest has at least one byte, or sets in->at_end. */
bool wrapper_fill(struct wrapper_input *in, struct err *e);
/* Takes n bytes and sets *there to their number, which is less than n only at the end. */
bool wrapper_take(struct wrapper_input *in, char *to, size_t n, size_t *there, struct err *e);
/* Counts n more decompressed bytes; an error if they exceed the limit of memory. */
bool wrapper_made(struct wrapper_input *in, size_t n, struct err *e);

/* Decompresses all of `packed` by w's stream functions. */
bool wrapper_unpack(const struct wrapper *w, struct arena *a, str packed, str *out, struct err *e);

#endif
