/* Source files named in profiles: finds and reads them (pprof.md 8.7.3, 8.7.4). Each file is read once; lines live
 * in the reader's arena. */
#ifndef CPROF_REPORT_CODE_SOURCE_H
#define CPROF_REPORT_CODE_SOURCE_H

#include "base/arena.h"
#include "base/str.h"

struct source_reader;
/* search_path: directories separated by ':', empty for the current one; trim_path as in the options. Returns NULL,
 * with the system's message in *e, if the current directory is needed and unknown. */
struct err;
/* `only_below`: folders outside of which no file is read; empty: any is. */
struct source_reader *source_reader_new(struct arena *a, str search_path, str trim_path, str only_below, struct err *e);

/* Line number `n` (from 1) without its line end; false if the file has no such line or is not found. A file ends
 * before its first line longer than 64 KiB. */
bool source_line(struct source_reader *r, str path, int64_t n, str *line);
/* Why the file could not be opened; empty if it could, or if none of its lines was requested yet. */
str source_error(struct source_reader *r, str path);

#endif
