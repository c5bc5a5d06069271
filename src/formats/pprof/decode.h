/* profile.proto, from bytes to a sealed profile: whole, or piece by piece. */
#ifndef CPROF_FORMATS_PPROF_DECODE_H
#define CPROF_FORMATS_PPROF_DECODE_H

#include "formats/load.h"

/* decode.c: profile.proto, whose strings stay in `bytes`. LOAD_UNRECOGNIZED for anything malformed (the legacy
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

#endif
