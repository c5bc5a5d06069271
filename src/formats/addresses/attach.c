/* Attaches locations to mappings, by pprof's rules (remapMappingIDs in profile/text_profile.go): the first mapping in
 * the list that contains the address; else the first one whose offset shows that it really begins earlier, early enough
 * for the address: its start is repaired; else a catch-all mapping.
 *
 * Maps may be long and overlap in any way, so a segment tree finds the first mapping that contains an address: the
 * number of steps is logarithmic in the mappings, for hostile input, too. */
#include "formats/addresses/text.h"

#include <stdlib.h>

/* A possible extension, in a list of rising mapping numbers. */
struct extension {
    uint32_t mapping, next; /* PROFILE_NONE: this is the last */
};

struct finder {
    struct text_profile *t;
    const uint64_t *point; /* sorted, distinct: leaf i is the range [point[i], point[i+1]) */
    size_t n_points;
    uint32_t *first;     /* per node: the smallest number of a mapping that covers all of it */
    uint32_t *extension; /* per node: the list of mappings that could be extended over all of it */
    VEC(struct extension) extensions;
    bool *extended; /* per mapping */
    uint32_t fake;  /* the catch-all mapping, once it exists */
};

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The start of the mapping before it was split; false if its offset does not allow for it. */
static bool early_start(const struct text_mapping *m, uint64_t *start) {
    *start = m->start - m->offset;
    return m->offset != 0 && *start < m->start;
}

static void collect_points(struct finder *f) {
    const struct text_profile *t = f->t;
    uint64_t *point = ARENA_ARRAY(&f->t->scratch, uint64_t, t->mappings.n * 3);
    size_t n = 0;
    for (size_t i = 0; i < t->mappings.n; i++) {
        const struct text_mapping *m = &t->mappings.at[i];
        point[n++] = m->start;
        point[n++] = m->limit;
        if (early_start(m, &point[n])) n++;
    }
    if (n) qsort(point, n, sizeof *point, by_value);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++)
        if (!distinct || point[distinct - 1] != point[i]) point[distinct++] = point[i];
    f->point = point;
    f->n_points = distinct;
}

/* The last point at or below the address; n_points if it is below all points. */
static size_t find_point(const struct finder *f, uint64_t address) {
    size_t low = 0, high = f->n_points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->point[middle] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : f->n_points;
}

static void cover_node(struct finder *f, size_t node, uint32_t mapping) {
    if (mapping < f->first[node]) f->first[node] = mapping;
}

static void extend_node(struct finder *f, size_t node, uint32_t mapping) {
    *VEC_PUSH(&f->t->scratch, &f->extensions) = (struct extension){mapping, f->extension[node]};
    f->extension[node] = (uint32_t)(f->extensions.n - 1);
}

/* Calls visit on the O(log n) nodes that make up [from, to), which must be points. */
static void for_range(struct finder *f, uint64_t from, uint64_t to, uint32_t mapping,
                      void (*visit)(struct finder *, size_t, uint32_t)) {
    if (from >= to) return;
    size_t left = find_point(f, from) + f->n_points, right = find_point(f, to) + f->n_points;
    for (; left < right; left /= 2, right /= 2) {
        if (left & 1) visit(f, left++, mapping);
        if (right & 1) visit(f, --right, mapping);
    }
}

static uint32_t find_covering(const struct finder *f, size_t leaf) {
    uint32_t best = PROFILE_NONE;
    for (size_t node = leaf + f->n_points; node >= 1; node /= 2)
        if (f->first[node] < best) best = f->first[node];
    return best;
}

static uint32_t find_extendable(struct finder *f, size_t leaf) {
    uint32_t best = PROFILE_NONE;
    for (size_t node = leaf + f->n_points; node >= 1; node /= 2) {
        uint32_t *head = &f->extension[node];
        while (*head != PROFILE_NONE && f->extended[f->extensions.at[*head].mapping])
            *head = f->extensions.at[*head].next;
        if (*head != PROFILE_NONE && f->extensions.at[*head].mapping < best) best = f->extensions.at[*head].mapping;
    }
    return best;
}

static void extend(struct finder *f, uint32_t mapping) {
    struct text_mapping *m = &f->t->mappings.at[mapping];
    uint64_t start = m->start - m->offset;
    for_range(f, start, m->limit, mapping, cover_node); /* the limit may be below the old start */
    m->start = start;
    m->offset = 0;
    f->extended[mapping] = true;
}

/* Appends a mapping that covers all addresses except the very last one, which is attached to it all the same. */
static uint32_t catch_all(struct finder *f) {
    if (f->fake == PROFILE_NONE) {
        f->fake = (uint32_t)f->t->mappings.n;
        *VEC_PUSH(&f->t->scratch, &f->t->mappings) =
            (struct text_mapping){.limit = UINT64_MAX, .file = STR_EMPTY, .build_id = STR_EMPTY};
    }
    return f->fake;
}

static uint32_t find_mapping(struct finder *f, uint64_t address) {
    size_t leaf = find_point(f, address);
    if (leaf == f->n_points) return catch_all(f);
    uint32_t mapping = find_covering(f, leaf);
    if (mapping != PROFILE_NONE) return mapping;
    /* a catch-all mapping, once it exists, contains the address, so nothing is extended any more */
    if (f->fake == PROFILE_NONE) mapping = find_extendable(f, leaf);
    if (mapping == PROFILE_NONE) return catch_all(f);
    extend(f, mapping);
    return mapping;
}

static void finder_init(struct finder *f, struct text_profile *t) {
    *f = (struct finder){.t = t, .fake = PROFILE_NONE};
    collect_points(f);
    f->first = ARENA_ARRAY(&t->scratch, uint32_t, 2 * f->n_points);
    f->extension = ARENA_ARRAY(&t->scratch, uint32_t, 2 * f->n_points);
    f->extended = ARENA_ZERO(&t->scratch, bool, t->mappings.n);
    for (size_t i = 0; i < 2 * f->n_points; i++) f->first[i] = f->extension[i] = PROFILE_NONE;
    for (size_t i = t->mappings.n; i-- > 0;) { /* backwards, so that lists have rising numbers */
        const struct text_mapping *m = &t->mappings.at[i];
        uint64_t start;
        for_range(f, m->start, m->limit, (uint32_t)i, cover_node);
        if (early_start(m, &start)) for_range(f, start, m->start, (uint32_t)i, extend_node);
    }
}

/* Repairs the main mapping, which some profilers write wrong: with a huge page before it, or with an offset although it
 * starts where binaries start. */
static void repair_main(struct text_profile *t) {
    if (!t->mappings.n) return;
    struct text_mapping *m = t->mappings.at;
    if (t->mappings.n > 1 && str_has_prefix(m[0].file, STR("/anon_hugepage")) && m[0].limit == m[1].start) {
        t->mappings.at++;
        t->mappings.n--;
        t->mappings.cap--;
        m++;
    }
    if (m->start - m->offset == 0x400000) {
        m->start = 0x400000;
        m->offset = 0;
    }
}

uint32_t *text_attach(struct text_profile *t, const uint32_t *location, uint32_t n) {
    uint32_t *mapping = ARENA_ARRAY(&t->scratch, uint32_t, n);
    struct finder f;
    repair_main(t);
    finder_init(&f, t);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t address = t->locations.at[location[i]].address;
        mapping[i] = address ? find_mapping(&f, address) : PROFILE_NONE;
    }
    return mapping;
}
