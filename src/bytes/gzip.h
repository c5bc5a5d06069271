/* gzip: recognizing, unpacking and packing it. */
#ifndef CPROF_BYTES_GZIP_H
#define CPROF_BYTES_GZIP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/sink.h"
#include "base/str.h"

bool gzip_is(str bytes); /* by how they start */

/* gzip.c: gzip (any number of members) to bytes in `a`; sentences are Go's ("unexpected EOF"). */
bool inflate_gzip(struct arena *a, str gz, str *out, struct err *e);

/* Bytes to gzip, as they come; deflate_write is a sink_drain. Lives in `a`. */
struct deflate *deflate_begin(struct arena *a, struct sink *out);
void deflate_write(void *deflate, const char *p, size_t n);
bool deflate_end(struct deflate *d, struct err *e); /* writes the rest */

/* Unpacks in pieces, as gzip comes in. `refill` gives the next packed bytes, which stay until it is called again; none
 * at the end; false, with the error, when they cannot be had. */
typedef bool (*inflate_refill)(void *context, str *out, struct err *e);
enum inflate_engine { INFLATE_FASTEST, INFLATE_ZLIB };
struct inflate_stream *inflate_stream_new(struct arena *a, inflate_refill refill, void *context,
                                          enum inflate_engine engine); /* lives in `a`; to be released */
/* Up to `cap` unpacked bytes; *n is 0 at the end. False when the bytes are no whole gzip, with the error of
 * inflate_gzip; only the offset of a fault inside the packed data depends on the engine. */
bool inflate_stream_next(struct inflate_stream *s, char *out, size_t cap, size_t *n, struct err *e);
void inflate_stream_release(struct inflate_stream *s);

#endif
