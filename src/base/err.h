/* A failure is a message for the user, recorded where it is found and passed up; only main and the prompt print it. A
 * function that can fail returns bool and takes `struct err *` last; callers that do not want the message pass NULL. */
#ifndef CPROF_BASE_ERR_H
#define CPROF_BASE_ERR_H

#include <stdbool.h>

#include "base/str.h"

struct err {
    char *text; /* malloc'd, NUL-terminated; NULL while nothing failed */
};

/* Records the message (replacing any) and returns false: `return err_set(e, "…")` fails. */
bool err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts context before the recorded message ("focus: " + text); returns false. */
bool err_prepend(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *err_text(const struct err *e); /* never NULL */
void err_clear(struct err *e);

/* What a note is about, for code that acts on it: the text is for people alone. */
enum note_kind {
    NOTE_WARNING,       /* nothing acts on it */
    NOTE_FILTER_MISSED, /* a filter's expression matched no samples */
    NOTE_OUTPUT,        /* the reference prints it on standard output, before the report */
};

/* Warnings that stop nothing ("Focus expression matched no samples"), in order.
 * The command line and the prompt print them to standard error, but for NOTE_OUTPUT; nothing below src/cli does. */
struct notes {
    struct arena *arena;
    struct note {
        enum note_kind kind;
        str text; /* without the final newline */
    } * at;
    size_t n, cap;
};
void notes_add(struct notes *n, enum note_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
