/* A file that is written whole or not at all: the bytes go to a new file, which replaces the old one when it is
 * complete. Until then the new file is invisible, and dropping it leaves nothing behind. Only SIGKILL, or a machine
 * that stops, leaves a file NAME.cprof-N (of a numbered one, without the number): on a file system without O_TMPFILE
 * while it is written, on others for the moment in which it replaces an older one. The next process that writes NAME
 * removes it. Devices, pipes and standard output are written directly. */
#ifndef CPROF_OUT_WHOLE_FILE_H
#define CPROF_OUT_WHOLE_FILE_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct whole_file {
    int fd;                /* open for writing */
    const char *path;      /* the file to replace or to make, links resolved; NULL if it is written directly */
    const char *temporary; /* the new file's name, whose lock (flock) we have; NULL while it has none */
    mode_t mode;
    str before, after; /* the parts of a numbered file's name */
    int number;        /* 0: not numbered */
    bool passing;      /* a numbered file that is needed for a while: ending_unlink is called before it appears */
};

/* Starts replacing `name`; opening a FIFO waits for its reader. Returns false if the file cannot be replaced
 * unnoticed: it has several names or another owner, or its folder takes no new files. The caller then uses
 * whole_file_overwrite, once all bytes are ready. Paths live in `a`. */
bool whole_file_open(struct arena *a, str name, struct whole_file *out);
/* Starts a new file BEFOREnnnAFTER with the first free number from 001; BEFORE begins with its folder. Until the file
 * is finished, out->path is the name that it will probably have, then the one that it has. On failure returns false
 * and sets *errnum to errno. */
bool whole_file_open_numbered(struct arena *a, str before, str after, struct whole_file *out, int *errnum);
/* Closes the new file and puts it in place. On failure returns false, sets *errnum to errno and leaves the old file
 * untouched. */
bool whole_file_finish(struct arena *a, struct whole_file *f, int *errnum);
void whole_file_drop(struct whole_file *f); /* discards the new file */
/* Writes into a file that keeps its identity, such as one with several names. Space is reserved first, and the old
 * contents are restored if writing fails. Only SIGKILL, or a machine that stops, leaves a part. Returns 0 or errno;
 * *step is "open" or "write". */
int whole_file_overwrite(struct arena *a, str name, str bytes, const char **step);

/* Appends to a file, or makes it, with the promises of whole_file_overwrite. */
int whole_file_append(struct arena *a, str name, str bytes, const char **step);

#endif
