/* A file that is written whole or not at all: the bytes go to a new file, which takes the old one's place when it is
 * complete. Until then nobody sees it, and where it is given up nothing is left of it. Devices and pipes get the bytes
 * at once, as standard output does. */
#ifndef CPROF_OUT_WHOLE_FILE_H
#define CPROF_OUT_WHOLE_FILE_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct whole_file {
    int fd;                /* to write to */
    const char *path;      /* what is replaced, links resolved; NULL for what is written at once */
    const char *temporary; /* the new file's name; NULL while it has none */
    mode_t mode;
};

/* Starts replacing `name`; waits for the reader of a FIFO. False when that cannot be done, or would be noticed: for
 * files with several names or of other users, and for folders that take no new files. Then the file is to be written in
 * place, with bytes that are all there. Paths live in `a`. */
bool whole_file_open(struct arena *a, str name, struct whole_file *out);
/* Closes the new file and puts it in place. False with errno's number in *errnum when that failed; the old file is
 * untouched then. */
bool whole_file_finish(struct arena *a, struct whole_file *f, int *errnum);
void whole_file_drop(struct whole_file *f); /* gives it up */

#endif
