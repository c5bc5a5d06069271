/* Gives sample types other names, so that profiles that name the same thing differently can be merged. */
#ifndef CPROF_MERGE_RENAME_H
#define CPROF_MERGE_RENAME_H

#include "profile/profile.h"

struct rename_rule {
    str from, to;
};
struct rename_rules {
    struct rename_rule *at;
    uint32_t n;
};
enum { RENAME_RULES_MOST = 100 };

/* Reads "OLD=NEW,OLD=NEW"; no rules if the text is empty. Names point into `text`. */
bool rename_parse(struct arena *a, str text, struct rename_rules *out, struct err *e);

/* Renames the sample types of a view, each once and by the first rule for its name, and its default type likewise.
 * Types without a rule stay, and so does the period type. Fails if a new name is the name of another type, too. */
bool rename_types(struct arena *a, const struct rename_rules *rules, struct profile *view, struct err *e);

#endif
