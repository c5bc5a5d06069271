/* Opening binaries: their format, build ID and headers. A small bounded reader of ELF (32 and 64 bit, both byte
 * orders), Mach-O and PE headers; symbol names and lines come from the tools (tools.h). Opening reads headers only
 * and leaves no file open. */
#ifndef CPROF_BINARIES_OBJECT_OPEN_H
#define CPROF_BINARIES_OBJECT_OPEN_H

#include "base/hash.h"
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

/* What was read of files, for further mappings: each file is read once, whatever paths lead to it. */
struct object_known {
    struct arena *arena;                   /* set by the caller; the rest begins as zeros */
    struct intern ids;                     /* see file_id */
    VEC(struct object_known_file *) files; /* by id */
};
struct object_known_file {
    struct object object; /* of the first mapping */
    str fault;            /* why it cannot be read, in the words of the first path; empty: it can */
    VEC(struct object_known_symbol {
        str name;
        bool found;
        uint64_t value;
    })
    symbols; /* of a kernel */
};
/* The same as object_open. Strings live in k->arena. */
bool object_open_known(struct object_known *k, const struct object_mapping *m, struct object *out, struct err *e);

#endif
