/* Code points of UTF-8, as Go's utf8 package decodes it. */
#ifndef CPROF_REPORT_RUNES_H
#define CPROF_REPORT_RUNES_H

#include "base/str.h"

#define RUNES_INVALID 0xFFFDu
/* The first code point of s (not empty) and its length in bytes. A byte that starts no valid sequence is
 * RUNES_INVALID, one byte long. */
uint32_t runes_decode(str s, size_t *length);
size_t runes_count(str s);

#endif
