/* tagroot and tagleaf: pseudo frames from labels (pprof.md 5.5). */
#ifndef CPROF_FILTER_TAG_FRAMES_H
#define CPROF_FILTER_TAG_FRAMES_H

#include "filter/units.h"
#include "options/options.h"

/* Adds the frames of o->tagroot and o->tagleaf to the view. */
void filter_tag_frames(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                       struct notes *notes);

#endif
