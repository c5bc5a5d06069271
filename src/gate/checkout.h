/* Maps source files named in a profile to files of the checkout: the current directory and all below it. */
#ifndef CPROF_GATE_CHECKOUT_H
#define CPROF_GATE_CHECKOUT_H

#include "base/arena.h"
#include "base/str.h"

/* `file` as a path relative to the current directory, of a regular file that exists: the path itself, or its
 * longest suffix with a folder (web/page.go for github.com/us/shop/web/page.go). Empty if not found, and for
 * files of other modules and packages, whose suffixes may exist here by chance. */
str checkout_file(struct arena *a, str file);

#endif
