/* The parts of the web interface that no report of the table writes: it reaches flame graphs and listings only through
 * this header. */
#ifndef CPROF_REPORT_WEB_H
#define CPROF_REPORT_WEB_H

#include "report/report.h"

/* What a flame graph shows of the stacks. */
struct web_flame {
    double cut;          /* share of the total below which subtrees are left out; 0: none is left out */
    uint64_t generation; /* of the profile */
    bool all_types;      /* the other sample types, too */
    bool fitting;        /* cut so that the data fit into a page, as flamegraph does */
    bool inverted;       /* leaves first */
    bool fold;           /* equal frames that follow each other are one */
    str pivot;           /* callees and callers of the frames whose name or file matches; empty: all stacks */
    str node;            /* only the tree below this node: the hash of its path in hexadecimal digits; empty: all */
};
/* In flame/data.c: the data object of a flame graph (man/cprof-flame.schema.json). Fails on a malformed pivot or node.
 */
bool web_write_flame(const struct report_in *in, const struct web_flame *how, struct sink *out, struct err *e);

/* In flame/stackset.c: the object in pprof's flame graph page (pprof.md 10), whole, or piece by piece for a reader that
 * takes its time. A set lives in in->arena, and uses *in; NULL if the work is cancelled. */
report_fn web_write_stacks;
struct stackset;
struct stackset *web_stacks_make(const struct report_in *in, struct err *e);
bool web_stacks_next(struct stackset *s, struct sink *out); /* false after the last piece */

/* In code/weblist_page.c: the listings of weblist's page, as a part of another page. */
report_fn web_write_listing;
/* In code/source_json.c: the same as JSON, with the instructions of one function, or empty: of none. */
bool web_write_source(const struct report_in *in, str with_code, struct sink *out, struct err *e);

#endif
