/* Groups of functions, from a file of rules: a granularity. */
#ifndef CPROF_FILTER_GROUP_RULES_H
#define CPROF_FILTER_GROUP_RULES_H

#include "profile/profile.h"
#include "regex/regex.h"

struct group_rules {
    struct group_rule {
        const struct regex *pattern;
        str group;
    } * at;
    uint32_t n;
};

/* Reads the rules in `text`, the content of `file`: in a line, a pattern, "->" or "→" between blanks, and the name of a
 * group. Blank lines, and lines that begin with #, are skipped. Fails on a line that is no
 * rule, and above GROUP_RULES_MOST of them or GROUP_RULES_BYTES of text, with an error that names file and line. Groups
 * point into `text`. */
enum { GROUP_RULES_MOST = 1000, GROUP_RULES_BYTES = 1 << 20 };
bool group_rules_read(struct arena *a, str file, str text, struct group_rules *out, struct err *e);

/* Gives each function the name of the group of the first rule whose pattern matches its name, its file, or the file of
 * its mapping, as -focus matches; a function that no rule matches is in GROUP_RULES_REST. */
#define GROUP_RULES_REST STR("(other)")
void group_rules_apply(struct arena *a, struct profile *v, const struct group_rules *rules);

#endif
