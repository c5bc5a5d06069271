/* Values of a report as text. */
#ifndef CPROF_REPORT_AMOUNT_H
#define CPROF_REPORT_AMOUNT_H

#include "go/unit.h"
#include "report/report.h"

/* Writes v as reports without a common unit print it (pprof.md 7.4): divided by divide_by, in the `unit` option, each
 * value by itself. buf has at least amount_room(in) bytes. Returns the length. */
static inline size_t amount_print(const struct report_in *in, char *buf, size_t cap, int64_t v) {
    return unit_print(buf, cap, graph_scale(&in->value, v), in->value.unit, in->options->unit);
}
static inline size_t amount_room(const struct report_in *in) { return 64 + in->value.unit.len + in->options->unit.len; }
/* Right-aligned in `width` columns; with dot, 0 is printed as ".". */
void amount_right(const struct report_in *in, struct sink *out, int64_t v, int width, bool dot);
void amount_write(const struct report_in *in, struct sink *out, int64_t v);
/* A space and v in percent of the total, as "  5.26%". */
void amount_percentage(struct sink *out, int64_t v, int64_t total);
/* The columns of top and tree: flat, flat%, sum%, cum and cum%; `sum` is the sum of flat values up to this node. */
void amount_columns(const struct report_in *in, const struct graph_node *n, int64_t sum, str unit, struct sink *out);

#endif
