/* Lines of commands: typed by a user, with readline, or read from a file or pipe. */
#ifndef CPROF_PROMPT_REPL_H
#define CPROF_PROMPT_REPL_H

#include "profile/profile.h"

struct repl; /* one at a time: readline has only one state */

enum repl_verdict { REPL_LINE, REPL_END, REPL_INTERRUPTED };

/* Opens standard input; with a user there, readline is loaded (a plain reader takes its place where there is none)
 * and the history of earlier runs with it. Lives in `a`; `p` is for completion. */
struct repl *repl_open(struct arena *a, const struct profile *p);
/* The next line without its newline, valid until the next call. The last one need not end in a newline.
 * REPL_INTERRUPTED: the user gave the line up with Ctrl-C. */
enum repl_verdict repl_read(struct repl *r, const char *prompt, str *line);
bool repl_has_user(const struct repl *r); /* is standard input a terminal? */
void repl_close(struct repl *r);          /* keeps the history for the next run */

#endif
