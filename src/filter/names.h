/* Regular expressions over names: each name is matched once. */
#ifndef CPROF_FILTER_NAMES_H
#define CPROF_FILTER_NAMES_H

#include "profile/profile.h"
#include "regex/regex.h"

/* What a pattern says of functions (their name or file matches) and mappings (their file does). */
struct filter_marks {
    const bool *function; /* [func_id] */
    const bool *mapping;  /* [map_id] */
};
struct filter_marks filter_mark_names(struct arena *a, const struct profile *v, const struct regex *r);
static inline bool filter_mapping_marked(const struct filter_marks *m, const struct profile_location *l) {
    return l->mapping != PROFILE_NONE && m->mapping[l->mapping];
}
/* Any line, or the mapping. */
bool filter_location_marked(const struct filter_marks *m, const struct profile *v, const struct profile_location *l);

/* A private copy of the view's locations, put in its place, for a filter that changes their lines. */
struct profile_location *filter_own_locations(struct arena *a, struct profile *v);

#endif
