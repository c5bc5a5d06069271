/* A source's bytes, unpacked and in pieces small enough for the processor's caches: a second thread makes the next
 * ones while the caller reads one. */
#ifndef CPROF_FORMATS_PIECES_H
#define CPROF_FORMATS_PIECES_H

#include "base/arena.h"
#include "base/str.h"

struct pieces;

/* Reads from `fd`, or from `bytes` where that is -1; both must stay until pieces_close. Lives in `a`. */
struct pieces *pieces_open(struct arena *a, int fd, str bytes);
/* The next piece, there until the next call; false at the end, whatever the reason. *packed_done: how many bytes of
 * the source that took so far. */
bool pieces_next(struct pieces *p, str *piece, uint64_t *packed_done);
/* False when the bytes were not all there or not well packed: what came of them is worth nothing. May be called early.
 */
bool pieces_close(struct pieces *p);

#endif
