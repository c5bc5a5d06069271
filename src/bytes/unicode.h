/* Text with a byte order mark: converts UTF-16 to UTF-8 and removes the mark of UTF-8. The functions have the shape
 * of a wrapper in bytes/unwrap.h. They never fail: half of a surrogate pair and an odd last byte become U+FFFD. */
#ifndef CPROF_BYTES_UNICODE_H
#define CPROF_BYTES_UNICODE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

bool unicode_is(str start); /* looks for the mark */

bool unicode_unpack(struct arena *a, str marked, str *out, struct err *e);

typedef bool (*unicode_refill)(void *context, str *out, struct err *e);
void *unicode_open(struct arena *a, unicode_refill refill, void *context);
bool unicode_next(void *stream, char *out, size_t cap, size_t *n, struct err *e);

#endif
