/* The browser: a profile on the whole screen of a terminal. */
#ifndef CPROF_BROWSE_BROWSE_H
#define CPROF_BROWSE_BROWSE_H

#include "session/session.h"

/* Fails unless the browser can run: it needs a terminal and ncurses. Changes nothing. */
bool browse_check(struct err *e);
/* Shows the session's profile under `o` until the user leaves. */
bool browse_run(struct session *s, const struct options *o, struct err *e);

/* The command of the prompt: its words are those of top. Runs in a child, so that Ctrl-C and crashes end only the
 * browser; the settings stay as they are. */
bool browse_at_prompt(struct session *s, str words, struct err *e);

#endif
