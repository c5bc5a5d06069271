/* Which profiles a gate compares, by its command line. */
#ifndef CPROF_SESSION_SIDES_H
#define CPROF_SESSION_SIDES_H

#include "cli/argv.h"

struct sides {
    const str *name; /* n_base of the base, then those of the new side */
    uint32_t n_base, n;
};
/* Each -base and each source is a run; a directory or a pattern is all the runs in it. Refuses what looks like sides
 * mixed up: one file twice, and a pattern after -base that the shell has expanded. Names live in `a`. */
bool sides_read(struct arena *a, const struct argv_call *call, struct sides *out, struct err *e);

#endif
