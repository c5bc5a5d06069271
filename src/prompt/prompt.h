/* The prompt: commands, one per line, from a terminal, a file or a pipe. */
#ifndef CPROF_PROMPT_PROMPT_H
#define CPROF_PROMPT_PROMPT_H

#include "session/session.h"

/* Reads and runs commands until the end of input or `quit`. */
void prompt_run(struct session *s);

#endif
