/* Text with a byte order mark: converts UTF-16 to UTF-8 and removes the mark of UTF-8. The functions are
 * those of a wrapper. They never fail: half of a surrogate pair and an odd last byte become U+FFFD. */
#ifndef CPROF_BYTES_UNICODE_H
#define CPROF_BYTES_UNICODE_H

#include "bytes/wrapper.h"

bool unicode_is(str start); /* looks for the mark */
void *unicode_open(struct arena *a, wrapper_refill refill, void *context);
bool unicode_next(void *stream, char *out, size_t cap, size_t *n, struct err *e);

#endif
