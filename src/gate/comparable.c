/* Checks before a comparison: sample types, units, periods, durations and programs of the runs. */
#include "gate/comparable.h"

#include <inttypes.h>
#include <math.h>

#include "base/hash.h"
#include "go/unit.h"

static str type_name(const struct profile *p, uint32_t t) { return profile_str(p, p->type[t].type); }
static str type_unit(const struct profile *p, uint32_t t) { return profile_str(p, p->type[t].unit); }

static uint32_t find_type(const struct profile *p, str name) {
    uint32_t t = 0;
    while (t < p->n_types && !str_equal(type_name(p, t), name)) t++;
    return t;
}

static bool units_agree(str x, str y) {
    return str_equal(x, y) || (unit_known(x) && unit_known(y) && unit_compatible(x, y));
}

/* The types as -raw prints them: "samples/count cpu/nanoseconds". */
static str type_list(struct arena *a, const struct profile *p) {
    str *word = ARENA_ARRAY(a, str, p->n_types);
    for (uint32_t t = 0; t < p->n_types; t++)
        word[t] = str_format(a, "%.*s/%.*s", STR_ARG(type_name(p, t)), STR_ARG(type_unit(p, t)));
    return p->n_types ? str_join(a, word, p->n_types, STR(" ")) : STR("none");
}

static str chosen_type(const struct profile *p, str sample_index) {
    struct err unknown = {0};
    uint32_t t;
    bool ok = p->n_types > 0 && profile_sample_index(p, sample_index, &t, &unknown);
    err_clear(&unknown);
    return ok ? type_name(p, t) : STR_EMPTY;
}

static uint32_t types_missing(const struct profile *from, const struct profile *in) {
    uint32_t n = 0;
    for (uint32_t t = 0; t < in->n_types; t++) n += find_type(from, type_name(in, t)) == from->n_types;
    return n;
}

/* One profile may have more types than the other, in another order. Types in both must have convertible units, and
 * the requested type must be in both. A -sample_index that neither has is reported later. */
static bool types_agree(const struct gate_sides *s, uint32_t i) {
    const struct profile *a = s->run[0], *b = s->run[i];
    if (!a->n_types || !b->n_types || (types_missing(a, b) && types_missing(b, a))) return false;
    for (uint32_t t = 0; t < a->n_types; t++) {
        uint32_t other = find_type(b, type_name(a, t));
        if (other < b->n_types && !units_agree(type_unit(a, t), type_unit(b, other))) return false;
    }
    if (!s->sample_index.len) return true;
    str of_a = chosen_type(a, s->sample_index), of_b = chosen_type(b, s->sample_index);
    return of_a.len ? find_type(b, of_a) < b->n_types : !of_b.len;
}

static bool check_types(const struct gate_sides *s, uint32_t i, struct err *e) {
    if (types_agree(s, i)) return true;
    struct arena scratch = {0};
    str x = type_list(&scratch, s->run[0]), y = type_list(&scratch, s->run[i]);
    err_set(e, "%.*s and %.*s cannot be compared: their sample types differ (%.*s and %.*s)", STR_ARG(s->name[0]),
            STR_ARG(s->name[i]), STR_ARG(x), STR_ARG(y));
    arena_release(&scratch);
    return false;
}

static bool check_periods(const struct gate_sides *s, uint32_t i, struct err *e) {
    const struct profile *a = s->run[0], *b = s->run[i];
    str type_a = profile_str(a, a->period_type.type), type_b = profile_str(b, b->period_type.type);
    str unit_a = profile_str(a, a->period_type.unit), unit_b = profile_str(b, b->period_type.unit);
    double at_a = (double)a->period, at_b = (double)b->period * unit_ratio(unit_b, unit_a);
    if (str_equal(type_a, type_b) && units_agree(unit_a, unit_b) && fabs(at_a - at_b) <= 1e-9 * fabs(at_a)) return true;
    const char *space_a = type_a.len ? " " : "", *space_b = type_b.len ? " " : "";
    return err_set(e,
                   "%.*s and %.*s cannot be compared: their sampling periods differ (%.*s%s%" PRId64
                   " %.*s and %.*s%s%" PRId64 " %.*s)",
                   STR_ARG(s->name[0]), STR_ARG(s->name[i]), STR_ARG(type_a), space_a, a->period, STR_ARG(unit_a),
                   STR_ARG(type_b), space_b, b->period, STR_ARG(unit_b));
}

static bool check_durations(const struct gate_sides *s, uint32_t i, struct err *e) {
    double a = (double)s->run[0]->duration_nanos, b = (double)s->run[i]->duration_nanos;
    if (s->any_duration || !(a > 0) || !(b > 0) || (a <= 1.1 * b && b <= 1.1 * a)) return true;
    return err_set(e,
                   "%.*s and %.*s cannot be compared: they lasted %.2fs and %.2fs (-normalize compares "
                   "shares, -same_work is for benchmarks)",
                   STR_ARG(s->name[0]), STR_ARG(s->name[i]), a / 1e9, b / 1e9);
}

static str program_file(const struct profile *p) {
    str file = p->n_mappings ? profile_str(p, p->mapping[0].file) : STR_EMPTY;
    return file.len ? str_base_name(file) : STR_EMPTY;
}

/* True if the names differ only in digits and dots: bench.4711 and bench.4712, python3.11 and python3. */
static bool same_program(str x, str y) {
    for (size_t i = 0, j = 0;; i++, j++) {
        while (i < x.len && ((x.ptr[i] >= '0' && x.ptr[i] <= '9') || x.ptr[i] == '.')) i++;
        while (j < y.len && ((y.ptr[j] >= '0' && y.ptr[j] <= '9') || y.ptr[j] == '.')) j++;
        if (i == x.len || j == y.len) return i == x.len && j == y.len;
        if (x.ptr[i] != y.ptr[j]) return false;
    }
}

static bool maps(const struct profile *p, str program) {
    for (uint32_t m = 0; m < p->n_mappings; m++) {
        str file = profile_str(p, p->mapping[m].file);
        if (file.len && same_program(str_base_name(file), program)) return true;
    }
    return false;
}

static bool share_a_function(const struct profile *x, const struct profile *y) {
    struct arena scratch = {0};
    struct intern names = {.arena = &scratch};
    for (uint32_t f = 0; f < x->n_functions; f++) intern_id(&names, profile_str(x, x->function[f].name));
    bool any = false;
    uint32_t id;
    for (uint32_t f = 0; f < y->n_functions && !any; f++)
        any = intern_find(&names, profile_str(y, y->function[f].name), &id);
    arena_release(&scratch);
    return any;
}

/* Compares the names of the binaries if both profiles have one; otherwise, whether any function is in both. */
static bool of_one_program(const struct profile *x, const struct profile *y) {
    str a = program_file(x), b = program_file(y);
    if (a.len && b.len) return same_program(a, b) || maps(x, b) || maps(y, a);
    return !x->n_functions || !y->n_functions || share_a_function(x, y);
}

static str program_text(struct arena *a, const struct profile *p) {
    str file = program_file(p);
    return file.len ? str_format(a, " (%.*s)", STR_ARG(file)) : STR_EMPTY;
}

/* Checks the runs from..to, one side. Sets *usual to a run of the program that most of the runs have. */
static bool check_programs(const struct gate_sides *s, uint32_t from, uint32_t to, uint32_t *usual, struct err *e) {
    /* if the first run differs from most of the others, it is the odd one */
    uint32_t n_unlike = 0;
    *usual = from;
    for (uint32_t i = from + 1; i < to; i++) {
        if (of_one_program(s->run[from], s->run[i])) continue;
        if (n_unlike++ == 0) *usual = i;
    }
    if (n_unlike == 0) return true;
    uint32_t odd = *usual;
    if (n_unlike > (to - from) / 2)
        odd = from;
    else
        *usual = from;
    struct arena scratch = {0};
    str a = program_text(&scratch, s->run[odd]), b = program_text(&scratch, s->run[*usual]);
    err_set(e, "%.*s is of another program%.*s than %.*s%.*s: all runs of a side must be of one program",
            STR_ARG(s->name[odd]), STR_ARG(a), STR_ARG(s->name[*usual]), STR_ARG(b));
    arena_release(&scratch);
    return false;
}

static bool are_copies(const struct profile *x, const struct profile *y) {
    return x->time_nanos != 0 && x->time_nanos == y->time_nanos && x->duration_nanos == y->duration_nanos &&
           x->n_samples == y->n_samples && x->n_functions == y->n_functions;
}

static void warn_of_copies(const struct gate_sides *s, struct notes *warnings) {
    for (uint32_t i = 1; i < s->n_base + s->n_new; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (!are_copies(s->run[k], s->run[i])) continue;
            notes_add(warnings, NOTE_WARNING, "%.*s and %.*s were taken at the same moment: they look like one profile",
                      STR_ARG(s->name[k]), STR_ARG(s->name[i]));
            return;
        }
}

static void warn_of_times(const struct gate_sides *s, struct notes *warnings) {
    int64_t base = INT64_MAX, new_time = INT64_MIN;
    for (uint32_t i = 0; i < s->n_base + s->n_new; i++) {
        int64_t t = s->run[i]->time_nanos;
        if (t <= 0) return;
        if (i < s->n_base && t < base) base = t;
        if (i >= s->n_base && t > new_time) new_time = t;
    }
    if (base > new_time) notes_add(warnings, NOTE_WARNING, "The base is younger than the new side: are they swapped?");
}

bool gate_comparable(const struct gate_sides *s, struct notes *warnings, struct err *e) {
    uint32_t n = s->n_base + s->n_new, base, new_one;
    for (uint32_t i = 0; i < n; i++)
        if (!check_types(s, i, e)) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!check_periods(s, i, e)) return false;
    if (!check_programs(s, 0, s->n_base, &base, e) || !check_programs(s, s->n_base, n, &new_one, e)) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!check_durations(s, i, e)) return false;
    if (!of_one_program(s->run[base], s->run[new_one])) {
        struct arena scratch = {0};
        str a = program_text(&scratch, s->run[base]), b = program_text(&scratch, s->run[new_one]);
        notes_add(warnings, NOTE_WARNING, "The base%.*s and the new side%.*s are of different programs", STR_ARG(a),
                  STR_ARG(b));
        arena_release(&scratch);
    }
    warn_of_copies(s, warnings);
    warn_of_times(s, warnings);
    return true;
}
