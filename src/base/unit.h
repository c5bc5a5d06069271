/* Scaling and printing of values with units: pprof's tables (memory, time, GCU) and texts.
 * Source: the behaviour of google/pprof's measurement package. */
#ifndef CPROF_BASE_UNIT_H
#define CPROF_BASE_UNIT_H

#include "base/arena.h"
#include "base/str.h"

struct unit_value {
    double value;
    str unit; /* canonical name, may be empty; static, or `to` itself */
};
/* `value` in unit `from`, expressed in unit `to` ("minimum" and "auto" choose one). */
struct unit_value unit_scale(int64_t value, str from, str to);
/* "1.50kB", "0", "20ms": the text of unit_scale. Never fails; lives in `a`. */
str unit_label(struct arena *a, int64_t value, str from, str to);
/* Writes the same text to buf (64 bytes are enough unless `unit` is long; cut at cap). Returns its length. */
size_t unit_print(char *buf, size_t cap, int64_t value, str from, str to);
/* "%5.2f%%"-style percentage: "  100%", "12.34%", " 0.53%". buf needs 32 bytes. Returns its length. */
size_t unit_percentage(char *buf, int64_t value, int64_t total);
/* True when both names belong to one table, or are the same apart from a trailing s. */
bool unit_compatible(str a, str b);
/* When a profile's sample types are combined: is `a` finer than `b`, and by which factor (a = b*factor)? */
double unit_ratio(str from, str to); /* 1 when either is in no table */
bool unit_is_time(str unit);
/* True when `unit` is known to some table. */
bool unit_known(str unit);

#endif
