/* Scaling and printing of values with units: pprof's tables (memory, time, GCU) and texts.
 * Source: the behaviour of google/pprof's measurement package. A unit is known by its aliases, in any
 * letter case and with or without a final s ("MB", "megabytes", "Sec"). */
#ifndef CPROF_GO_UNIT_H
#define CPROF_GO_UNIT_H

#include "base/arena.h"
#include "base/str.h"

struct unit_value {
    double value;
    str unit; /* canonical name, may be empty; static, or `to` itself */
};
/* `value` in unit `from`, expressed in unit `to` ("minimum" and "auto" choose one). A `to` of another
 * table than `from` gives the default unit of from's table; when `from` is in no table the value stays
 * and is relabelled `to`, or nothing for count, sample, unit, minimum and auto. */
struct unit_value unit_scale(int64_t value, str from, str to);
/* "1.50kB", "0", "20ms": the text of unit_scale. Never fails; lives in `a`. */
str unit_label(struct arena *a, int64_t value, str from, str to);
/* Writes the same text to buf (64 bytes are enough unless `unit` is long; cut at cap). Returns its length. */
size_t unit_print(char *buf, size_t cap, int64_t value, str from, str to);
/* "%5.2f%%"-style percentage: "  100%", "12.34%", " 0.53%". buf needs 32 bytes. Returns its length. */
size_t unit_percentage(char *buf, int64_t value, int64_t total);
/* True when both are the same text, or names of one table. */
bool unit_compatible(str a, str b);
/* When a profile's sample types are combined: how many `to` is one `from`? Below 1 when `from` is the
 * finer one. As unit_scale(1, from, to): 1 when `from` is in no table. */
double unit_ratio(str from, str to);
bool unit_is_time(str unit);
/* True when `unit` is known to some table. */
bool unit_known(str unit);

/* The tables themselves, in order, for the web interface, which scales values in the browser. */
struct unit_factor {
    const char *name; /* canonical */
    double factor;    /* in units of the table's first */
};
struct unit_table {
    const struct unit_factor *unit;
    size_t n;
    struct unit_factor standard; /* the default unit */
};
const struct unit_table *unit_tables(size_t *n);

#endif
