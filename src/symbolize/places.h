/* The places below a folder where a mapping's binary or its debug information may be. */
#ifndef CPROF_SYMBOLIZE_PLACES_H
#define CPROF_SYMBOLIZE_PLACES_H

#include "base/arena.h"
#include "base/str.h"

typedef VEC(str) places_list;

/* Adds the candidates of pprof.md 9.1 in their order, and then the folders of build IDs that distributions use. */
void places_candidates(struct arena *a, str directory, str file, str build_id, places_list *out);
/* The search path, or its default if it is empty. */
str places_search_path(struct arena *a, str search_path);
/* False if the folder does not exist, so that no candidate can. */
bool places_may_be_below(struct arena *scratch, str directory, str file);
/* The path of a file of debug information below a folder of build IDs ("ab/cdef.debug"); empty if the build ID is not
 * a row of at least two bytes in hexadecimal digits, which no path leaves. */
str places_by_build_id(struct arena *a, str build_id);

#endif
