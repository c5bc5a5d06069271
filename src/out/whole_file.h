/* A file that is written whole or not at all: the bytes go to a new file, which replaces the old one when it is
 * complete. Until then the new file is invisible, and dropping it leaves nothing behind. Devices, pipes and standard
 * output are written directly. */
#ifndef CPROF_OUT_WHOLE_FILE_H
#define CPROF_OUT_WHOLE_FILE_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct whole_file {
    int fd;                /* open for writing */
    const char *path;      /* the file to replace, links resolved; NULL if it is written directly */
    const char *temporary; /* the new file's name; NULL while it has no name */
    mode_t mode;
};

/* Starts replacing `name`; opening a FIFO waits for its reader. Returns false if the file cannot be replaced
 * unnoticed: it has several names or another owner, or its folder takes no new files. The caller then writes in
 * place, once all bytes are ready. Paths live in `a`. */
bool whole_file_open(struct arena *a, str name, struct whole_file *out);
/* Closes the new file and puts it in place. On failure returns false, sets *errnum to errno and leaves the old file
 * untouched. */
bool whole_file_finish(struct arena *a, struct whole_file *f, int *errnum);
void whole_file_drop(struct whole_file *f); /* discards the new file */

#endif
