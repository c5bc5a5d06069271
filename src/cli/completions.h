/* Scripts that complete command lines in shells, made from the tables. */
#ifndef CPROF_CLI_COMPLETIONS_H
#define CPROF_CLI_COMPLETIONS_H

#include "base/sink.h"

/* Writes the script for a shell: bash, zsh or fish. Returns false, and writes nothing, for any other. */
bool completions_write(struct sink *out, str shell);

#endif
