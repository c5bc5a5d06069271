/* Bytes become a profile: source -> inflate -> decode -> seal. */
#ifndef CPROF_FORMATS_LOAD_H
#define CPROF_FORMATS_LOAD_H

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

/* A decoder's answer: not its format, decoded, or its format but broken (err set). */
enum load_verdict { LOAD_UNRECOGNIZED, LOAD_OK, LOAD_BROKEN };
/* One row per format, tried in order. */
struct load_format {
    const char *name;
    enum load_verdict (*decode)(struct arena *a, str bytes, struct profile *out, struct err *e);
};

/* decode_legacy*.c: gperftools, Go text and Java formats, in the reference's order (pprof.md 3.5). */
extern const struct load_format decode_legacy_formats[];
extern const unsigned decode_legacy_n_formats;

#endif
