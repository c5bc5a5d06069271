/* The version of the program. */
#ifndef CPROF_CLI_VERSION_H
#define CPROF_CLI_VERSION_H

#include "base/sink.h"

/* The topmost heading of README's Changes has the same: testdata/check-release. */
#define CPROF_VERSION "0.2.0"

/* -version: the version in a line of its own, the commit, the libraries that are linked in, and those that are opened
 * when they are needed, with the file of each or the reason why it cannot be opened. */
void version_write(struct sink *out);

#endif
