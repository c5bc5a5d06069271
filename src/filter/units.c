/* The unit of each numeric label key: pprof.md 5.6. */
#include "filter/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* A unit of a key; `next` is the next unit of the key, in order of first use. */
struct unit_use {
    str_id unit;
    uint32_t next; /* index + 1, 0: the last */
};

struct unit_finder {
    struct arena *scratch;
    const struct profile *view;
    uint32_t *slot; /* [str_id]: index into key + 1; 0: no numeric label has this key */
    VEC(str_id) key;
    VEC(uint32_t) first, last; /* per key: its first and last unit, index + 1 */
    VEC(struct unit_use) use;
    struct u64map pairs; /* all (key, unit) found so far */
};

static void add_unit(struct unit_finder *f, const struct profile_label *l) {
    if (!l->numeric) return;
    if (!f->slot[l->key]) {
        *VEC_PUSH(f->scratch, &f->key) = l->key;
        *VEC_PUSH(f->scratch, &f->first) = 0;
        *VEC_PUSH(f->scratch, &f->last) = 0;
        f->slot[l->key] = (uint32_t)f->key.n;
    }
    if (!l->unit) return;
    uint32_t k = f->slot[l->key] - 1;
    bool added;
    u64map_put(&f->pairs, (uint64_t)k << 32 | l->unit, 0, &added);
    if (!added) return;
    *VEC_PUSH(f->scratch, &f->use) = (struct unit_use){l->unit, 0};
    uint32_t at = (uint32_t)f->use.n;
    if (f->first.at[k])
        f->use.at[f->last.at[k] - 1].next = at;
    else
        f->first.at[k] = at;
    f->last.at[k] = at;
}

/* Visits numeric labels, each once, in the order in which samples first use them. */
static void add_units_of_samples(struct unit_finder *f) {
    const struct profile *v = f->view;
    bool *done = ARENA_ZERO(f->scratch, bool, v->n_labels);
    for (label_id l = 0; l < v->n_labels; l++) done[l] = !v->label[l].numeric;
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
            label_id l = v->label_ref[k];
            if (done[l]) continue;
            done[l] = true;
            add_unit(f, &v->label[l]);
        }
    }
}

static void clear_units(struct unit_finder *f) {
    for (uint32_t k = 0; k < f->key.n; k++) f->slot[f->key.at[k]] = 0;
    f->key.n = f->first.n = f->last.n = f->use.n = 0;
    f->pairs = (struct u64map){.arena = f->scratch};
}

/* If all labels of the table are in use and no key has two units, the order does not matter: then samples need not be
 * read. */
static void add_all_units(struct unit_finder *f) {
    const struct profile *v = f->view;
    for (label_id l = 0; l < v->n_labels; l++) add_unit(f, &v->label[l]);
    bool in_order = v->row != NULL;
    for (uint32_t k = 0; k < f->key.n; k++) in_order |= f->first.at[k] != f->last.at[k];
    if (!in_order) return;
    clear_units(f);
    add_units_of_samples(f);
}

static int compare_strings(const void *a, const void *b) { return str_compare(*(const str *)a, *(const str *)b); }

/* "For tag K used unit U1, also encountered unit(s) U2, U3" */
static void note_conflict(const struct unit_finder *f, uint32_t k, struct notes *notes) {
    VEC(str) other = {0};
    uint32_t at = f->first.at[k];
    str used = profile_str(f->view, f->use.at[at - 1].unit);
    while ((at = f->use.at[at - 1].next)) *VEC_PUSH(f->scratch, &other) = profile_str(f->view, f->use.at[at - 1].unit);
    qsort(other.at, other.n, sizeof *other.at, compare_strings);
    str list = str_join(f->scratch, other.at, other.n, STR(", "));
    notes_add(notes, NOTE_WARNING, "For tag %.*s used unit %.*s, also encountered unit(s) %.*s",
              STR_ARG(profile_str(f->view, f->key.at[k])), STR_ARG(used), STR_ARG(list));
}

/* Notes conflicts in the order of keys. pprof prints them in random order. */
static void note_conflicts(const struct unit_finder *f, struct notes *notes) {
    VEC(str) key = {0};
    for (uint32_t k = 0; k < f->key.n; k++)
        if (f->first.at[k] != f->last.at[k]) *VEC_PUSH(f->scratch, &key) = profile_str(f->view, f->key.at[k]);
    if (!key.n) return;
    qsort(key.at, key.n, sizeof *key.at, compare_strings);
    struct intern order = {.arena = f->scratch};
    for (size_t i = 0; i < key.n; i++) intern_id(&order, key.at[i]);
    uint32_t *number = ARENA_ARRAY(f->scratch, uint32_t, order.n);
    for (uint32_t k = 0, id; k < f->key.n; k++)
        if (intern_find(&order, profile_str(f->view, f->key.at[k]), &id)) number[id] = k;
    for (uint32_t i = 0; i < order.n; i++) note_conflict(f, number[i], notes);
}

static str inferred_unit(str key) {
    return str_equal(key, STR("alignment")) || str_equal(key, STR("request")) ? STR("bytes") : key;
}

static int compare_ids(const void *a, const void *b) {
    str_id x = *(const str_id *)a, y = *(const str_id *)b;
    return (x > y) - (x < y);
}

struct filter_units filter_label_units(struct arena *a, const struct profile *p, struct notes *notes) {
    struct arena scratch = {0};
    struct unit_finder f = {.scratch = &scratch, .view = p, .pairs.arena = &scratch};
    bool any = false;
    for (label_id l = 0; l < p->n_labels && !any; l++) any = p->label[l].numeric;
    if (!any) return (struct filter_units){NULL, NULL, 0};
    f.slot = ARENA_ZERO(&scratch, uint32_t, p->n_strings);
    add_all_units(&f);
    note_conflicts(&f, notes);
    uint32_t n = (uint32_t)f.key.n;
    str_id *key = ARENA_ARRAY(a, str_id, n);
    str *unit = ARENA_ARRAY(a, str, n);
    if (n) memcpy(key, f.key.at, n * sizeof *key);
    qsort(key, n, sizeof *key, compare_ids);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t use = f.first.at[f.slot[key[i]] - 1];
        unit[i] = use ? profile_str(p, f.use.at[use - 1].unit) : inferred_unit(profile_str(p, key[i]));
    }
    arena_release(&scratch);
    return (struct filter_units){key, unit, n};
}

str filter_unit_of(const struct filter_units *u, str_id key) {
    uint32_t low = 0, high = u->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (u->key[middle] == key) return u->unit[middle];
        if (u->key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return STR_EMPTY;
}
