/* Function names as graphs show them: without the path, package or namespace before the telling part. */
#ifndef CPROF_REPORT_SHORTNAME_H
#define CPROF_REPORT_SHORTNAME_H

#include "base/arena.h"
#include "base/str.h"

/* A view into `name`, or new text in `a` where something was taken out of its middle. */
str shortname(struct arena *a, str name);

#endif
