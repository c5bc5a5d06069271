/* A name as a frame of a collapsed stack. Bytes that would end the frame or the line, or reach a terminal as control
 * characters, are written \xNN: control characters, ';', and bytes that are not UTF-8. A backslash is kept, unless x
 * and two hexadecimal digits follow it in the name; then it becomes \x5c. So replacing each \xNN by its byte restores
 * the name. Readers undo only escapes of bytes that the writer escapes, because names of other programs may contain
 * \x41 as text. */
#ifndef CPROF_PROFILE_FOLDNAME_H
#define CPROF_PROFILE_FOLDNAME_H

#include "base/arena.h"
#include "base/str.h"

/* With `last`, the name ends a stack: a space before a number at its end is written \x20, so that the number is not
 * taken for a value (readers accept lines with two values). A space at its end is escaped, too. */
str foldname_escape(struct arena *a, str name, bool last);
/* Undoes foldname_escape. Returns `frame` itself if it has no escapes, else a name in `a`. \xNN stays where NN is a
 * byte that is never escaped. */
str foldname_unescape(struct arena *a, str frame);

#endif
