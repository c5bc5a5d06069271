/* A source of bytes: a file, a pipe, a device or standard input. */
#ifndef CPROF_BYTES_SOURCE_H
#define CPROF_BYTES_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct source {
    str path;
    int fd;
    size_t size;     /* size of the file, if known; else 0 */
    uint64_t n_read; /* number of bytes so far */
};

/* The number of bytes that a source may have, so that one without an end is not read for ever; more is an error. 0: the
 * usual 1 TB; UINT64_MAX: any. */
void source_limit(uint64_t bytes);

/* Opens a file, pipe or device; "-" is standard input. Error messages are Go's ("stat X: no such file or
 * directory", "read X: is a directory"). */
bool source_open(str path, struct source *out, struct err *e);
/* Reads the next bytes, at most `cap`, perhaps fewer; *n is 0 at the end. While it waits, the command may be cancelled
 * (base/cancel.h). */
bool source_read_some(struct source *s, char *to, size_t cap, size_t *n, struct err *e);
/* Reads up to `most` bytes from the current place; fewer mean the end was reached. They live in `a`. */
bool source_read_most(struct arena *a, struct source *s, size_t most, str *out, struct err *e);
void source_close(struct source *s);

/* Opens a source and reads all its bytes into `a`. */
bool source_read(struct arena *a, str path, str *out, struct err *e);

#endif
