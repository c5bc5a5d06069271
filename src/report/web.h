/* The parts of the web interface that no report of the table writes: other rooms reach flame graphs and listings only
 * through this header. */
#ifndef CPROF_REPORT_WEB_H
#define CPROF_REPORT_WEB_H

#include "report/report.h"

struct web_flame {
    double cut;          /* share of the total below which subtrees are left out; 0: none is left out */
    uint64_t generation; /* of the profile */
};
/* In flame/data.c: the data object of a flame graph (man/cprof-flame.schema.json), with the selected type only. */
void web_write_flame(const struct report_in *in, const struct web_flame *how, struct sink *out);

/* In flame/stackset.c: the object in pprof's flame graph page (pprof.md 10). */
report_fn web_write_stacks;

/* In code/weblist.c: the listings of weblist's page, as a part of another page. */
report_fn web_write_listing;

#endif
