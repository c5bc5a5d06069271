/* The profiles that a gate compares, from its command line. */
#ifndef CPROF_SESSION_SIDES_H
#define CPROF_SESSION_SIDES_H

#include "cli/argv.h"

struct sides {
    const str *name; /* the first n_base are the base's, the others those of the new side */
    uint32_t n_base, n;
};
/* Each -base (or run of -history) and each source is a run; a directory or a pattern stands for all runs in it. Rejects
 * signs of mixed-up sides: a file that occurs twice, and a pattern after -base that the shell has expanded. Names live
 * in `a`. */
bool sides_read(struct arena *a, const struct argv_call *call, struct sides *out, struct err *e);

#endif
