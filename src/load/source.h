/* Where bytes come from. */
#ifndef CPROF_LOAD_SOURCE_H
#define CPROF_LOAD_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* All bytes of a file, pipe or device; "-" is standard input. They live in `a`.
 * Sentences are Go's ("stat X: no such file or directory", "read X: is a directory"). */
bool source_read(struct arena *a, str path, str *out, struct err *e);

#endif
