/* What the tags report shows, key by key, for all the forms it is written in. */
#ifndef CPROF_REPORT_TAGS_H
#define CPROF_REPORT_TAGS_H

#include "report/report.h"

struct tags_value {
    str name; /* as shown; numbers are scaled */
    int64_t flat;
    label_id label;    /* the first of them */
    uint32_t n_labels; /* how many labels of the profile read like this */
};
struct tags_key {
    str name;
    int64_t total;
    const struct tags_value *value; /* the heaviest first; n long */
    uint32_t n;
};
/* Calls write once per key that occurs, in the order of their names. What a key points at lives until write
 * returns. */
void tags_each_key(const struct report_in *in, void (*write)(void *context, const struct tags_key *key), void *context);

#endif
