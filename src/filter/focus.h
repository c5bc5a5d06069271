/* focus, ignore, hide and show: by the names of functions, files and mappings. */
#ifndef CPROF_FILTER_FOCUS_H
#define CPROF_FILTER_FOCUS_H

#include "profile/profile.h"
#include "regex/regex.h"

/* A NULL pattern filters nothing. The matched flags are results: false where the caller should warn. */
struct filter_focus {
    const struct regex *focus, *ignore, *hide, *show;
    bool focus_matched, ignore_matched, hide_matched, show_matched;
};
void filter_by_name(struct arena *a, struct profile *v, struct filter_focus *f);

#endif
