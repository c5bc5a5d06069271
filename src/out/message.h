/* Messages for the user, on standard error. On a terminal a message is one line, and no control byte of a profile
 * reaches it. */
#ifndef CPROF_OUT_MESSAGE_H
#define CPROF_OUT_MESSAGE_H

#include "base/err.h"
#include "base/str.h"

/* Returns true if the program was called by the name pprof: scripts written for pprof may read its messages, so those
 * that pprof has keep its words, and those that it has not are left out. */
bool message_as_pprof(void);
/* Returns true if standard error is a terminal. */
bool message_on_terminal(void);
/* Writes text, and a newline if it does not end in one. Newlines inside of it are spelled out on a terminal. */
void message_print(str text);
/* Does the same for a text of several lines. Names in it must have passed through message_one_line. */
void message_lines(str text);
/* Writes what a program wrote to its standard error, unless it is empty: unchanged, but safe on a terminal. */
void message_program(str errors);
/* From now on, warnings are red on a terminal or not. At first they are, unless $NO_COLOR is set. */
void message_colour(bool red);
/* Does the same for warnings and errors: in red on a terminal, unless $NO_COLOR is set. */
void message_warn(str text);
void message_warnf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From now on, warnings of this thread are added to `to`, and its other messages are dropped, instead of being printed;
 * NULL: messages are printed again. */
void message_collect(struct notes *to);
/* Warns of each note, in order, and clears the list. Those of kind NOTE_OUTPUT go to standard output, and
 * NOTE_MESSAGE is no warning. */
void message_notes(struct notes *notes);

/* Returns text that is safe to show on a terminal: control characters other than newline and tab, and bytes that are
 * not UTF-8, are replaced by \xNN. Returns `text` itself if it is safe already. */
str message_safe(struct arena *a, str text);
/* Does the same for a name: newlines and tabs are replaced, too. */
str message_one_line(struct arena *a, str name);

/* The system's message for an errno as Go words it: in lower case. */
str message_errno(struct arena *a, int errnum);

#endif
