/* Makes profiles comparable before they are merged: common sample types, common units, common totals. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "go/gotext.h"
#include "go/unit.h"
#include "merge/input.h"
#include "out/message.h"

struct merge_input merge_input_of(struct arena *a, const struct profile *p) {
    struct merge_input in = {.view = *p, .period_unit = profile_str(p, p->period_type.unit)};
    in.unit = ARENA_ARRAY(a, str, p->n_types);
    for (uint32_t t = 0; t < p->n_types; t++) in.unit[t] = profile_str(p, p->type[t].unit);
    return in;
}

static str type_name(const struct merge_input *in, uint32_t t) { return profile_str(&in->view, in->view.type[t].type); }

/* How many inputs have a type. */
struct scale_count {
    uint32_t n, last; /* last: the input that was counted last, from 1 on */
};

/* The types that all inputs have. pprof counts occurrences, so a type that one profile lists twice is common to two
 * profiles. A canonical merge counts profiles. */
static uint32_t common_types(struct arena *a, const struct merge_input *in, uint32_t n, str **out) {
    struct intern names = {.arena = a};
    VEC(struct scale_count) count = {0};
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t t = 0; t < in[i].view.n_types; t++) {
            uint32_t id = intern_id(&names, type_name(&in[i], t));
            if (id == count.n) *VEC_PUSH(a, &count) = (struct scale_count){0};
            count.at[id].n += !in[i].canonical || count.at[id].last != i + 1;
            count.at[id].last = i + 1;
        }
    }
    str *common = ARENA_ARRAY(a, str, in[0].view.n_types);
    uint32_t n_common = 0;
    for (uint32_t t = 0; t < in[0].view.n_types; t++) {
        str name = type_name(&in[0], t);
        uint32_t id = intern_id(&names, name);
        if (count.at[id].n == n) common[n_common++] = name;
        if (in[0].canonical) count.at[id].n = 0; /* once */
    }
    *out = common;
    return n_common;
}

/* Sets from[t] to the first type of `in` with the name common[t]. */
static bool find_types(struct arena *a, const struct merge_input *in, const str *common, uint32_t n, uint32_t *from,
                       struct err *e) {
    struct intern names = {.arena = a};
    VEC(uint32_t) first = {0};
    for (uint32_t t = 0; t < in->view.n_types; t++)
        if (intern_id(&names, type_name(in, t)) == first.n) *VEC_PUSH(a, &first) = t;
    for (uint32_t t = 0; t < n; t++) {
        uint32_t id;
        if (!intern_find(&names, common[t], &id)) {
            str quoted = gotext_quote(a, common[t]);
            return err_set(e, "%.*s sample type is not found in profile", STR_ARG(quoted));
        }
        from[t] = first.at[id];
    }
    return true;
}

static void scale_now(struct arena *a, struct merge_input *in);

static bool keep_types(struct arena *a, struct merge_input *in, const str *common, uint32_t n, struct err *e) {
    uint32_t *from = ARENA_ARRAY(a, uint32_t, n);
    if (!find_types(a, in, common, n, from, e)) return false;
    bool changes = n != in->view.n_types, keep_default = false;
    for (uint32_t t = 0; t < n; t++) {
        keep_default |= str_equal(common[t], profile_str(&in->view, in->view.default_type));
        changes |= from[t] != t;
    }
    if (!changes) return true;
    if (in->ratio) scale_now(a, in);
    struct profile_value_type *type = ARENA_ARRAY(a, struct profile_value_type, n);
    const int64_t **value = ARENA_ARRAY(a, const int64_t *, n);
    str *unit = ARENA_ARRAY(a, str, n);
    for (uint32_t t = 0; t < n; t++) {
        type[t] = in->view.type[from[t]];
        value[t] = in->view.value[from[t]];
        unit[t] = in->unit[from[t]];
    }
    if (!keep_default && !in->canonical) in->view.default_type = type[0].type;
    in->view.type = type;
    in->view.n_types = n;
    in->view.value = value;
    in->unit = unit;
    return true;
}

bool merge_unify_types(struct arena *a, struct merge_input *in, uint32_t n, struct err *e) {
    str *common;
    uint32_t n_common = common_types(a, in, n, &common);
    if (n_common == 0) {
        return err_set(e, "%s",
                       message_as_pprof() ? "profiles have empty common sample type list"
                                          : "no sample type is in all profiles; -rename_types=old=new renames types");
    }
    for (uint32_t i = 0; i < n; i++)
        if (!keep_types(a, &in[i], common, n_common, e)) return false;
    return true;
}

struct value_type {
    str type, unit;
};

static bool same_but_for_s(str x, str y) {
    if (str_has_suffix(x, STR("s"))) x.len--;
    if (str_has_suffix(y, STR("s"))) y.len--;
    return str_equal(x, y);
}

static bool compatible(struct value_type x, struct value_type y) {
    if (!same_but_for_s(x.type, y.type)) return false;
    if (str_equal(x.unit, y.unit)) return true;
    return unit_known(x.unit) && unit_known(y.unit) && unit_compatible(x.unit, y.unit);
}

/* Finds the finest unit among n types. Of several equally fine ones it is the first; in a canonical merge the smallest
 * name. */
static bool finest_unit(const struct value_type *t, uint32_t n, bool canonical, const char *what, str *unit,
                        struct err *e) {
    struct value_type finest = t[0];
    for (uint32_t i = 1; i < n; i++) {
        if (!compatible(finest, t[i]))
            return err_set(e, "%s: incompatible types: {%.*s %.*s 0 0} {%.*s %.*s 0 0}", what, STR_ARG(finest.type),
                           STR_ARG(finest.unit), STR_ARG(t[i].type), STR_ARG(t[i].unit));
        double ratio = unit_scale(1, t[i].unit, finest.unit).value;
        if (ratio < 1 || (canonical && ratio == 1 && str_compare(t[i].unit, finest.unit) < 0)) finest = t[i];
    }
    *unit = finest.unit;
    return true;
}

/* Go's int64(v) on amd64: the smallest integer where v is out of range. */
static int64_t to_int64(double v) {
    return v >= -9223372036854775808.0 && v < 9223372036854775808.0 ? (int64_t)v : INT64_MIN;
}

static struct value_type period_type(const struct merge_input *in) {
    return (struct value_type){profile_str(&in->view, in->view.period_type.type), in->period_unit};
}

/* The ratio of a unit to a finer one is a whole number, but a double holds the largest powers of 10 inexactly. */
static uint64_t whole_ratio(double ratio) {
    const double exact = 0x1p53;
    uint64_t whole = 1;
    for (; ratio >= exact; ratio /= 10) whole *= 10;
    return whole * (uint64_t)llround(ratio);
}

/* A period in a finer unit, the largest number where it does not fit: equal steps and one large step agree. */
static int64_t finer_period(int64_t period, double ratio) {
    int64_t finer;
    if (ratio < 0x1p62 && !__builtin_mul_overflow(period, (int64_t)whole_ratio(ratio), &finer)) return finer;
    return period < 0 ? INT64_MIN : period > 0 ? INT64_MAX : 0;
}

bool merge_unify_units(struct arena *a, struct merge_input *in, uint32_t n, struct err *e) {
    if (n < 2) return true;
    uint32_t n_types = in[0].view.n_types;
    struct value_type *of = ARENA_ARRAY(a, struct value_type, n);
    str *unit = ARENA_ARRAY(a, str, n_types), period_unit = STR_EMPTY;
    for (uint32_t i = 0; i < n; i++) of[i] = period_type(&in[i]);
    bool canonical = in[0].canonical;
    if (!finest_unit(of, n, canonical, "period type", &period_unit, e)) return false;
    for (uint32_t t = 0; t < n_types; t++) {
        for (uint32_t i = 0; i < n; i++) of[i] = (struct value_type){type_name(&in[i], t), in[i].unit[t]};
        if (!finest_unit(of, n, canonical, "sample types", &unit[t], e)) return false;
    }
    double *ratio = ARENA_ARRAY(a, double, n_types);
    for (uint32_t i = 0; i < n; i++) {
        in[i].view.period = canonical
                                ? finer_period(in[i].view.period, unit_scale(1, in[i].period_unit, period_unit).value)
                                : to_int64(unit_scale(in[i].view.period, in[i].period_unit, period_unit).value);
        in[i].period_unit = period_unit;
        for (uint32_t t = 0; t < n_types; t++) {
            ratio[t] = unit_scale(1, in[i].unit[t], unit[t]).value;
            in[i].unit[t] = unit[t];
        }
        merge_scale(a, &in[i], ratio);
    }
    return true;
}

/* Multiplies a value by a ratio. The ratio of a base, -1, needs no doubles while the result is exact. */
static int64_t scaled(int64_t v, double ratio) {
    const int64_t exact = INT64_C(1) << 53;
    if (ratio == -1 && -exact <= v && v <= exact) return -v;
    return to_int64(round((double)v * ratio));
}

/* Takes the values of a column in some rows, scaled; in a canonical merge exactly (modulo 2^64), so that it does not
 * matter whether values are added before or after. */
static void take_values(const int64_t *column, double ratio, bool canonical, const uint32_t *row, uint32_t n,
                        int64_t *value) {
    uint64_t whole = canonical ? whole_ratio(ratio) : 1;
    if (ratio == 1)
        for (uint32_t i = 0; i < n; i++) value[i] = column[row[i]];
    else if (canonical)
        for (uint32_t i = 0; i < n; i++) value[i] = (int64_t)((uint64_t)column[row[i]] * whole);
    else
        for (uint32_t i = 0; i < n; i++) value[i] = scaled(column[row[i]], ratio);
}

uint32_t merge_take_samples(const struct merge_input *in, uint32_t from, uint32_t n, uint32_t *row, int64_t *value) {
    const struct profile *v = &in->view;
    uint8_t counts[TUNING_MERGE_BATCH] = {0};
    for (uint32_t i = 0; i < n; i++) row[i] = profile_row(v, from + i);
    for (uint32_t t = 0; t < v->n_types; t++) {
        int64_t *of_type = value + t * TUNING_MERGE_BATCH;
        double ratio = in->ratio ? in->ratio[t] : 1;
        take_values(v->value[t], ratio, in->canonical, row, n, of_type);
        /* if some columns are scaled, values of the others do not keep a sample */
        if (in->ratio && ratio == 1) continue;
        for (uint32_t i = 0; i < n; i++) counts[i] |= of_type[i] != 0;
    }
    if (in->canonical) return n;
    uint32_t first_gap = 0;
    while (first_gap < n && counts[first_gap]) first_gap++;
    uint32_t kept = first_gap;
    for (uint32_t i = first_gap; i < n; i++) {
        if (!counts[i]) continue;
        row[kept] = row[i];
        for (uint32_t t = 0; t < v->n_types; t++)
            value[t * TUNING_MERGE_BATCH + kept] = value[t * TUNING_MERGE_BATCH + i];
        kept++;
    }
    return kept;
}

/* Does the scaling that merge_scale deferred. It comes before a second scaling, because each rounds and drops
 * samples. */
static void scale_now(struct arena *a, struct merge_input *in) {
    struct profile *v = &in->view;
    int64_t **value = ARENA_ARRAY(a, int64_t *, v->n_types);
    int64_t *scaled = ARENA_ARRAY(a, int64_t, (size_t)v->n_types * TUNING_MERGE_BATCH);
    for (uint32_t t = 0; t < v->n_types; t++) value[t] = ARENA_ARRAY(a, int64_t, v->n_rows);
    /* with room for the dropped samples of a batch */
    uint32_t *row = ARENA_ARRAY(a, uint32_t, (size_t)v->n_samples + TUNING_MERGE_BATCH), n_kept = 0;
    for (uint32_t i = 0, n; i < v->n_samples; i += n) {
        n = v->n_samples - i < TUNING_MERGE_BATCH ? v->n_samples - i : TUNING_MERGE_BATCH;
        uint32_t kept = merge_take_samples(in, i, n, row + n_kept, scaled);
        for (uint32_t t = 0; t < v->n_types; t++)
            for (uint32_t k = 0; k < kept; k++) value[t][row[n_kept + k]] = scaled[t * TUNING_MERGE_BATCH + k];
        n_kept += kept;
    }
    v->value = (const int64_t *const *)value;
    v->row = row;
    v->n_samples = n_kept;
    in->ratio = NULL;
}

void merge_scale(struct arena *a, struct merge_input *in, const double *ratio) {
    uint32_t n = in->view.n_types;
    bool all_ones = true;
    for (uint32_t t = 0; t < n; t++) all_ones &= ratio[t] == 1;
    if (all_ones) return;
    if (in->ratio) scale_now(a, in);
    double *copy = ARENA_ARRAY(a, double, n);
    for (uint32_t t = 0; t < n; t++) copy[t] = ratio[t];
    in->ratio = copy;
}

static double column_sum(const struct profile *v, uint32_t t) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < v->n_samples; i++) sum += (uint64_t)v->value[t][profile_row(v, i)];
    return (double)(int64_t)sum;
}

bool merge_normalize(struct arena *a, struct merge_input *in, const struct merge_input *base, struct err *e) {
    if (!merge_check_compatible(in, base, e)) return false;
    double *ratio = ARENA_ARRAY(a, double, in->view.n_types);
    for (uint32_t t = 0; t < in->view.n_types; t++) {
        double sum = column_sum(&in->view, t);
        ratio[t] = sum == 0 ? 0 : column_sum(&base->view, t) / sum;
    }
    merge_scale(a, in, ratio);
    return true;
}

/* "[samples/count cpu/nanoseconds]"; pprof prints addresses here. */
static str type_list(struct arena *a, const struct merge_input *in) {
    str *words = ARENA_ARRAY(a, str, in->view.n_types);
    for (uint32_t t = 0; t < in->view.n_types; t++)
        words[t] = str_format(a, "%.*s/%.*s", STR_ARG(type_name(in, t)), STR_ARG(in->unit[t]));
    return str_join(a, words, in->view.n_types, STR(" "));
}

bool merge_check_compatible(const struct merge_input *x, const struct merge_input *y, struct err *e) {
    struct value_type p = period_type(x), q = period_type(y);
    if (!str_equal(p.type, q.type) || !str_equal(p.unit, q.unit))
        return err_set(e, "incompatible period types &{%.*s %.*s 0 0} and &{%.*s %.*s 0 0}", STR_ARG(p.type),
                       STR_ARG(p.unit), STR_ARG(q.type), STR_ARG(q.unit));
    bool same = x->view.n_types == y->view.n_types;
    for (uint32_t t = 0; same && t < x->view.n_types; t++)
        same = str_equal(type_name(x, t), type_name(y, t)) && str_equal(x->unit[t], y->unit[t]);
    if (same) return true;
    struct arena scratch = {0};
    str left = type_list(&scratch, x), right = type_list(&scratch, y);
    err_set(e, "incompatible sample types [%.*s] and [%.*s]", STR_ARG(left), STR_ARG(right));
    arena_release(&scratch);
    return false;
}
