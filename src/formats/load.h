/* Loads a profile from bytes: source -> unwrap -> sniff -> decode. */
#ifndef CPROF_FORMATS_LOAD_H
#define CPROF_FORMATS_LOAD_H

#include "formats/format.h"

/* Loads one source: a path, or "-" for standard input. Everything lives in `a`. The error does not name the source:
 * callers prepend it, with ": " between unless the error starts with ":", which begins a line number. `options` may be
 * NULL, here and below. */
bool load_source(struct arena *a, str source, const struct load_options *options, struct profile *out, struct err *e);

/* Loads bytes in memory, wrapped or not, in any format. They must live as long as `a`. */
bool load_bytes(struct arena *a, str bytes, const struct load_options *options, struct profile *out, struct err *e);

/* Loads bytes that live in an arena of their own, which is freed as soon as they are not needed, or becomes part of
 * `a`. */
bool load_owned(struct arena *a, struct arena *bytes_arena, str bytes, const struct load_options *options,
                struct profile *out, struct err *e);

/* For tests: loads sources of at least `size` bytes in pieces; 0: of the usual size. */
void load_set_pieces_from(size_t size);

#endif
