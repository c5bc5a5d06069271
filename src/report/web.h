/* What the web interface shows and no report of the table writes: the only door to the flame graph's and the listings'
 * folders for who serves them. */
#ifndef CPROF_REPORT_WEB_H
#define CPROF_REPORT_WEB_H

#include "report/report.h"

struct web_flame {
    double cut;          /* share of the total below which subtrees are left out; 0: none is */
    uint64_t generation; /* of the profile */
};
/* flame/data.c: the data object of a flame graph (man/cprof-flame.schema.json), of the selected type alone. */
void web_write_flame(const struct report_in *in, const struct web_flame *how, struct sink *out);

/* flame/stackset.c: the object that pprof's flame graph page holds (pprof.md 10). */
report_fn web_write_stacks;

/* code/weblist.c: the listings of weblist's page alone, to stand in another page. */
report_fn web_write_listing;

#endif
