/* Wrappers: compressed formats around a source, perhaps nested, recognized by their first bytes. */
#ifndef CPROF_BYTES_UNWRAP_H
#define CPROF_BYTES_UNWRAP_H

#include "bytes/wrapper.h"

/* Wrappers removed from one source, at most; no usual file has more. */
enum { UNWRAP_MOST = 4 };

/* The wrapper recognized by the first bytes, or NULL. */
const struct wrapper *unwrap_find(str start);
/* Removes all wrappers from *bytes, which live in `home`; the result does, too, and the compressed bytes are freed.
 * The error starts with "decompressing profile: ", as in pprof. */
bool unwrap_all(struct arena *home, str *bytes, struct err *e);

#endif
