/* MD5 sums. There is no md5.c: libiberty has them, and Debian leaves its header out. */
#ifndef CPROF_BASE_MD5_H
#define CPROF_BASE_MD5_H

#include "base/str.h"

/* Of libiberty: writes the 16 bytes of the sum to `sum`, and returns it. */
void *md5_buffer(const char *bytes, size_t n, void *sum);

#endif
