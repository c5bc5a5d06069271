/* The parts of a line at the prompt: a command, and where its output goes. */
#ifndef CPROF_PROMPT_WORDS_H
#define CPROF_PROMPT_WORDS_H

#include "base/arena.h"
#include "base/err.h"

struct words_line {
    str command; /* without the parts below; empty if the line is for the shell */
    str shell;   /* the text after "!"; no pointer: none */
    str file;    /* the name after > or >>; no pointer: none */
    bool append; /* >> */
    str program; /* the text after |, for the shell; no pointer: none */
};

/* Takes a line apart. The parts point into `text` or live in `a`.
 *
 *   !TEXT            the shell runs TEXT
 *   NAME=VALUE       an assignment is a command as it is, and so is one after push or set
 *   COMMAND > FILE   also >> FILE, and without blanks; the last of several counts. FILE may be in quotes
 *   COMMAND | TEXT   the shell runs TEXT, which reads what the command prints
 *
 * pprof's regular expressions stay what they are: > and | count at the start of a word, or right after the command's
 * name or a number; | also at the end of a word that others follow. The first word after a command that needs a pattern
 * is its pattern, even if it starts with one >. Words of commands that take names of files or configurations are read
 * by words_next, so that > and | in quotes or after a backslash are parts of names. */
bool words_parse(struct arena *a, str text, struct words_line *out, struct err *e);

/* Takes the next word off the front of *rest, as a shell would: blanks separate words, but for those in '…', in "…" and
 * after a backslash; ~/ at the start is the home. Returns false at the end, or with *e set if a quote is not closed. */
bool words_next(struct arena *a, str *rest, str *word, struct err *e);

#endif
