/* Filters turn a view into a smaller view: pprof.md 5. A view is a shallow copy of the loaded profile (see profile.h);
 * each filter puts new columns in `a` in place of those that it changes. session/run.c applies the filters in their
 * order and takes the total between them. Other rooms include this header and the headers that it includes. */
#ifndef CPROF_FILTER_FILTER_H
#define CPROF_FILTER_FILTER_H

#include "filter/aggregate.h"
#include "filter/group_rules.h"
#include "filter/prune.h"
#include "filter/tag_frames.h"
#include "filter/units.h"
#include "filter/where.h"

/* Applies all filters of pprof.md 5.1, in its order: focus/ignore/hide/show, show_from, tagfocus/tagignore, and
 * where after these, tagshow/taghide, prune_from. Notes a warning for each that matched nothing. Fails on a pattern
 * that does not compile
 * ("parsing focus regexp: …"). */
bool filter_apply(struct arena *a, struct profile *view, const struct filter_units *units, const struct options *o,
                  struct notes *notes, struct err *e);

/* Gives functions other names, as keep_heads and fold_numbers say. Comes before the other filters, whose patterns are
 * matched with these names. */
void filter_rename_functions(struct arena *a, struct profile *view, const struct options *o);
/* Gives functions the names of their groups, or of their packages, for these two granularities; `rules` is NULL unless
 * there are groups. Comes after the filters and before the stacks are shortened. */
void filter_name_groups(struct arena *a, struct profile *view, const struct options *o,
                        const struct group_rules *rules);
/* Shortens the stacks that are left, as norecursion and maxdepth say, in this order. Fails on a depth below 0. */
bool filter_shorten(struct arena *a, struct profile *view, const struct options *o, struct err *e);

#endif
