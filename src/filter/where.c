/* -where. Each test is made once for each distinct label with its key and gives a bit; per sample, the words of bits of
 * its labels are combined. The expression is evaluated once for each combination; each thread keeps the last verdicts.
 */
#include "filter/where.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/nearest.h"
#include "filter/stacks.h"
#include "go/unit.h"

/* Compares a whole number with another one: <0, 0, >0. */
static int compare_whole(int64_t a, double b) {
    if (b >= 0x1p63) return -1;
    if (b < -0x1p63) return 1;
    double floor_b = floor(b);
    int64_t whole = (int64_t)floor_b;
    return a != whole ? (a > whole) - (a < whole) : -(b > floor_b);
}

/* Converts the test's number to the unit of a label. A number without a unit has that of the label. Returns false if no
 * conversion exists. */
static bool convert(const struct where_quantity *q, str unit, double *out) {
    const struct unit_table *from_table, *to_table;
    const struct unit_factor *from = unit_find(q->unit, &from_table), *to = unit_find(unit, &to_table);
    if (!from || !to || from_table != to_table) return false;
    double v = q->number * from->factor / to->factor, whole = nearbyint(v);
    *out = fabs(v - whole) <= fabs(v) * 1e-12 ? whole : v; /* 1.1s is a whole number of nanoseconds */
    return true;
}

/* Compares a label's number with that of the test. Returns false if they cannot be compared. */
static bool compare_sizes(const struct where_quantity *label, const struct where_quantity *q, int *order) {
    double number = q->number;
    if (!q->unit.len || str_equal(q->unit, label->unit)) {
        if (label->whole && q->whole) {
            *order = (label->integer > q->integer) - (label->integer < q->integer);
            return true;
        }
    } else if (!convert(q, label->unit, &number)) {
        return false;
    }
    *order = label->whole ? compare_whole(label->integer, number) : (label->number > number) - (label->number < number);
    return true;
}

static bool in_order(enum where_compare compare, int order) {
    switch (compare) {
    case WHERE_LESS: return order < 0;
    case WHERE_LESS_EQUAL: return order <= 0;
    case WHERE_MORE: return order > 0;
    case WHERE_MORE_EQUAL: return order >= 0;
    default: return order == 0;
    }
}

/* Tests a label that has the key of the test. Returns false in *comparable, which else stays, if the value of the label
 * cannot be compared with that of the test; then the label fails. */
static bool test_label(const struct where_test *t, const struct profile *v, const struct filter_units *units,
                       const struct profile_label *l, bool *comparable) {
    struct where_quantity size;
    int order;
    if (t->compare == WHERE_PRESENT) return true;
    if (!l->numeric && t->compare == WHERE_EQUAL) return str_equal(profile_str(v, l->value), t->value);
    if (!l->numeric && t->compare == WHERE_MATCH) return regex_match(t->regex, profile_str(v, l->value));
    if (t->compare == WHERE_MATCH) {
        char digits[32];
        int n = snprintf(digits, sizeof digits, "%lld", (long long)l->number);
        return regex_match(t->regex, (str){digits, (size_t)n});
    }
    bool sized = t->has_quantity;
    if (l->numeric)
        size = (struct where_quantity){.whole = true,
                                       .integer = l->number,
                                       .number = (double)l->number,
                                       .unit = l->unit ? profile_str(v, l->unit) : filter_unit_of(units, l->key)};
    else
        sized = sized && where_read_quantity(profile_str(v, l->value), &size);
    if (sized && compare_sizes(&size, &t->quantity, &order)) return in_order(t->compare, order);
    *comparable = false;
    return false;
}

/* The tests with one key: test[first[k]] … in the order of `by_key`. */
struct tests_by_key {
    struct intern key;
    uint32_t *first;  /* [key + 1] */
    uint32_t *by_key; /* indices of tests */
};

static struct tests_by_key sort_tests(struct arena *a, const struct where_expression *w) {
    struct tests_by_key s = {.key = {.arena = a}};
    uint32_t *of = ARENA_ARRAY(a, uint32_t, w->n_tests);
    for (uint32_t t = 0; t < w->n_tests; t++) of[t] = intern_id(&s.key, w->test[t].key);
    s.first = ARENA_ZERO(a, uint32_t, (size_t)s.key.n + 2);
    s.by_key = ARENA_ARRAY(a, uint32_t, w->n_tests);
    for (uint32_t t = 0; t < w->n_tests; t++) s.first[of[t] + 2]++;
    for (uint32_t k = 2; k < s.key.n + 2; k++) s.first[k] += s.first[k - 1];
    for (uint32_t t = 0; t < w->n_tests; t++) s.by_key[s.first[of[t] + 1]++] = t;
    return s;
}

/* What the notes about labels that cannot match need to know of a test. */
enum { MET = 1, COMPARED = 2 };

void filter_note_no_label(const struct profile *v, const char *option, str key, struct notes *notes) {
    struct nearest n;
    str_id last = PROFILE_NONE;
    nearest_start(&n, key);
    for (label_id l = 0; l < v->n_labels; l++) {
        if (v->label[l].key != last) nearest_offer(&n, profile_str(v, v->label[l].key));
        last = v->label[l].key;
    }
    const char *before = n.best.ptr ? " (did you mean " : "", *after = n.best.ptr ? "?)" : "";
    str best = n.best.ptr ? n.best : STR_EMPTY;
    notes_add(notes, NOTE_FILTER_MISSED, "%s: no sample has the label %.*s%s%.*s%s", option, STR_ARG(key), before,
              STR_ARG(best), after);
}

static void note_faults(const struct where_expression *w, const struct profile *v, const uint8_t *met,
                        struct notes *notes) {
    for (uint32_t i = 0; i < w->n_tests; i++) {
        const struct where_test *t = &w->test[i];
        if (!met[i])
            filter_note_no_label(v, "where", t->key, notes);
        else if (!(met[i] & COMPARED))
            notes_add(notes, NOTE_FILTER_MISSED, "where: no value of %.*s can be compared with %.*s", STR_ARG(t->key),
                      STR_ARG(t->value));
    }
}

/* [label * n_words …]: one bit per test, set if the label passes it. */
static uint64_t *test_labels(struct arena *a, const struct where_expression *w, uint32_t n_words,
                             const struct profile *v, const struct filter_units *units, struct notes *notes) {
    struct tests_by_key s = sort_tests(a, w);
    uint64_t *hit = ARENA_ZERO(a, uint64_t, (size_t)v->n_labels * n_words);
    uint32_t *known = ARENA_ZERO(a, uint32_t, v->n_strings); /* [str_id]: 1: no test has this key; else the key + 2 */
    uint8_t *met = ARENA_ZERO(a, uint8_t, w->n_tests);
    for (label_id l = 0; l < v->n_labels; l++) {
        str_id id = v->label[l].key;
        uint32_t key;
        if (!known[id]) known[id] = intern_find(&s.key, profile_str(v, id), &key) ? key + 2 : 1;
        if (known[id] == 1) continue;
        key = known[id] - 2;
        for (uint32_t i = s.first[key]; i < s.first[key + 1]; i++) {
            uint32_t t = s.by_key[i];
            bool comparable = true;
            if (test_label(&w->test[t], v, units, &v->label[l], &comparable))
                hit[(size_t)l * n_words + t / 64] |= (uint64_t)1 << t % 64;
            met[t] |= comparable ? MET | COMPARED : MET;
        }
    }
    note_faults(w, v, met, notes);
    return hit;
}

static bool evaluate(const struct where_expression *w, const uint64_t *bits) {
    bool stack[WHERE_STACK];
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n_steps; i++) {
        uint32_t t = w->step[i].test;
        switch (w->step[i].kind) {
        case WHERE_TEST: stack[n++] = bits[t / 64] >> t % 64 & 1; break;
        case WHERE_NOT: stack[n - 1] = !stack[n - 1]; break;
        case WHERE_AND: n--, stack[n - 1] &= stack[n]; break;
        case WHERE_OR: n--, stack[n - 1] |= stack[n]; break;
        }
    }
    return stack[0];
}

enum { WORDS_MOST = WHERE_TESTS / 64, VERDICTS = 256 };

struct where_job {
    const struct profile *view;
    const struct where_expression *where;
    const uint64_t *hit;
    uint32_t n_words;
};

/* The last verdicts, each for its words of bits. */
struct where_verdicts {
    uint64_t bits[VERDICTS * WORDS_MOST];
    uint8_t verdict[VERDICTS]; /* 0: none yet; 1: false; 2: true */
    uint32_t last;             /* the slot of the sample before */
};

static inline bool same_bits(const uint64_t *a, const uint64_t *b, uint32_t n_words) {
    bool same = true;
    for (uint32_t w = 0; w < n_words; w++) same &= a[w] == b[w];
    return same;
}

static inline bool is_true(const struct where_job *j, uint32_t n_words, const uint64_t *bits,
                           struct where_verdicts *known) {
    uint32_t slot = known->last;
    if (!known->verdict[slot] || !same_bits(known->bits + slot * n_words, bits, n_words)) {
        uint64_t hash = hash_u64(bits[0]);
        for (uint32_t w = 1; w < n_words; w++) hash = hash_more(hash, bits[w]);
        slot = known->last = (uint32_t)hash % VERDICTS;
        if (!known->verdict[slot] || !same_bits(known->bits + slot * n_words, bits, n_words)) {
            memcpy(known->bits + slot * n_words, bits, n_words * sizeof *bits);
            known->verdict[slot] = evaluate(j->where, bits) ? 2 : 1;
        }
    }
    return known->verdict[slot] == 2;
}

__attribute__((always_inline)) static inline uint32_t pick_rows(const struct where_job *j, uint32_t n_words,
                                                                uint32_t from, uint32_t to, uint32_t *out) {
    const struct profile *v = j->view;
    const uint64_t *hit = j->hit;
    struct where_verdicts known;
    uint64_t bits[WORDS_MOST];
    uint32_t n = 0;
    memset(known.verdict, 0, sizeof known.verdict);
    memset(known.bits, 0, VERDICTS * n_words * sizeof *known.bits);
    known.last = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t w = 0; w < n_words; w++) bits[w] = 0;
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++)
            for (uint32_t w = 0; w < n_words; w++) bits[w] |= hit[(size_t)v->label_ref[k] * n_words + w];
        out[n] = row; /* overwritten by the next one unless this one is kept */
        n += is_true(j, n_words, bits, &known);
    }
    return n;
}

static uint32_t pick_where(void *context, int part, uint32_t from, uint32_t to, uint32_t *out) {
    const struct where_job *j = context;
    (void)part;
    /* nearly all expressions have at most 64 tests: a copy of the loop for them saves 70 instructions a sample */
    return j->n_words == 1 ? pick_rows(j, 1, from, to, out) : pick_rows(j, j->n_words, from, to, out);
}

bool filter_where(struct arena *a, struct profile *v, const struct filter_units *units,
                  const struct where_expression *w, struct notes *notes) {
    struct arena scratch = {0};
    struct profile old = *v;
    struct where_job j = {.view = &old, .where = w, .n_words = (w->n_tests + 63) / 64};
    j.hit = test_labels(&scratch, w, j.n_words, v, units, notes);
    filter_pick_samples(a, v, pick_where, &j);
    arena_release(&scratch);
    return v->n_samples > 0;
}
