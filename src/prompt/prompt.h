/* The prompt: commands, one per line, from a terminal, a file or a pipe. */
#ifndef CPROF_PROMPT_PROMPT_H
#define CPROF_PROMPT_PROMPT_H

#include "session/session.h"

/* Reads and runs commands until the end of input or `quit`. `call` has the sources of the profile; *profile is
 * s->profile, and receives those that `load` and `base` load. */
struct argv_call;
void prompt_run(struct session *s, const struct argv_call *call, struct profile *profile);

#endif
