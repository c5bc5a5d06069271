/* Names: regular expressions over them, each name being matched once, and other names for functions. */
#ifndef CPROF_FILTER_NAMES_H
#define CPROF_FILTER_NAMES_H

#include "profile/profile.h"
#include "regex/regex.h"

/* The functions whose name or file matches a pattern, and the mappings whose file does. */
struct filter_marks {
    const bool *function; /* [func_id] */
    const bool *mapping;  /* [map_id] */
};
struct filter_marks filter_mark_names(struct arena *a, const struct profile *v, const struct regex *r);
static inline bool filter_mapping_marked(const struct filter_marks *m, const struct profile_location *l) {
    return l->mapping != PROFILE_NONE && m->mapping[l->mapping];
}
/* Returns true if the mapping or any line of the location is marked. */
bool filter_location_marked(const struct filter_marks *m, const struct profile *v, const struct profile_location *l);

/* Gives functions the names that rename() returns, which live as long as `a`; it returns the old name, or one that is
 * equal to it, for a function that keeps it. Equal names have equal ids afterwards, too. */
typedef str filter_rename_fn(void *context, struct arena *a, const struct profile *v, func_id function);
void filter_rename(struct arena *a, struct profile *v, filter_rename_fn *rename, void *context);

/* [func_id]: the mapping of the first location that has the function, or PROFILE_NONE. */
const map_id *filter_mapping_of_functions(struct arena *a, const struct profile *v);

/* Gives each location without lines a function, one for each mapping: it has no name, and the mapping's file. */
void filter_add_functions(struct arena *a, struct profile *v);

/* Puts a private copy of the view's locations in their place, for a filter that changes their lines, and returns it. */
struct profile_location *filter_own_locations(struct arena *a, struct profile *v);

#endif
