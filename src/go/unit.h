/* Scaling and printing of values with units: the tables (memory, time, GCU) and texts of pprof's measurement
 * package. A unit is known by its aliases, in any letter case and with or without a final s ("MB", "megabytes",
 * "Sec"). */
#ifndef CPROF_GO_UNIT_H
#define CPROF_GO_UNIT_H

#include "base/arena.h"
#include "base/str.h"

struct unit_value {
    double value;
    str unit; /* canonical name, may be empty; static, or `to` itself */
};
/* Converts `value` from unit `from` to unit `to`; "minimum" and "auto" choose the unit. If `to` is in another table
 * than `from`, the result is in the default unit of from's table. If `from` is in no table, the value is unchanged
 * and its unit is `to`, or empty if `to` is count, sample, unit, minimum or auto. */
struct unit_value unit_scale(int64_t value, str from, str to);
/* The same for many values: names of units are looked up once. */
struct unit_way {
    const struct unit_table *table; /* of `from`; NULL: it is in none */
    double factor;                  /* of `from` */
    const struct unit_factor *to;   /* NULL: chosen for each value */
    str label;
};
struct unit_way unit_way(str from, str to);
struct unit_value unit_convert(const struct unit_way *w, int64_t value);
/* The text of unit_scale: "1.50kB", "0", "20ms". Never fails; lives in `a`. */
str unit_label(struct arena *a, int64_t value, str from, str to);
/* Writes the same text to buf (64 bytes are enough unless `unit` is long; cut at cap). Returns its length. */
size_t unit_print(char *buf, size_t cap, int64_t value, str from, str to);
size_t unit_print_way(char *buf, size_t cap, int64_t value, const struct unit_way *w);
/* "%5.2f%%"-style percentage: "  100%", "12.34%", " 0.53%". buf needs 32 bytes. Returns its length. */
size_t unit_percentage(char *buf, int64_t value, int64_t total);
/* True if both are the same text, or names in one table. */
bool unit_compatible(str a, str b);
/* Factor to convert `from` to `to` when sample types of several profiles are unified: below 1 if `from` is finer.
 * Equals unit_scale(1, from, to), so it is 1 if `from` is in no table. */
double unit_ratio(str from, str to);
bool unit_is_time(str unit);
/* True if `unit` is in a table. */
bool unit_known(str unit);

/* The tables, in order, for the web interface, which scales values in the browser. */
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
/* The unit in the tables that `unit` names, and its table; NULL if it is in no table. */
const struct unit_factor *unit_find(str unit, const struct unit_table **table);

/* The value of unit_convert alone. */
static inline double unit_convert_value(const struct unit_way *w, int64_t value) {
    if (!w->table) return (double)value;
    return w->to ? (double)value * w->factor / w->to->factor : unit_convert(w, value).value;
}

#endif
