/* -by: a report for each value of labels. Top, text, tree, peek and tags are written once for each group of samples,
 * one after the other; a group is what -where selects by its values, so each part is the report that -where gives. Top
 * and text can show the groups as columns. Reports on stacks get the groups as first frames. */
#ifndef CPROF_REPORT_BY_BY_H
#define CPROF_REPORT_BY_BY_H

#include "report/report.h"

/* Writes in->report for the groups of the view's samples by the labels in the option `by`, in the form of the option
 * `format`. Fails if the report has no groups, or on a value of the options that is out of range. */
bool report_by(const struct report_in *in, struct sink *out, struct err *e);

/* The inputs of a report on stacks with a first frame for each value of the labels in the option `by`, which is then
 * empty. `in` points into the struct. */
struct by_rooted {
    struct profile view;
    struct options options;
    struct report_in in;
};
bool report_by_roots(const struct report_in *in, struct by_rooted *out, struct err *e);

#endif
