/* The samples of a view in groups, by the values of their labels. */
#ifndef CPROF_REPORT_BY_GROUPS_H
#define CPROF_REPORT_BY_GROUPS_H

#include "report/report.h"

enum {
    BY_KEYS = 8,          /* keys at most */
    BY_GROUPS_MOST = 1000 /* groups at most, without that of the rest */
};

/* Samples with the same values. Several values of one key are one value, joined by commas. */
struct by_group {
    str name;         /* "tenant=acme, endpoint=/search", "(no tenant)"; of the rest: "(12 more)" */
    const str *value; /* [n_keys]; without a pointer where the samples have no such label; NULL for the rest */
    int64_t sum;      /* of the report's value; a mean if the report's values are means */
    uint32_t *row;    /* rows of the view, in its order */
    uint32_t n_rows;
};
struct by_groups {
    const str *key;
    uint32_t n_keys;
    struct by_group *at; /* by |sum|, largest first; the rest is last */
    uint32_t n;
    int64_t sum;     /* of all groups, or the mean over them */
    uint32_t n_rest; /* number of groups that at[n - 1] stands for; 0: it is a group like the others */
};
/* Makes the groups in in->arena, at most `most` and the rest. Labels that tagshow and taghide remove count. Notes keys
 * that no sample has. */
bool by_groups_make(const struct report_in *in, uint32_t most, struct by_groups *out, struct err *e);

/* A report's inputs for one group. `in` points into the struct. Filters are not listed again, and with
 * relative_percentages the total is that of the group. */
struct by_part {
    struct profile view;
    struct options options;
    struct report_in in;
};
void by_part_make(const struct report_in *in, const struct by_group *g, struct by_part *out);

/* "tenant=acme: 1.51s, 33.41% of 4.52s total" */
str by_heading(const struct report_in *in, const struct by_group *g);

#endif
