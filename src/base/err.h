/* A failure is a message for the user, recorded where it is found and passed up; only main and the prompt print it. A
 * function that can fail returns bool and takes `struct err *` last; callers that do not want the message pass NULL. */
#ifndef CPROF_BASE_ERR_H
#define CPROF_BASE_ERR_H

#include <stdbool.h>

#include "base/str.h"

struct err {
    char *text; /* malloc'd, NUL-terminated; NULL without an error */
};

/* A text of more bytes loses its middle: names in profiles and files may have megabytes. */
enum { ERR_TEXT_MOST = 16384 };

/* Records the message, replacing any other, and returns false, for use as `return err_set(e, "…")`. A macro, so that
 * analysers of one file see what it returns. */
#define err_set(...) (err_record(__VA_ARGS__), err_false())
/* Prepends context to the recorded message ("focus: " + text); returns false. */
#define err_prepend(...) (err_record_before(__VA_ARGS__), err_false())
void err_record(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void err_record_before(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline bool err_false(void) { return false; }
const char *err_text(const struct err *e); /* never NULL */
/* The message of an errno as Go prints it, in lower case: "no such file or directory". Lives in `text`. */
enum { ERR_SYSTEM_MOST = 256 };
const char *err_system(int errnum, char text[ERR_SYSTEM_MOST]);
void err_clear(struct err *e);

/* The kind of a note, for code that acts on it. Its text is only for people. */
enum note_kind {
    NOTE_WARNING,       /* no code acts on it */
    NOTE_FILTER_MISSED, /* a filter's expression matched no samples */
    NOTE_MESSAGE,       /* something was done; it warns of nothing */
    NOTE_OUTPUT,        /* pprof prints it on standard output, before the report; never cut */
};

/* Warnings in order, none of which stops the command ("Focus expression matched no samples"). The command line and the
 * prompt print them to standard error, except NOTE_OUTPUT; nothing below src/cli prints. */
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
