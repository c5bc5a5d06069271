/* Filters turn a view into a smaller view: pprof.md 5. A view is a shallow copy of the loaded profile
 * (see profile.h); each filter replaces the columns it changes by fresh ones in `a`. Order and the place of
 * the total are session/run.c's business. */
#ifndef CPROF_FILTER_FILTER_H
#define CPROF_FILTER_FILTER_H

#include "options/options.h"
#include "profile/profile.h"

/* The unit of each numeric label key (pprof.md 5.6): unit[i] for key[i]. */
struct filter_units {
    const str_id *key;
    const str *unit;
    uint32_t n;
};
/* Over all samples of `p`; conflicts are noted. */
struct filter_units filter_label_units(struct arena *a, const struct profile *p, struct notes *notes);
/* The unit for a key: the table's, or "" when the key is not there. */
str filter_unit_of(const struct filter_units *u, str_id key);

/* tagroot and tagleaf: pseudo frames from labels (pprof.md 5.5). */
void filter_tag_frames(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                       struct notes *notes);
/* All of pprof.md 5.1, in its order: focus/ignore/hide/show, show_from, tagfocus/tagignore, tagshow/taghide,
 * prune_from, with the warnings. Fails on a pattern that does not compile ("parsing focus regexp: …"). */
bool filter_apply(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                  struct notes *notes, struct err *e);
/* Granularity and noinlines (pprof.md 5.4): sets view->shown and, for noinlines, the line ranges. */
void filter_aggregate(struct arena *a, struct profile *view, const struct options *o);
/* drop_frames/keep_frames, once after loading (pprof.md 3.8). */
void filter_drop_frames(struct arena *a, struct profile *view);

#endif
