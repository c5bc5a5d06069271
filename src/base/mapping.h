/* Files that are mapped for reading. A file may be cut short by others at any time, and a program that reads a mapped
 * page behind the end of its file is killed; here the lost pages become zeros. */
#ifndef CPROF_BASE_MAPPING_H
#define CPROF_BASE_MAPPING_H

#include "base/str.h"

/* Maps the first `size` bytes of a file, at least one, which may change while they are read. Returns false if it
 * cannot be mapped. */
bool mapping_open(int fd, size_t size, str *out);
/* Unmaps it. Returns false if parts of it were lost. */
bool mapping_close(str bytes);

#endif
