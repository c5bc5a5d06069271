/* Source files named in profiles: finds and reads them (pprof.md 8.7.3, 8.7.4), also where pprof does not look. Each
 * file is read once, whatever paths lead to it; lines live in the reader's arena. */
#ifndef CPROF_REPORT_CODE_SOURCE_H
#define CPROF_REPORT_CODE_SOURCE_H

#include "base/arena.h"
#include "base/str.h"

struct err;
struct notes;
struct profile;

/* Which files are read. */
struct source_scope {
    str search_path;               /* directories separated by ':'; empty: the current one */
    str trim_path;                 /* as in the options */
    str only_below;                /* folders outside of which no file is read; empty: any is */
    const struct profile *profile; /* tells the untrimmed names of files and their binaries; NULL: neither is used */
};
struct source_reader;
/* Returns NULL, with the system's message in *e, if the current directory is needed and unknown. */
struct source_reader *source_reader_new(struct arena *a, const struct source_scope *scope, struct err *e);

/* Line number `n` (from 1) without its line end; false if the file has no such line or is not found. A file ends
 * before its first line longer than 64 KiB. */
bool source_line(struct source_reader *r, str path, int64_t n, str *line);
/* How much of a file some lines are. */
struct source_size {
    uint64_t lines, bytes;
};
/* Adds the size of the lines from `first` to `last` that the file has. */
void source_measure(struct source_reader *r, str path, int64_t first, int64_t last, struct source_size *sum);
/* Why the file could not be opened; empty if it could, or if none of its lines was requested yet. */
str source_error(struct source_reader *r, str path);
/* The paths that were tried for such a file, also those that pprof does not look at. Returns their number. */
size_t source_tried(struct source_reader *r, str path, const str **tried);
/* Adds notes about the files opened until now: where those that are missing were looked for and how they can be found,
 * and which are not those that their binary was built from. */
void source_add_notes(const struct source_reader *r, struct notes *notes);

#endif
