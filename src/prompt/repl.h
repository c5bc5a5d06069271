/* Reading lines of commands: typed by a user with readline, or read from a file or pipe. */
#ifndef CPROF_PROMPT_REPL_H
#define CPROF_PROMPT_REPL_H

#include "profile/profile.h"

struct repl; /* at most one at a time: readline has global state */

enum repl_verdict { REPL_LINE, REPL_END, REPL_INTERRUPTED };

/* Opens standard input. If it is a terminal, opens readline (or reads plainly if it is not installed) and loads the
 * history. The result lives in `a`; `p` is used for completion. */
struct repl *repl_open(struct arena *a, const struct profile *p);
/* Reads the next line, without its newline, valid until the next call. The last line need not end in a newline.
 * REPL_INTERRUPTED: the user dropped the line with Ctrl-C. */
enum repl_verdict repl_read(struct repl *r, const char *prompt, str *line);
/* A cancel_fn (base/cancel.h) for work that Ctrl-C may cancel while no line is read. */
bool repl_is_interrupted(void *nothing);
/* The lines of earlier sessions that the history keeps, then those of this one. */
str repl_history(struct arena *a, const struct repl *r);
bool repl_has_user(const struct repl *r); /* true if standard input is a terminal */
void repl_close(struct repl *r);          /* saves the history */

#endif
