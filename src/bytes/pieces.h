/* A source's bytes, unwrapped and in pieces small enough for the processor's caches: a second thread makes the next
 * ones while the caller reads one. */
#ifndef CPROF_BYTES_PIECES_H
#define CPROF_BYTES_PIECES_H

#include "bytes/source.h"

struct pieces;

/* Takes `bytes` first, then what is left of `source`, which may be NULL; both must stay until pieces_close. Lives in
 * `a`. The first piece is made before this returns. */
struct pieces *pieces_open(struct arena *a, const struct source *source, str bytes);
/* A look at the first piece, before pieces_next; true when that is all there is. */
bool pieces_first(const struct pieces *p, str *first);
/* The next piece, the first one at first; it lives until the next call. False at the end, whatever the reason.
 * *packed_done: how many bytes of the source that took so far. */
bool pieces_next(struct pieces *p, str *piece, uint64_t *packed_done);
/* The source is wrapped. */
bool pieces_are_unwrapped(const struct pieces *p);
/* May be called early. False, with the error, where the source could not be read, or not unwrapped ("decompressing
 * profile: …", as pprof words it), as far as that was tried: then the pieces are worth nothing. */
bool pieces_close(struct pieces *p, struct err *e);

/* For tests: makes pieces of another size, from 1 to TUNING_PIECE; 0: of that one. */
void pieces_set_size(size_t size);

#endif
