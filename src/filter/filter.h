/* Filters turn a view into a smaller view: pprof.md 5. A view is a shallow copy of the loaded profile
 * (see profile.h); each filter puts fresh columns in `a` in place of those that it changes. session/run.c has the order
 * of the filters and the place of the total. The door of this room: others use what is declared here and in the
 * headers below. */
#ifndef CPROF_FILTER_FILTER_H
#define CPROF_FILTER_FILTER_H

#include "filter/aggregate.h"
#include "filter/prune.h"
#include "filter/tag_frames.h"
#include "filter/units.h"

/* All of pprof.md 5.1, in its order: focus/ignore/hide/show, show_from, tagfocus/tagignore, tagshow/taghide,
 * prune_from, with the warnings. Fails on a pattern that does not compile ("parsing focus regexp: …"). */
bool filter_apply(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                  struct notes *notes, struct err *e);

#endif
