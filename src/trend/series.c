/* The shares of functions in many profiles, and what changed. */
#include "trend/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gate/sums.h"

enum { POINTS_MOST = 100000, VALUES_MOST = 1000 };

bool trend_init(struct trend *t, struct arena *a, str by, struct err *e) {
    *t = (struct trend){.arena = a, .names = {.arena = a, .copy = true}, .labels = {.arena = a, .copy = true}};
    str text = by, word;
    str_cut(&text, '=', &word);
    if (str_equal(by, STR("time")) || by.len == 0) return true;
    t->by = TREND_AS_GIVEN;
    if (str_equal(by, STR("given"))) return true;
    t->by = TREND_BY_LABEL;
    t->key = text;
    if (str_equal(word, STR("label")) && text.len) return true;
    t->by = TREND_BY_PATH;
    if (!str_equal(word, STR("path")) || !text.len)
        return err_set(e, "-trend_by=%.*s: the value must be time, given, label=KEY or path=REGEX", STR_ARG(by));
    t->regex = regex_compile(a, text, e);
    return t->regex || err_prepend(e, "-trend_by: ");
}

static str time_text(struct arena *a, int64_t nanos) {
    time_t seconds = (time_t)(nanos / 1000000000);
    struct tm tm;
    char text[64];
    if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm)) return STR_EMPTY;
    return str_copy(a, str_from(text));
}

/* The point with a label, or a new one. */
static bool point_of(struct trend *t, str label, str source, int64_t time, uint32_t *out, struct err *e) {
    bool is_shared = t->by == TREND_BY_LABEL || t->by == TREND_BY_PATH;
    uint32_t at = is_shared ? intern_id(&t->labels, label) : (uint32_t)t->n_points;
    if (at == t->n_points) {
        if (t->n_points == POINTS_MOST) return err_set(e, "a trend has at most %d points", POINTS_MOST);
        struct {
            struct trend_point *at;
            size_t n, cap;
        } points = {t->point, t->n_points, t->cap_points};
        *VEC_PUSH(t->arena, &points) = (struct trend_point){
            .label = str_copy(t->arena, label), .source = str_copy(t->arena, source), .time = time, .order = at};
        t->point = points.at;
        t->n_points = points.n;
        t->cap_points = points.cap;
    }
    t->point[at].n++;
    *out = at;
    return true;
}

/* Numbers the values of the label in the view's rows; rows without it get UINT32_MAX. */
static bool values_of_rows(struct arena *a, const struct profile *v, str key, uint32_t *of, struct intern *values,
                           struct err *e) {
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        of[row] = UINT32_MAX;
        for (uint32_t l = v->label_off[row]; l < v->label_off[row + 1]; l++) {
            const struct profile_label *label = &v->label[v->label_ref[l]];
            if (!str_equal(profile_str(v, label->key), key)) continue;
            str unit = profile_str(v, label->unit);
            str text = label->numeric ? str_format(a, "%" PRId64 "%.*s", label->number, STR_ARG(unit))
                                      : profile_str(v, label->value);
            uint32_t id = intern_id(values, text);
            if (id >= VALUES_MOST)
                return err_set(e, "the label %.*s has more than %d values", STR_ARG(key), VALUES_MOST);
            of[row] = id;
            break;
        }
    }
    return true;
}

static bool check_type(struct trend *t, const struct graph_value *value, struct err *e) {
    if (!t->n_profiles) t->type = str_copy(t->arena, value->type_label);
    return str_equal(t->type, value->type_label) ||
           err_set(e, "its values are of type %.*s, those of the profiles before it %.*s", STR_ARG(value->type_label),
                   STR_ARG(t->type));
}

bool trend_add(struct trend *t, const struct profile *view, const struct graph_value *value, const struct options *o,
               str source, struct err *e) {
    struct arena scratch = {0};
    struct intern values = {.arena = &scratch, .copy = true};
    uint32_t *of = ARENA_ZERO(&scratch, uint32_t, view->n_rows);
    str label = t->by == TREND_BY_TIME && view->time_nanos ? time_text(&scratch, view->time_nanos) : source;
    bool ok = check_type(t, value, e);
    bool has_point = ok && (t->by != TREND_BY_PATH || regex_group(t->regex, source, 1, &label) ||
                            regex_group(t->regex, source, 0, &label));
    if (has_point && t->by == TREND_BY_LABEL)
        ok = values_of_rows(&scratch, view, t->key, of, &values, e);
    else if (has_point)
        intern_id(&values, label);
    if (ok) t->n_profiles++;
    if (ok && values.n == 0) t->n_without++;
    struct gate_runs runs = {.merged = *view, .run_of_row = of, .n_base = values.n};
    struct gate_in in = {.runs = &runs, .view = view, .options = o, .value = *value};
    struct gate_sums *sums = ok && values.n ? gate_sum(&scratch, &in, o->sort == SORT_CUM) : NULL;
    for (uint32_t run = 0; ok && run < values.n; run++) {
        uint32_t point;
        ok = point_of(t, values.key[run], source, view->time_nanos, &point, e);
        if (!ok) break;
        t->point[point].total += sums->total[run].weight;
        for (uint32_t node = 0; node < sums->n_nodes; node++) {
            const struct gate_cell *c = &sums->cell[(size_t)run * sums->n_nodes + node];
            if (!(c->weight > 0)) continue;
            str name = graph_node_name(&scratch, &sums->names->node[node]);
            ok = t->sums.n < UINT32_MAX || err_set(e, "the functions of all profiles are too many");
            if (!ok) break;
            *VEC_PUSH(t->arena, &t->sums) =
                (struct trend_sum){intern_id(&t->names, name), point, c->value, c->variance};
        }
    }
    arena_release(&scratch);
    return ok;
}

/* Orders texts with numbers in them by these: v9 before v10. */
static int compare_texts(str x, str y) {
    size_t i = 0, k = 0;
    while (i < x.len && k < y.len) {
        bool digits = x.ptr[i] >= '0' && x.ptr[i] <= '9' && y.ptr[k] >= '0' && y.ptr[k] <= '9';
        if (!digits) {
            if (x.ptr[i] != y.ptr[k]) break;
            i++;
            k++;
            continue;
        }
        while (i < x.len && x.ptr[i] == '0') i++;
        while (k < y.len && y.ptr[k] == '0') k++;
        size_t i0 = i, k0 = k;
        while (i < x.len && x.ptr[i] >= '0' && x.ptr[i] <= '9') i++;
        while (k < y.len && y.ptr[k] >= '0' && y.ptr[k] <= '9') k++;
        if (i - i0 != k - k0) return i - i0 < k - k0 ? -1 : 1;
        int order = memcmp(x.ptr + i0, y.ptr + k0, i - i0);
        if (order) return order;
    }
    return str_compare(str_from_offset(x, i), str_from_offset(y, k));
}

static int compare_times(const void *x, const void *y) {
    const struct trend_point *a = x, *b = y;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    int order = compare_texts(a->source, b->source);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int compare_labels(const void *x, const void *y) {
    const struct trend_point *a = x, *b = y;
    int order = compare_texts(a->label, b->label);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* Makes shares of the sums, and sorts them by function. */
static void sort_sums(struct trend *t) {
    struct arena *a = t->arena, scratch = {0};
    uint32_t *place = ARENA_ARRAY(&scratch, uint32_t, t->n_points);
    for (size_t i = 0; i < t->n_points; i++) place[t->point[i].order] = (uint32_t)i;
    t->n_functions = t->names.n;
    t->function = ARENA_ZERO(a, struct trend_function, t->n_functions);
    t->of_function = ARENA_ARRAY(a, uint32_t, t->sums.n);
    for (size_t i = 0; i < t->sums.n; i++) {
        struct trend_sum *s = &t->sums.at[i];
        s->point = place[s->point];
        double total = t->point[s->point].total;
        s->value = total > 0 ? s->value / total : 0;
        s->variance = total > 0 ? s->variance / (total * total) : 0;
        t->function[s->function].n++;
    }
    for (uint32_t i = 0, first = 0; i < t->n_functions; i++) {
        struct trend_function *f = &t->function[i];
        f->name = t->names.key[i];
        f->p = 1;
        f->first = first;
        first += f->n;
        f->n = 0;
    }
    for (size_t i = 0; i < t->sums.n; i++) {
        struct trend_function *f = &t->function[t->sums.at[i].function];
        t->of_function[f->first + f->n++] = (uint32_t)i;
        f->floor += t->sums.at[i].variance / (double)t->n_points;
    }
    arena_release(&scratch);
}

void trend_shares(const struct trend *t, const struct trend_function *f, double *share) {
    memset(share, 0, t->n_points * sizeof *share);
    for (uint32_t i = f->first; i < f->first + f->n; i++) {
        const struct trend_sum *s = &t->sums.at[t->of_function[i]];
        share[s->point] += s->value;
    }
}

static int compare_p(const void *x, const void *y) {
    const struct trend_function *a = x, *b = y;
    if (a->tested != b->tested) return a->tested ? -1 : 1;
    if ((a->p < b->p) - (a->p > b->p)) return a->p < b->p ? -1 : 1;
    return str_compare(a->name, b->name);
}

static double largest_change(const struct trend_function *f) {
    double most = 0;
    for (size_t i = 0; i < f->n_changes; i++) most = fmax(most, fabs(f->change[i].after - f->change[i].before));
    return most;
}

static int compare_functions(const void *x, const void *y) {
    const struct trend_function *a = x, *b = y;
    if ((a->n_changes > 0) != (b->n_changes > 0)) return a->n_changes ? -1 : 1;
    if ((a->p < b->p) || (a->p > b->p)) return a->p < b->p ? -1 : 1;
    double by_a = a->n_changes ? largest_change(a) : fabs(a->mean),
           by_b = b->n_changes ? largest_change(b) : fabs(b->mean);
    if ((by_a < by_b) || (by_a > by_b)) return by_a > by_b ? -1 : 1;
    return str_compare(a->name, b->name);
}

/* Corrects the probabilities of the tested functions by Holm's method, and drops changes that are not significant. */
static void correct(struct trend *t) {
    double level = 1 - t->confidence, so_far = 0;
    if (t->n_functions) qsort(t->function, t->n_functions, sizeof *t->function, compare_p);
    for (uint32_t i = 0; i < t->n_tested; i++) {
        struct trend_function *f = &t->function[i];
        so_far = fmax(so_far, fmin(1, f->p * (double)(t->n_tested - i)));
        f->p = so_far;
        if (f->p > level) f->n_changes = 0;
        if (f->n_changes) t->n_changed++;
    }
}

bool trend_judge(struct trend *t, struct err *e) {
    bool by_text = t->by == TREND_BY_LABEL || t->by == TREND_BY_PATH;
    if (t->n_points < 2 && t->by == TREND_BY_LABEL)
        return err_set(e, "a trend needs two points or more: the label %.*s has %zu values", STR_ARG(t->key),
                       t->n_points);
    if (t->n_points < 2)
        return err_set(e, "a trend needs two profiles or more, and there %s %zu", t->n_points == 1 ? "is" : "are",
                       t->n_points);
    if (t->by != TREND_AS_GIVEN)
        qsort(t->point, t->n_points, sizeof *t->point, by_text ? compare_labels : compare_times);
    double total = 0;
    for (size_t i = 0; i < t->n_points; i++) total += t->point[i].total;
    if (!(total > 0)) return err_set(e, "the profiles have no samples that pass the filters");
    sort_sums(t);
    double level = 1 - t->confidence, *share = ARENA_ARRAY(t->arena, double, t->n_points);
    for (uint32_t i = 0; i < t->n_functions; i++) {
        struct trend_function *f = &t->function[i];
        size_t n_high = 0;
        trend_shares(t, f, share);
        for (size_t k = 0; k < t->n_points; k++) {
            f->mean += share[k] / (double)t->n_points;
            if (fabs(share[k]) >= t->min_share) n_high++;
        }
        f->slope = change_slope(share, t->n_points);
        f->tested = n_high >= CHANGE_LEAST;
        if (f->tested) t->n_tested++;
    }
    for (uint32_t i = 0; i < t->n_functions; i++) {
        struct trend_function *f = &t->function[i];
        struct change first;
        struct arena scratch = {0};
        if (!f->tested) continue;
        trend_shares(t, f, share);
        /* Holm compares the first change with weaker levels than Bonferroni; further ones with the strictest */
        if (change_find(&scratch, share, t->n_points, f->floor, level, &first)) {
            double strict = level / t->n_tested;
            f->n_changes = change_find_all(t->arena, share, t->n_points, f->floor, strict, &f->change);
            f->p = first.p;
            if (!f->n_changes) {
                f->n_changes = 1;
                f->change = ARENA_NEW(t->arena, struct change);
                *f->change = first;
            }
        }
        arena_release(&scratch);
    }
    correct(t);
    if (t->n_functions) qsort(t->function, t->n_functions, sizeof *t->function, compare_functions);
    return true;
}
