/* Opening binaries: their format, build ID and headers. A small bounded reader of ELF (32 and 64 bit, both byte
 * orders), Mach-O and PE headers; symbol names and lines come from the tools (tools.h). Opening reads headers only
 * and leaves no file open. */
#ifndef CPROF_BINARIES_OBJECT_OPEN_H
#define CPROF_BINARIES_OBJECT_OPEN_H

#include "binaries/object.h"

/* A file and its place in a process. */
struct object_mapping {
    str path;
    uint64_t start, limit, offset; /* the addresses [start, limit) map the file from `offset` */
    str kernel_symbol;             /* usually empty */
};
/* A mapping that fits any file, to test whether `path` is a binary. */
#define OBJECT_WHOLE(file) ((struct object_mapping){.path = (file), .limit = UINT64_MAX, .kernel_symbol = STR_EMPTY})

/* Opens the file of a mapping, which must be a regular file. Strings live in `a`. Fails with pprof's message ("stat
 * F: no such file or directory", "unrecognized binary format: F", "could not identify base for F: …"). */
bool object_open(struct arena *a, const struct object_mapping *m, struct object *out, struct err *e);

#endif
