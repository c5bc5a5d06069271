/* The comparison of two sides: what compare shows, for its text and its forms. */
#ifndef CPROF_REPORT_COMPARE_H
#define CPROF_REPORT_COMPARE_H

#include "report/report.h"
#include "stacks/sides.h"

enum compare_what { COMPARE_NEW = SIDE_NEW, COMPARE_OLD = SIDE_BASE, COMPARE_DELTA, COMPARE_VALUES };

/* A node, with its value on both sides, and new - old: flat, or cum if the sort option says so. */
struct compare_row {
    str name;
    struct graph_node node;        /* its identity */
    int64_t whole[COMPARE_VALUES]; /* in the profile's unit, after divide_by */
    double amount[COMPARE_VALUES]; /* the same, a second if `per_second` */
};

struct compare_table {
    const struct report_in *in;
    struct compare_row *row; /* sorted */
    uint32_t n, n_dropped;   /* those shown, those below the nodefraction */
    uint32_t n_all;          /* before the nodecount cut, without the dropped ones */
    struct compare_row total;
    bool per_second, cum;
    str unit; /* of the texts */
};

/* Fails if the profile has one side only, if it is asked for values a second of sides without duration, or if the
 * order is unknown. */
bool compare_make(const struct report_in *in, struct compare_table *out, struct err *e);

/* "1.50MB", "1.50MB/s"; a difference has a sign: "+1.50MB". */
str compare_text(const struct compare_table *t, const struct compare_row *r, enum compare_what what);
/* new / base; NAN if it has no meaning. */
double compare_ratio(const struct compare_row *r);
/* "new" and "gone" if the other side is 0, else "". */
str compare_status(const struct compare_row *r);
/* "1.50x", "new", "gone", "-". */
str compare_ratio_text(struct arena *a, const struct compare_row *r);
/* The lines above the table. */
struct report_lines compare_lines(const struct compare_table *t);

#endif
