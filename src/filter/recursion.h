/* norecursion: repeated frames become one. */
#ifndef CPROF_FILTER_RECURSION_H
#define CPROF_FILTER_RECURSION_H

#include "options/options.h"
#include "profile/profile.h"

/* Folds frames that follow themselves in a stack: f f f becomes f, and a sequence of up to RECURSION_MOST functions
 * that follows itself is kept once, too: f g f g h becomes f g h. The frames nearest to the leaf stay. No function
 * leaves a stack and no leaf changes, so flat and cum values of functions stay as they are. Frames are the same if they
 * have the same function, or the same file at the granularity of files; without a name, the same mapping or address.
 * Inlined calls are frames; a location with more than LINE_PARTS_MOST of them is folded as a whole. */
enum { RECURSION_MOST = 16 };
void filter_no_recursion(struct arena *a, struct profile *v, const struct options *o);

#endif
