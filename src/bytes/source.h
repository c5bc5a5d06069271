/* Where bytes come from. */
#ifndef CPROF_BYTES_SOURCE_H
#define CPROF_BYTES_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct source {
    str path;
    int fd;
    bool is_file; /* a regular one, which can be read twice */
    size_t size;  /* of a file, as far as known; else 0 */
};

/* Opens a file, pipe or device; "-" is standard input.
 * Sentences are Go's ("stat X: no such file or directory", "read X: is a directory"). */
bool source_open(str path, struct source *out, struct err *e);
/* The same for a regular file alone; *is_file false: it is none, and was not opened. */
bool source_open_file(str path, bool *is_file, struct source *out, struct err *e);
/* All bytes from where it stands. They live in `a`. */
bool source_read_all(struct arena *a, const struct source *s, str *out, struct err *e);
bool source_rewind(const struct source *s, struct err *e); /* of a file */
void source_close(struct source *s);

/* All bytes of a source at once. */
bool source_read(struct arena *a, str path, str *out, struct err *e);

#endif
