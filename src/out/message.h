/* Messages for the user, on standard error. A terminal never sees a control byte from a profile: text that
 * goes to one passes through message_safe. */
#ifndef CPROF_OUT_MESSAGE_H
#define CPROF_OUT_MESSAGE_H

#include "base/err.h"
#include "base/str.h"

/* Writes text, and a newline where it does not end in one. */
void message_print(str text);
/* The same for what went wrong, or is worth a look: red on a terminal, unless $NO_COLOR is set. */
void message_warn(str text);
void message_warnf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Warns of each note, in order, and forgets them; those of NOTE_OUTPUT go to standard output. */
void message_notes(struct notes *notes);

/* Text that is safe to show on a terminal: control characters other than newline and tab, and bytes that are no UTF-8,
 * are spelled out as \xNN. `text` itself when it is safe already. */
str message_safe(struct arena *a, str text);

/* The system's sentence for an errno as Go words it: in lower case. */
str message_errno(struct arena *a, int errnum);

#endif
