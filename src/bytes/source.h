/* Where bytes come from. */
#ifndef CPROF_BYTES_SOURCE_H
#define CPROF_BYTES_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct source {
    str path;
    int fd;
    bool is_file; /* a regular one */
    size_t size;  /* of a file, as far as known; else 0 */
};

/* Opens a file, pipe or device; "-" is standard input.
 * Sentences are Go's ("stat X: no such file or directory", "read X: is a directory"). */
bool source_open(str path, struct source *out, struct err *e);
/* The same for a regular file alone; *is_file false: it is none, and was not opened. */
bool source_open_file(str path, bool *is_file, struct source *out, struct err *e);
/* The next bytes, at most `cap` and maybe fewer; *n is 0 at the end. */
bool source_read_some(const struct source *s, char *to, size_t cap, size_t *n, struct err *e);
/* All bytes from where it stands, but no more than `most`: fewer are all there are. They live in `a`. */
bool source_read_most(struct arena *a, const struct source *s, size_t most, str *out, struct err *e);
void source_close(struct source *s);

/* All bytes of a source at once. */
bool source_read(struct arena *a, str path, str *out, struct err *e);

#endif
