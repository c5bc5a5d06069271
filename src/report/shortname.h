/* Function names as graphs show them: without the path, package or namespace at their start. */
#ifndef CPROF_REPORT_SHORTNAME_H
#define CPROF_REPORT_SHORTNAME_H

#include "base/arena.h"
#include "base/str.h"

/* Returns a view into `name`, or a new text in `a` if something was removed from its middle. */
str shortname(struct arena *a, str name);

#endif
