/* tagfocus, tagignore, tagshow and taghide: by labels. */
#ifndef CPROF_FILTER_TAGS_H
#define CPROF_FILTER_TAGS_H

#include "filter/units.h"
#include "regex/regex.h"

/* Compiles the value of tagfocus or tagignore; *out is NULL for an empty one. `option` is the name of the option, for
 * messages. */
struct filter_tag_match;
bool filter_tag_compile(struct arena *a, const char *option, str value, struct notes *notes,
                        struct filter_tag_match **out, struct err *e);
struct filter_tags {
    const struct filter_tag_match *focus, *ignore;
    bool focus_matched, ignore_matched;
};
void filter_by_tag(struct arena *a, struct profile *v, const struct filter_units *units, struct filter_tags *f);

/* tagshow and taghide: keep or remove labels by their keys. */
struct filter_tag_keys {
    const struct regex *show, *hide;
    bool show_matched, hide_matched;
};
void filter_tag_keys(struct arena *a, struct profile *v, struct filter_tag_keys *f);

#endif
