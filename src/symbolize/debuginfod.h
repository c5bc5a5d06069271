/* Fetches debug information by build ID from the servers in $DEBUGINFOD_URLS, and keeps it as libdebuginfod does. */
#ifndef CPROF_SYMBOLIZE_DEBUGINFOD_H
#define CPROF_SYMBOLIZE_DEBUGINFOD_H

#include "symbolize/trouble.h"

/* Is told what takes time: a stage, and how many of its bytes are done; total 0: unknown. `stage` may be NULL. */
struct debuginfod_progress {
    void (*stage)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

struct debuginfod_want {
    str build_id, name; /* name: of the mapping, for messages */
    str path;           /* result: a regular file of this build ID with debug information; empty: not found */
};
bool debuginfod_is_used(void); /* true with $DEBUGINFOD_URLS */
/* Fills in the paths of n wants, from the cache or from the servers, one after the other; a file is asked for once.
 * Does nothing without $DEBUGINFOD_URLS. Failures are notes; that a server has no such file is not.
 *
 * The cache is $DEBUGINFOD_CACHE_PATH, $XDG_CACHE_HOME/debuginfod_client or ~/.cache/debuginfod_client, with the file
 * BUILDID/debuginfo; an empty one says for ten minutes that no server has it. Files appear whole, with the right build
 * ID, or not at all. $DEBUGINFOD_TIMEOUT (seconds in which 100 KB must arrive, 90), $DEBUGINFOD_MAXTIME (seconds for a
 * file, 1800) and $DEBUGINFOD_MAXSIZE (bytes of a file, 4 GB) are the limits. */
void debuginfod_find(struct arena *a, struct debuginfod_want *want, uint32_t n,
                     const struct debuginfod_progress *progress, struct troubles *troubles);

#endif
