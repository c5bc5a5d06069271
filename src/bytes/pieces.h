/* Reads a source, decompressed, in pieces small enough for the processor's caches; a second thread makes the next
 * pieces while the caller uses one. */
#ifndef CPROF_BYTES_PIECES_H
#define CPROF_BYTES_PIECES_H

#include "bytes/source.h"

struct pieces;

/* Starts with `bytes`, then reads the rest of `source`, which may be NULL; both must stay valid until pieces_close.
 * Lives in `a`. The first piece is ready when this returns. */
struct pieces *pieces_open(struct arena *a, struct source *source, str bytes);
/* Shows the first piece before pieces_next is called; returns true if it is the only one. */
bool pieces_first(const struct pieces *p, str *first);
/* Gives the next piece, beginning with the first; it is valid until the next call. Returns false at the end and
 * after an error. *packed_done: number of the source's bytes used so far. */
bool pieces_next(struct pieces *p, str *piece, uint64_t *packed_done);
/* True if the source is compressed. */
bool pieces_are_unwrapped(const struct pieces *p);
/* Ends reading; may be called early. Returns false, with the error, if reading or decompressing failed so far
 * ("decompressing profile: …", in pprof's words): the pieces are then invalid. */
bool pieces_close(struct pieces *p, struct err *e);

/* For tests: sets the size of pieces, from 1 to TUNING_PIECE; 0 restores the default. */
void pieces_set_size(size_t size);

#endif
