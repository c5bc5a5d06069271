/* gzip: recognizing, decompressing and compressing it. */
#ifndef CPROF_BYTES_GZIP_H
#define CPROF_BYTES_GZIP_H

#include "base/sink.h"
#include "bytes/wrapper.h"

bool gzip_is(str bytes); /* looks at the first bytes */

/* gzip.c: decompresses gzip (any number of members) into `a`; error messages are Go's ("unexpected EOF"). */
bool inflate_gzip(struct arena *a, str gz, str *out, struct err *e);

/* Decompresses a section of an object file, in the format of zlib, to `size` bytes in `a`. Returns false if it is
 * damaged or has another size. */
bool inflate_zlib(struct arena *a, str packed, uint64_t size, str *out);
uint32_t gzip_checksum(str bytes); /* CRC-32, as at the end of gzip */

/* Compresses a stream of bytes into `out`; deflate_write is a sink_drain. Lives in `a`. */
struct deflate *deflate_begin(struct arena *a, struct sink *out);
void deflate_write(void *deflate, const char *p, size_t n);
bool deflate_end(struct deflate *d, struct err *e); /* writes the rest */
/* The bytes as one member of gzip, in `a`: a browser reads no second. Empty where memory is short. */
enum deflate_level { DEFLATE_FAST = 1, DEFLATE_SMALL = 6 };
str deflate_member(struct arena *a, str bytes, enum deflate_level level);

/* Decompresses a stream. */
enum inflate_engine { INFLATE_FASTEST, INFLATE_ZLIB };
struct inflate_stream *inflate_stream_new(struct arena *a, wrapper_refill refill, void *context,
                                          enum inflate_engine engine); /* lives in `a`; must be released */
/* Reads up to `cap` decompressed bytes; *n is 0 at the end. Returns false if the input is not valid gzip, with the
 * error of inflate_gzip; only the offset of a fault inside the compressed data depends on the engine. */
bool inflate_stream_next(struct inflate_stream *s, char *out, size_t cap, size_t *n, struct err *e);
void inflate_stream_release(struct inflate_stream *s);

/* Writes the names and the versions of the libraries that are linked in. */
void gzip_libraries(struct sink *out);

#endif
