/* A name as a frame of a collapsed stack. Bytes that would end the frame or the line, or reach a terminal as
 * control characters, are written \xNN: control characters, ';', and bytes that are no UTF-8. A backslash
 * stands for itself unless x and two hexadecimal digits follow it in the name; then it is \x5c. So replacing
 * each \xNN by its byte gives the name back. Readers undo the bytes that are ever written so, and no others: names of
 * other programs hold \x41 as they hold anything. */
#ifndef CPROF_PROFILE_FOLDNAME_H
#define CPROF_PROFILE_FOLDNAME_H

#include "base/arena.h"
#include "base/str.h"

/* With `last`, the name ends a stack: a space before a number at its end is written \x20, so that the number is
 * not taken for a value (readers accept lines with two). So is a space at its end. */
str foldname_escape(struct arena *a, str name, bool last);
/* The name that is written so: `frame` itself where nothing was escaped, else in `a`. Only bytes that are ever written
 * so are undone: other programs' names may hold \x41 as they hold anything. */
str foldname_unescape(struct arena *a, str frame);

#endif
