/* The copy that is kept of what was fetched: a server may have nothing like it a second time. */
#ifndef CPROF_SESSION_KEEP_COPY_H
#define CPROF_SESSION_KEEP_COPY_H

#include "base/err.h"
#include "profile/profile.h"

/* Writes the profile, compressed, to a new file below $PPROF_TMPDIR, $HOME/pprof or the system's folder for temporary
 * files, the first of them that is there or can be made, and says where it is. A copy that cannot be written is said
 * to be none; false only when there is no folder at all. */
bool save_fetched(const struct profile *p, struct err *e);

#endif
