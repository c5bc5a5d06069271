/* -where: by an expression over labels. */
#ifndef CPROF_FILTER_WHERE_H
#define CPROF_FILTER_WHERE_H

#include "filter/units.h"
#include "filter/where_parse.h"

/* Keeps the samples for which the expression is true (LABEL QUERIES in the manual). Returns false if it is true for no
 * sample. Notes the keys that no sample of `v` has, and the units that no label of a key can have. */
bool filter_where(struct arena *a, struct profile *v, const struct filter_units *units,
                  const struct where_expression *w, struct notes *notes);

/* Notes that no sample of `v` has a label with this key, and the nearest key that there is. */
void filter_note_no_label(const struct profile *v, const char *option, str key, struct notes *notes);

#endif
