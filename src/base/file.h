/* Opens files with untrusted names, and standard descriptors; writes all of some bytes. */
#ifndef CPROF_BASE_FILE_H
#define CPROF_BASE_FILE_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/str.h"

/* Opens a regular file for reading. If the name is a folder, device, FIFO or socket, it returns a descriptor for fstat
 * that reads nothing and has no side effects. Returns -1 with errno set if there is no such file. Use it for each name
 * that comes from a profile. */
int file_open_named(const char *path);

/* Is the open file below one of the folders? `folders` are real paths, separated by ':'; the file's real path decides.
 */
bool file_is_below(int fd, str folders);
bool file_named_is_below(const char *path, str folders);

/* The number of a file, 0, 1, 2 … in the order of first use, whatever paths lead to it. `known` copies its keys. */
uint32_t file_id(struct intern *known, uint64_t device, uint64_t inode);

/* Makes a folder for the user alone, and those above it that are missing. Returns false if it is not there then. */
bool file_make_folders(str path);

/* Writes all bytes, however many at a time the system takes. Returns 0 or errno. */
int file_write(int fd, str bytes);

/* Opens /dev/null as standard input, output and error where these are closed, so that no file opened later takes their
 * number and receives messages. Reading or writing them remains an error. */
void file_open_standard(void);

#endif
