/* Lists the profiles that a server has, for a source that names a server and no profile. */
#ifndef CPROF_SESSION_LISTING_H
#define CPROF_SESSION_LISTING_H

#include "session/session.h"

struct argv_call;

/* If the call has one source, makes no report, and the source is a server without a path, or its /debug/pprof/: asks
 * the server for its list of profiles and writes it to standard output, with a command for each. pprof fails there, so
 * nothing is done if the program was called pprof. *listed is false if there is nothing to list: the source is to be
 * fetched as any other. Returns false if the list cannot be written. */
bool listing_print(struct session *s, const struct argv_call *call, bool *listed, struct err *e);

#endif
