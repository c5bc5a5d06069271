/* Command lines that say something else than was meant: a report without its dash, flags after files. */
#ifndef CPROF_CLI_MEANT_H
#define CPROF_CLI_MEANT_H

#include "base/err.h"

/* Fails with the command line that was meant, if argv[first], the first argument that is no flag, is the name of a
 * report, or if flags follow it; files of such names are what they are. Called pprof, the program finds nothing,
 * because pprof takes all of these for sources. */
bool meant_check(struct arena *a, int argc, const char *const *argv, int first, struct err *e);

#endif
