/* UTF-8 as Go reads it: shortest forms only, no surrogates, nothing above U+10FFFF; each byte that does not start a
 * valid sequence becomes one U+FFFD. */
#ifndef CPROF_GO_UTF8_H
#define CPROF_GO_UTF8_H

#include "base/str.h"

#define UTF8_INVALID 0xFFFDu

/* Decodes the code point at s.ptr[at] (at < s.len) into *rune and returns its length in bytes. An invalid byte gives
 * UTF8_INVALID and length 1; a U+FFFD in the text has length 3. */
size_t utf8_decode(str s, size_t at, uint32_t *rune);
/* Writes a code point that is not a surrogate to buf (4 bytes are enough); returns its length. */
size_t utf8_encode(char *buf, uint32_t rune);
/* The columns of a terminal that a text takes, in which no character is unsafe (base/cells.h). */
size_t utf8_cells(str s);
/* Offset of the first byte that is not part of a valid sequence; s.len if all are valid. */
size_t utf8_first_invalid(str s);

#endif
