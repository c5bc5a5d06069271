/* The canonical form: a merged profile, sorted. */
#include "merge/canonical.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "merge/merge.h"

/* The new numbers of old ids, table by table, and the profile that is sorted. */
struct canonical_order {
    const struct profile *p;
    struct arena *arena;
    uint32_t *string, *mapping, *function, *location, *label, *stack; /* [old id] rank */
    loc_id *frame;                                                    /* like p->frame, with ranks of locations */
};

typedef int compare_fn(const void *x, const void *y, void *order);

/* Numbers of n rows in their new order; sets *rank to the inverse. */
static uint32_t *sort_rows(struct canonical_order *c, uint32_t n, compare_fn *compare, uint32_t **rank) {
    uint32_t *row = ARENA_ARRAY(c->arena, uint32_t, n);
    *rank = ARENA_ARRAY(c->arena, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) row[i] = i;
    if (n) qsort_r(row, n, sizeof *row, compare, c);
    for (uint32_t i = 0; i < n; i++) (*rank)[row[i]] = i;
    return row;
}

static int compare_numbers(uint64_t x, uint64_t y) { return x < y ? -1 : x > y; }

/* Returns from the function if x and y differ. */
#define COMPARE(x, y)                                                                                                  \
    do {                                                                                                               \
        int order_ = compare_numbers((uint64_t)(x), (uint64_t)(y));                                                    \
        if (order_) return order_;                                                                                     \
    } while (0)

static int compare_strings(const void *x, const void *y, void *order) {
    const struct profile *p = ((struct canonical_order *)order)->p;
    return str_compare(profile_str(p, *(const str_id *)x), profile_str(p, *(const str_id *)y));
}

/* The main mapping is the first one. */
static int compare_mappings(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    map_id i = *(const map_id *)x, k = *(const map_id *)y;
    const struct profile_mapping *m = &c->p->mapping[i], *o = &c->p->mapping[k];
    COMPARE(i != 0, k != 0);
    COMPARE(c->string[m->file], c->string[o->file]);
    COMPARE(c->string[m->build_id], c->string[o->build_id]);
    COMPARE(m->offset, o->offset);
    COMPARE(m->start, o->start);
    COMPARE(m->limit, o->limit);
    return 0;
}

static int compare_functions(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    const struct profile_function *f = &c->p->function[*(const func_id *)x], *g = &c->p->function[*(const func_id *)y];
    COMPARE(c->string[f->name], c->string[g->name]);
    COMPARE(c->string[f->system_name], c->string[g->system_name]);
    COMPARE(c->string[f->file], c->string[g->file]);
    COMPARE(f->start_line, g->start_line);
    return 0;
}

static int compare_locations(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    const struct profile *p = c->p;
    const struct profile_location *l = &p->location[*(const loc_id *)x], *o = &p->location[*(const loc_id *)y];
    if (l->mapping != o->mapping) {
        if (l->mapping == PROFILE_NONE || o->mapping == PROFILE_NONE) return l->mapping == PROFILE_NONE ? -1 : 1;
        COMPARE(c->mapping[l->mapping], c->mapping[o->mapping]);
    }
    COMPARE(l->address, o->address);
    COMPARE(l->folded, o->folded);
    COMPARE(l->n_lines, o->n_lines);
    for (uint32_t i = 0; i < l->n_lines; i++) {
        const struct profile_line *line = &p->line[l->first_line + i], *other = &p->line[o->first_line + i];
        COMPARE(c->function[line->function], c->function[other->function]);
        COMPARE(line->line, other->line);
        COMPARE(line->column, other->column);
    }
    return 0;
}

static int compare_labels(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    const struct profile_label *l = &c->p->label[*(const label_id *)x], *o = &c->p->label[*(const label_id *)y];
    COMPARE(l->numeric, o->numeric);
    COMPARE(c->string[l->key], c->string[o->key]);
    COMPARE(c->string[l->value], c->string[o->value]);
    COMPARE(c->string[l->unit], c->string[o->unit]);
    COMPARE(l->number, o->number);
    return 0;
}

/* From the root, so that neighbours have much in common. */
static int compare_stacks(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    stack_id s = *(const stack_id *)x, o = *(const stack_id *)y;
    const uint64_t *off = c->p->stack_off;
    uint64_t i = off[s + 1], k = off[o + 1];
    while (i > off[s] && k > off[o]) {
        i--, k--;
        COMPARE(c->frame[i], c->frame[k]);
    }
    COMPARE(i - off[s], k - off[o]);
    return 0;
}

static int compare_samples(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    const struct profile *p = c->p;
    uint32_t row = *(const uint32_t *)x, other = *(const uint32_t *)y;
    COMPARE(c->stack[p->stack_of[row]], c->stack[p->stack_of[other]]);
    uint32_t i = p->label_off[row], k = p->label_off[other];
    for (; i < p->label_off[row + 1] && k < p->label_off[other + 1]; i++, k++)
        COMPARE(c->label[p->label_ref[i]], c->label[p->label_ref[k]]);
    COMPARE(p->label_off[row + 1] - i, p->label_off[other + 1] - k);
    return 0;
}

static void sort_comments(struct canonical_order *c, struct profile *out) {
    str_id *comment = ARENA_ARRAY(c->arena, str_id, c->p->n_comments);
    for (uint32_t i = 0; i < c->p->n_comments; i++) comment[i] = c->p->comment[i];
    if (out->n_comments) qsort_r(comment, out->n_comments, sizeof *comment, compare_strings, c);
    out->comment = comment;
}

/* By name with the default last, where readers that know no default expect it. */
static int compare_types(const void *x, const void *y, void *order) {
    const struct canonical_order *c = order;
    str_id type = c->p->type[*(const uint32_t *)x].type, other = c->p->type[*(const uint32_t *)y].type;
    COMPARE(type == c->p->default_type, other == c->p->default_type);
    COMPARE(c->string[type], c->string[other]);
    return 0;
}

static void sort_types(struct canonical_order *c, struct profile *out) {
    const struct profile *p = c->p;
    uint32_t *rank;
    const uint32_t *from = sort_rows(c, p->n_types, compare_types, &rank);
    struct profile_value_type *type = ARENA_ARRAY(c->arena, struct profile_value_type, p->n_types);
    const int64_t **value = ARENA_ARRAY(c->arena, const int64_t *, p->n_types);
    for (uint32_t t = 0; t < p->n_types; t++) {
        type[t] = p->type[from[t]];
        value[t] = p->value[from[t]];
    }
    out->type = type;
    out->value = value;
}

static void sort_mappings(struct canonical_order *c, struct profile *out) {
    const uint32_t *row = sort_rows(c, c->p->n_mappings, compare_mappings, &c->mapping);
    struct profile_mapping *mapping = ARENA_ARRAY(c->arena, struct profile_mapping, c->p->n_mappings);
    for (map_id m = 0; m < c->p->n_mappings; m++) {
        mapping[m] = c->p->mapping[row[m]];
        mapping[m].id = (uint64_t)m + 1;
    }
    out->mapping = mapping;
}

static void sort_functions(struct canonical_order *c, struct profile *out) {
    const uint32_t *row = sort_rows(c, c->p->n_functions, compare_functions, &c->function);
    struct profile_function *function = ARENA_ARRAY(c->arena, struct profile_function, c->p->n_functions);
    for (func_id f = 0; f < c->p->n_functions; f++) {
        function[f] = c->p->function[row[f]];
        function[f].id = (uint64_t)f + 1;
    }
    out->function = function;
}

static void sort_locations(struct canonical_order *c, struct profile *out) {
    const struct profile *p = c->p;
    const uint32_t *row = sort_rows(c, p->n_locations, compare_locations, &c->location);
    struct profile_location *location = ARENA_ARRAY(c->arena, struct profile_location, p->n_locations);
    struct profile_line *line = ARENA_ARRAY(c->arena, struct profile_line, p->n_lines);
    for (uint32_t i = 0; i < p->n_lines; i++) {
        line[i] = p->line[i];
        line[i].function = c->function[line[i].function];
    }
    for (loc_id l = 0; l < p->n_locations; l++) {
        location[l] = p->location[row[l]];
        location[l].id = (uint64_t)l + 1;
        if (location[l].mapping != PROFILE_NONE) location[l].mapping = c->mapping[location[l].mapping];
    }
    out->location = location;
    out->line = line;
    c->frame = ARENA_ARRAY(c->arena, loc_id, p->stack_off[p->n_stacks]);
    for (uint64_t f = 0; f < p->stack_off[p->n_stacks]; f++) c->frame[f] = c->location[p->frame[f]];
    out->frame = c->frame;
}

/* Sorts samples by stack, then by labels. Stacks and labels themselves stay: the encoder does not show their order. */
static void sort_samples(struct canonical_order *c, struct profile *out) {
    const struct profile *p = c->p;
    sort_rows(c, p->n_labels, compare_labels, &c->label);
    sort_rows(c, p->n_stacks, compare_stacks, &c->stack);
    uint32_t *rank;
    out->row = sort_rows(c, p->n_samples, compare_samples, &rank);
}

/* A copy of a view in which everything that it hides is empty, so that rows become equal: of the granularity of
 * addresses that are columns, with -noinlines. */
static struct profile without_hidden(struct arena *a, const struct profile *view) {
    struct profile p = *view;
    assert(p.shown.function && p.shown.file && p.shown.line && p.shown.address);
    p.shown.raw = true;
    if (p.shown.column) return p;
    struct profile_line *line = ARENA_ARRAY(a, struct profile_line, p.n_lines);
    for (uint32_t i = 0; i < p.n_lines; i++) {
        line[i] = view->line[i];
        line[i].column = 0;
    }
    p.line = line;
    p.shown.column = true;
    return p;
}

bool merge_canonical(struct arena *a, const struct profile *view, struct profile *out, struct err *e) {
    struct profile whole = without_hidden(a, view), p;
    if (!merge_compact(a, &whole, &p, e)) return false;
    struct canonical_order c = {.p = &p, .arena = a};
    *out = p;
    sort_rows(&c, p.n_strings, compare_strings, &c.string);
    sort_comments(&c, out);
    sort_types(&c, out);
    sort_mappings(&c, out);
    sort_functions(&c, out);
    sort_locations(&c, out);
    sort_samples(&c, out);
    return true;
}
