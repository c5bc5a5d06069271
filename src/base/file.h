/* Opening files whose names are not to be trusted, and standard descriptors. */
#ifndef CPROF_BASE_FILE_H
#define CPROF_BASE_FILE_H

/* Opens a regular file for reading. Anything else that has the name (a folder, device, FIFO, socket) is not opened: its
 * descriptor can be looked at with fstat, but reads nothing and starts nothing. -1 with errno set when there is
 * nothing. For every name that comes from a profile. */
int file_open_named(const char *path);

/* Puts /dev/null where standard input, output or error are closed, so that no file opened later takes their place and
 * receives messages. What is read from a closed input or written to a closed output is an error as before. */
void file_open_standard(void);

#endif
