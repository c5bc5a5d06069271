/* Which file of the checkout (the current directory and all below) a source position in a profile means. */
#ifndef CPROF_GATE_CHECKOUT_H
#define CPROF_GATE_CHECKOUT_H

#include "base/arena.h"
#include "base/str.h"

/* `file` as a path relative to the current directory, of a regular file that is there: the path itself, or the longest
 * end of it that has a folder (github.com/us/shop/web/page.go for web/page.go). Empty where there is none, and for
 * files of other modules and packages, whose ends may be found here by chance. */
str checkout_file(struct arena *a, str file);

#endif
