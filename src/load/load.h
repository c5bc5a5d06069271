/* Bytes become a profile: source -> inflate -> decode -> seal. */
#ifndef CPROF_LOAD_LOAD_H
#define CPROF_LOAD_LOAD_H

#include "profile/profile.h"

/* Where loading is, for progress on a terminal and for -v. Called seldom (per stage, per megabytes). */
struct load_watch {
    void (*stage)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

/* Loads one source: a path, or "-" for standard input. Everything lives in `a`. The sentence does not name
 * the source: callers prepend it. `watch` may be NULL. */
bool load_source(struct arena *a, str source, const struct load_watch *watch, struct profile *out, struct err *e);

/* The same for what can be read again, a regular file; *is_file false: it is none, and was not looked into. */
bool load_file(struct arena *a, str path, const struct load_watch *watch, struct profile *out, bool *is_file,
               struct err *e);

/* The same from bytes in memory (gzip or not, any format), which must live as long as `a`. */
bool load_bytes(struct arena *a, str bytes, const struct load_watch *watch, struct profile *out, struct err *e);

/* The same from bytes that live in an arena of their own, which is released as soon as they are not needed, or becomes
 * part of `a`. */
bool load_owned(struct arena *a, struct arena *bytes_arena, str bytes, const struct load_watch *watch,
                struct profile *out, struct err *e);

bool load_is_gzip(str bytes); /* by how they start */

/* A decoder's answer: not its format, decoded, or its format but broken (err set). */
enum load_verdict { LOAD_UNRECOGNIZED, LOAD_OK, LOAD_BROKEN };
/* One row per format, tried in order. */
struct load_format {
    const char *name;
    enum load_verdict (*decode)(struct arena *a, str bytes, struct profile *out, struct err *e);
};

/* decode_pprof.c: profile.proto, whose strings stay in `bytes`. LOAD_UNRECOGNIZED for anything malformed (the legacy
 * formats get their turn, as in the reference), LOAD_BROKEN for "concatenated profiles detected". */
enum load_verdict decode_pprof(struct arena *a, str bytes, struct profile *out, struct err *e);
/* pprof's validity rules on a decoded profile are checked inside decode_pprof; this sentence starts with
 * "malformed profile: " and comes with LOAD_BROKEN. */

/* The same piece by piece; pieces may end anywhere, and are not needed once they were read. All of it lives in `a`.
 * `n_types`: how many sample types there are, -1 when those in front of the first sample are all; a file where others
 * follow is LOAD_UNRECOGNIZED then. */
struct decode *decode_new(struct arena *a, int64_t n_types);
void decode_expect(struct decode *d, size_t size); /* about so many bytes will come: only time depends on it */
bool decode_feed(struct decode *d, str piece);     /* false: no use going on */
enum load_verdict decode_finish(struct decode *d, struct profile *out, struct err *e);
void decode_release(struct decode *d); /* in any case */

/* decode_legacy*.c: gperftools, Go text and Java formats, in the reference's order (spec 3.5). */
extern const struct load_format decode_legacy_formats[];
extern const unsigned decode_legacy_n_formats;

/* encode.c: a profile (or a view) as profile.proto, uncompressed / gzip (spec 8.11). */
struct sink;
void encode_profile(const struct profile *p, struct sink *out);
bool encode_profile_gzip(const struct profile *p, struct sink *out, struct err *e);

/* inflate.c: gzip (any number of members) to bytes in `a`; sentences are Go's ("unexpected EOF"). */
bool inflate_gzip(struct arena *a, str gz, str *out, struct err *e);

/* Bytes to gzip, as they come; deflate_write is a sink_drain. Lives in `a`. */
struct deflate *deflate_begin(struct arena *a, struct sink *out);
void deflate_write(void *deflate, const char *p, size_t n);
bool deflate_end(struct deflate *d, struct err *e); /* writes the rest */

/* Unpacks in pieces, as gzip comes in. `refill` gives the next packed bytes, which stay until it is called again; none
 * at the end; false when they cannot be had. */
typedef bool (*inflate_refill)(void *context, str *out);
enum inflate_engine { INFLATE_FASTEST, INFLATE_ZLIB };
struct inflate_stream *inflate_stream_new(struct arena *a, inflate_refill refill, void *context,
                                          enum inflate_engine engine); /* lives in `a`; to be released */
/* Up to `cap` unpacked bytes; *n is 0 at the end. False when the bytes are no whole gzip: inflate_gzip says why. */
bool inflate_stream_next(struct inflate_stream *s, char *out, size_t cap, size_t *n);
void inflate_stream_release(struct inflate_stream *s);

#endif
