/* Keeps copies of fetched profiles, which a server may not be able to send again. */
#ifndef CPROF_SESSION_KEEP_COPY_H
#define CPROF_SESSION_KEEP_COPY_H

#include "base/err.h"
#include "profile/profile.h"

/* Writes the profile, compressed, to a new file below $PPROF_TMPDIR, $HOME/pprof or the system's folder for temporary
 * files, the first one that exists or can be created, and prints its name. If the file cannot be written, prints a
 * warning and returns true; returns false only if no folder is usable. */
bool keep_copy(const struct profile *p, struct err *e);

#endif
