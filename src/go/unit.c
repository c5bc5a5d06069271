/* Units of memory, time and GCU: their aliases, and values scaled and printed as pprof does. */
#include "go/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct unit_factor memory_units[] = {
    {"B", 1}, {"kB", 0x1p10}, {"MB", 0x1p20}, {"GB", 0x1p30}, {"TB", 0x1p40}, {"PB", 0x1p50},
};
static const struct unit_factor time_units[] = {
    {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"hrs", 3600e9},
};
static const struct unit_factor gcu_units[] = {
    {"n*GCU", 1e-9}, {"u*GCU", 1e-6}, {"m*GCU", 1e-3}, {"GCU", 1},      {"k*GCU", 1e3},
    {"M*GCU", 1e6},  {"G*GCU", 1e9},  {"T*GCU", 1e12}, {"P*GCU", 1e15},
};

enum { MEMORY, TIME, GCU, TABLES };
static const struct unit_table tables[TABLES] = {
    [MEMORY] = {memory_units, COUNT(memory_units), {"B", 1}},
    [TIME] = {time_units, COUNT(time_units), {"s", 1e9}},
    [GCU] = {gcu_units, COUNT(gcu_units), {"GCU", 1}},
};

enum { ALIAS_MOST = 12 };
/* In lower case, without the final s. Canonical GCU names such as k*GCU are not aliases; pprof does not know them
 * either. */
static const struct alias {
    char text[ALIAS_MOST];
    uint8_t len, table, unit;
} aliases[] = {
#define ALIAS(text, table, unit)                                                                                       \
    { text, sizeof text - 1, table, unit }
    ALIAS("b", MEMORY, 0),         ALIAS("byte", MEMORY, 0),     ALIAS("kb", MEMORY, 1),
    ALIAS("kbyte", MEMORY, 1),     ALIAS("kilobyte", MEMORY, 1), ALIAS("mb", MEMORY, 2),
    ALIAS("mbyte", MEMORY, 2),     ALIAS("megabyte", MEMORY, 2), ALIAS("gb", MEMORY, 3),
    ALIAS("gbyte", MEMORY, 3),     ALIAS("gigabyte", MEMORY, 3), ALIAS("tb", MEMORY, 4),
    ALIAS("tbyte", MEMORY, 4),     ALIAS("terabyte", MEMORY, 4), ALIAS("pb", MEMORY, 5),
    ALIAS("pbyte", MEMORY, 5),     ALIAS("petabyte", MEMORY, 5), ALIAS("ns", TIME, 0),
    ALIAS("nanosecond", TIME, 0),  ALIAS("\xce\xbcs", TIME, 1),  ALIAS("us", TIME, 1),
    ALIAS("microsecond", TIME, 1), ALIAS("ms", TIME, 2),         ALIAS("millisecond", TIME, 2),
    ALIAS("s", TIME, 3),           ALIAS("sec", TIME, 3),        ALIAS("second", TIME, 3),
    ALIAS("hour", TIME, 4),        ALIAS("hr", TIME, 4),         ALIAS("nanogcu", GCU, 0),
    ALIAS("microgcu", GCU, 1),     ALIAS("milligcu", GCU, 2),    ALIAS("gcu", GCU, 3),
    ALIAS("kilogcu", GCU, 4),      ALIAS("megagcu", GCU, 5),     ALIAS("gigagcu", GCU, 6),
    ALIAS("teragcu", GCU, 7),      ALIAS("petagcu", GCU, 8),
#undef ALIAS
};

/* Makes s lower case as far as aliases need it: ASCII, and the three letters outside ASCII whose lower case occurs
 * in an alias (capital mu, the Kelvin sign, dotted capital I). Returns the length, or 0 if s is too long. */
static size_t lower(str s, char out[ALIAS_MOST + 1]) {
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (n + 2 > ALIAS_MOST + 1) return 0;
        if (c >= 'A' && c <= 'Z') {
            out[n++] = (char)(c + ('a' - 'A'));
        } else if (c >= 0xc4 && str_has_prefix(str_from_offset(s, i), STR("\xce\x9c"))) {
            out[n++] = '\xce', out[n++] = '\xbc', i++;
        } else if (c >= 0xc4 && str_has_prefix(str_from_offset(s, i), STR("\xe2\x84\xaa"))) {
            out[n++] = 'k', i += 2;
        } else if (c >= 0xc4 && str_has_prefix(str_from_offset(s, i), STR("\xc4\xb0"))) {
            out[n++] = 'i', i++;
        } else {
            out[n++] = (char)c;
        }
    }
    return n;
}

static const struct alias *find(str unit) {
    char text[ALIAS_MOST + 1];
    size_t n = lower(unit, text);
    if (n > 2 && text[n - 1] == 's') n--;
    for (size_t i = 0; n && i < COUNT(aliases); i++)
        if (aliases[i].len == n && memcmp(aliases[i].text, text, n) == 0) return &aliases[i];
    return NULL;
}

const struct unit_table *unit_tables(size_t *n) {
    *n = TABLES;
    return tables;
}

const struct unit_factor *unit_find(str unit, const struct unit_table **table) {
    const struct alias *u = find(unit);
    if (!u) return NULL;
    *table = &tables[u->table];
    return &tables[u->table].unit[u->unit];
}

bool unit_known(str unit) { return find(unit) != NULL; }

bool unit_is_time(str unit) {
    const struct alias *u = find(unit);
    return u && u->table == TIME;
}

bool unit_compatible(str a, str b) {
    if (str_equal(a, b)) return true;
    const struct alias *u = find(a), *v = find(b);
    return u && v && u->table == v->table;
}

static bool is_automatic(str to) { return str_equal(to, STR("minimum")) || str_equal(to, STR("auto")); }

/* The largest unit in which `value`, given in units of the table's first, is at least 1. */
static const struct unit_factor *readable(const struct unit_table *t, double value) {
    const struct unit_factor *best = &t->standard;
    for (size_t i = 0; i < t->n; i++)
        if (value / t->unit[i].factor >= 1) best = &t->unit[i];
    return best;
}

static struct unit_value relabel(int64_t value, str to) {
    bool dull = str_equal(to, STR("count")) || str_equal(to, STR("sample")) || str_equal(to, STR("unit"));
    return (struct unit_value){(double)value, dull || is_automatic(to) ? STR_EMPTY : to};
}

struct unit_way unit_way(str from, str to) {
    const struct alias *source = find(from), *target;
    struct unit_way w = {.label = to};
    if (!source) return w;
    w.table = &tables[source->table];
    w.factor = w.table->unit[source->unit].factor;
    if (!is_automatic(to))
        w.to =
            (target = find(to)) && target->table == source->table ? &w.table->unit[target->unit] : &w.table->standard;
    return w;
}

static struct unit_value convert_magnitude(const struct unit_way *w, int64_t value) {
    if (!w->table) return relabel(value, w->label);
    if (w->to) return (struct unit_value){unit_convert_value(w, value), str_from(w->to->name)};
    double v = (double)value * w->factor;
    const struct unit_factor *u = readable(w->table, v);
    return (struct unit_value){v / u->factor, str_from(u->name)};
}

struct unit_value unit_convert(const struct unit_way *w, int64_t value) {
    /* INT64_MIN has no magnitude; like pprof, scale it unchanged */
    if (value >= 0 || value == INT64_MIN) return convert_magnitude(w, value);
    struct unit_value v = convert_magnitude(w, -value);
    v.value = -v.value;
    return v;
}

struct unit_value unit_scale(int64_t value, str from, str to) {
    struct unit_way w = unit_way(from, to);
    return unit_convert(&w, value);
}

double unit_ratio(str from, str to) { return unit_scale(1, from, to).value; }

enum { NUMBER_MOST = 330 }; /* %.2f of DBL_MAX and a NUL */

/* Sets *out to v*100 rounded to an integer, half to even, exactly. v is m * 2^-k with m below 2^53, so m*100 fits 64
 * bits and the rounding is that of printf's %.2f. Returns false if v is 2^53 or more. */
static bool hundredths(double v, uint64_t *out) {
    if (!(v < 0x1p53)) return false;
    int exponent;
    uint64_t m = (uint64_t)ldexp(frexp(v, &exponent), 53) * 100; /* v = m/100 * 2^(exponent-53) */
    int k = 53 - exponent;
    if (k >= 63) {
        *out = 0; /* m is below 2^60, so v*100 is below a half */
        return true;
    }
    uint64_t whole = m >> k, rest = m & (((uint64_t)1 << k) - 1), half = k ? (uint64_t)1 << (k - 1) : 1;
    *out = whole + (rest > half || (rest == half && (whole & 1)));
    return true;
}

/* Prints %.2f; with `trim`, drops a final .00 and prints "-0" as "0". buf holds NUMBER_MOST bytes. */
static size_t print_fixed(char *buf, double v, bool trim) {
    uint64_t n;
    if (!hundredths(fabs(v), &n)) return (size_t)snprintf(buf, NUMBER_MOST, trim ? "%.0f" : "%.2f", v);
    size_t len = 0;
    if (signbit(v) && (n || !trim)) buf[len++] = '-';
    len = (size_t)(digits_write(buf + len, n / 100) - buf);
    if (trim && n % 100 == 0) return len;
    buf[len++] = '.';
    buf[len++] = (char)('0' + n / 10 % 10);
    buf[len++] = (char)('0' + n % 10);
    return len;
}

size_t unit_print_way(char *buf, size_t cap, int64_t value, const struct unit_way *w) {
    char number[NUMBER_MOST];
    struct unit_value v = unit_convert(w, value);
    size_t n = print_fixed(number, v.value, true);
    if (n == 1 && number[0] == '0') v.unit.len = 0;
    if (n > cap) n = cap;
    if (v.unit.len > cap - n) v.unit.len = cap - n;
    if (n) memcpy(buf, number, n);
    if (v.unit.len) memcpy(buf + n, v.unit.ptr, v.unit.len);
    return n + v.unit.len;
}

size_t unit_print(char *buf, size_t cap, int64_t value, str from, str to) {
    struct unit_way w = unit_way(from, to);
    return unit_print_way(buf, cap, value, &w);
}

str unit_label(struct arena *a, int64_t value, str from, str to) {
    size_t cap = 64 + to.len;
    char *buf = arena_alloc(a, cap);
    return (str){buf, unit_print(buf, cap, value, from, to)};
}

/* Prints %.2g of a number from 0.001 to below 1, rounded as printf rounds: half to even, exactly. */
static size_t print_two_digits(char *buf, double v) {
    __extension__ typedef unsigned __int128 wide;
    int exponent, decimals = v >= 0.1 ? 2 : v >= 0.01 ? 3 : 4;
    uint64_t m = (uint64_t)ldexp(frexp(v, &exponent), 53), scale = decimals == 2 ? 100 : decimals == 3 ? 1000 : 10000;
    int k = 53 - exponent; /* v is m * 2^-k */
    wide all = (wide)m * scale, half = (wide)1 << (k - 1), rest = all & (2 * half - 1);
    unsigned n = (unsigned)(all >> k);
    n += rest > half || (rest == half && n % 2);
    for (; n % 10 == 0; n /= 10) decimals--;
    if (decimals == 0) {
        buf[0] = '1';
        return 1;
    }
    buf[0] = '0', buf[1] = '.';
    for (int i = decimals; i > 0; i--, n /= 10) buf[1 + i] = (char)('0' + n % 10);
    return 2 + (size_t)decimals;
}

size_t unit_percentage(char *buf, int64_t value, int64_t total) {
    double ratio = total ? fabs((double)value / (double)total) * 100 : 0;
    if (ratio >= 99.95 && ratio <= 100.05) return (size_t)sprintf(buf, "  100%%");
    char number[NUMBER_MOST];
    size_t n;
    if (ratio >= 1)
        n = print_fixed(number, ratio, false);
    else if (ratio >= 0.001)
        n = print_two_digits(number, ratio);
    else
        n = (size_t)sprintf(number, "%.2g", ratio);
    size_t pad = n < 5 ? 5 - n : 0;
    memset(buf, ' ', pad);
    memcpy(buf + pad, number, n);
    buf[pad + n] = '%';
    return pad + n + 1;
}
