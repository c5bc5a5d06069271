/* The contents of the tags report, key by key, for all its forms. */
#ifndef CPROF_REPORT_TAGS_H
#define CPROF_REPORT_TAGS_H

#include "report/report.h"

struct tags_value {
    str name; /* as shown, with numbers scaled */
    int64_t flat;
    label_id label;    /* the first label with this text */
    uint32_t n_labels; /* number of labels of the profile with this text */
};
struct tags_label {
    label_id label;
    int64_t flat;
};
struct tags_key {
    str name;
    int64_t total;
    const struct tags_value *value; /* by weight, heaviest first */
    uint32_t n;
    const struct tags_label *label; /* those of the values, in the order of the profile */
    uint32_t n_labels;
};
/* Calls write once per key of the samples' labels, in the order of names. The key's data live until write returns. */
void tags_each_key(const struct report_in *in, void (*write)(void *context, const struct tags_key *key), void *context);

#endif
