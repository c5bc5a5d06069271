/* The labels of a sample as text. */
#include "report/rowlabels.h"

#include <stdlib.h>

#include "base/hash.h"
#include "go/unit.h"

/* The format of a line. The padding of keys in traces is part of the prefix. */
static const struct style {
    str open, join, close; /* around all lines with the same kind of labels */
    str after_key, end;    /* before and after the values of a line */
    int width;             /* keys are right-aligned in this width */
    bool scaled;
} styles[] = {
    [ROWLABELS_TRACES] = {.after_key = {":  ", 3}, .end = {"\n", 1}, .width = 10, .scaled = true},
    [ROWLABELS_RAW] = {.open = {"                ", 16},
                       .join = {" ", 1},
                       .close = {"\n", 1},
                       .after_key = {":[", 2},
                       .end = {"]", 1}},
};

struct key {
    str prefix; /* the start of its lines, up to the first value */
    str unit;
    uint32_t rank; /* of the prefix among all prefixes */
};

struct rowlabels {
    const struct profile *view;
    const struct style *style;
    const struct key *key;
    const uint32_t *key_of; /* per label */
    bool ambiguous;         /* one key's prefix is the start of another's, so lines must be compared as a whole */
};

struct order {
    str prefix;
    uint32_t key;
};

static int compare_order(const void *a, const void *b) {
    const struct order *x = a, *y = b;
    int c = str_compare(x->prefix, y->prefix);
    return c ? c : x->key < y->key ? -1 : x->key > y->key;
}

static str make_prefix(struct arena *a, str key, const struct style *style) {
    struct sink s;
    sink_to_memory(&s);
    sink_right(&s, key, style->width);
    sink_str(&s, style->after_key);
    str prefix = str_copy(a, sink_bytes(&s));
    sink_drop(&s);
    return prefix;
}

/* Ranks keys by their prefixes. Returns true if ranks alone cannot order lines. */
static bool rank_keys(struct key *key, uint32_t n) {
    struct arena scratch = {0};
    struct order *order = ARENA_ARRAY(&scratch, struct order, n);
    for (uint32_t i = 0; i < n; i++) order[i] = (struct order){key[i].prefix, i};
    if (n) qsort(order, n, sizeof *order, compare_order);
    bool ambiguous = false;
    for (uint32_t i = 0; i < n; i++) {
        key[order[i].key].rank = i;
        /* all texts that sort between a prefix and a longer text with that prefix have the prefix, too */
        if (i && str_has_prefix(order[i].prefix, order[i - 1].prefix)) ambiguous = true;
    }
    arena_release(&scratch);
    return ambiguous;
}

struct rowlabels *rowlabels_make(struct arena *a, const struct profile *view, const struct filter_units *units,
                                 enum rowlabels_style style) {
    struct rowlabels *l = ARENA_NEW(a, struct rowlabels);
    *l = (struct rowlabels){.view = view, .style = &styles[style]};
    struct u64map index = {.arena = a};
    VEC(struct key) keys = {0};
    uint32_t *key_of = ARENA_ARRAY(a, uint32_t, view->n_labels);
    for (label_id i = 0; i < view->n_labels; i++) {
        str_id key = view->label[i].key;
        bool added;
        key_of[i] = u64map_put(&index, key, (uint32_t)keys.n, &added);
        if (!added) continue;
        struct key k = {.prefix = make_prefix(a, profile_str(view, key), l->style)};
        if (l->style->scaled) k.unit = filter_unit_of(units, key);
        *VEC_PUSH(a, &keys) = k;
    }
    l->ambiguous = rank_keys(keys.at, (uint32_t)keys.n);
    l->key = keys.at;
    l->key_of = key_of;
    return l;
}

/* The labels of one line. */
struct group {
    const label_id *label;
    uint32_t n;
};

/* Splits sorted labels, all strings or all numbers, into groups of one key each. */
static uint32_t find_groups(const struct rowlabels *l, const label_id *label, uint32_t n, struct group *group) {
    uint32_t n_groups = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i && l->key_of[label[i]] == l->key_of[label[i - 1]])
            group[n_groups - 1].n++;
        else
            group[n_groups++] = (struct group){label + i, 1};
    }
    return n_groups;
}

static bool any_unit(const struct profile *view, const struct group *g) {
    for (uint32_t i = 0; i < g->n; i++)
        if (view->label[g->label[i]].unit) return true;
    return false;
}

static void write_line(const struct rowlabels *l, const struct group *g, struct sink *out) {
    const struct profile *view = l->view;
    const struct key *key = &l->key[l->key_of[g->label[0]]];
    bool units = !l->style->scaled && any_unit(view, g);
    sink_str(out, key->prefix);
    for (uint32_t i = 0; i < g->n; i++) {
        const struct profile_label *label = &view->label[g->label[i]];
        if (i) sink_char(out, ' ');
        if (!label->numeric) {
            sink_str(out, profile_str(view, label->value));
        } else if (l->style->scaled) {
            size_t room = 64 + key->unit.len;
            sink_reserve(out, room);
            out->len += unit_print(out->buf + out->len, room, label->number, key->unit, STR("auto"));
        } else {
            sink_int(out, label->number);
            if (units) sink_char(out, ' ');
            if (units) sink_str(out, profile_str(view, label->unit));
        }
    }
    sink_str(out, l->style->end);
}

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void write_ranked(const struct rowlabels *l, struct arena *scratch, const struct group *group, uint32_t n,
                         struct sink *out) {
    uint64_t *order = ARENA_ARRAY(scratch, uint64_t, n);
    for (uint32_t i = 0; i < n; i++) order[i] = (uint64_t)l->key[l->key_of[group[i].label[0]]].rank << 32 | i;
    if (n > 1) qsort(order, n, sizeof *order, compare_u64);
    for (uint32_t i = 0; i < n; i++) {
        if (i) sink_str(out, l->style->join);
        write_line(l, &group[(uint32_t)order[i]], out);
    }
}

static int compare_lines(const void *a, const void *b) { return str_compare(*(const str *)a, *(const str *)b); }

static void write_compared(const struct rowlabels *l, struct arena *scratch, const struct group *group, uint32_t n,
                           struct sink *out) {
    str *line = ARENA_ARRAY(scratch, str, n);
    for (uint32_t i = 0; i < n; i++) {
        struct sink s;
        sink_to_memory(&s);
        write_line(l, &group[i], &s);
        line[i] = str_copy(scratch, sink_bytes(&s));
        sink_drop(&s);
    }
    qsort(line, n, sizeof *line, compare_lines);
    for (uint32_t i = 0; i < n; i++) {
        if (i) sink_str(out, l->style->join);
        sink_str(out, line[i]);
    }
}

static void write_kind(const struct rowlabels *l, struct arena *scratch, const label_id *label, uint32_t n,
                       struct sink *out) {
    if (n == 0) return;
    struct group *group = ARENA_ARRAY(scratch, struct group, n);
    uint32_t n_groups = find_groups(l, label, n, group);
    sink_str(out, l->style->open);
    if (l->ambiguous && n_groups > 1)
        write_compared(l, scratch, group, n_groups, out);
    else
        write_ranked(l, scratch, group, n_groups, out);
    sink_str(out, l->style->close);
}

void rowlabels_write(const struct rowlabels *l, struct arena *scratch, uint32_t row, struct sink *out) {
    uint32_t n = l->view->label_off[row + 1] - l->view->label_off[row];
    if (n == 0) return;
    label_id *label = ARENA_ARRAY(scratch, label_id, n);
    profile_sorted_labels(l->view, row, label);
    uint32_t strings = 0;
    while (strings < n && !l->view->label[label[strings]].numeric) strings++;
    write_kind(l, scratch, label, strings, out);
    write_kind(l, scratch, label + strings, n - strings, out);
}

uint64_t rowlabels_size(const struct rowlabels *l, uint32_t row) {
    const struct profile *view = l->view;
    uint64_t size = 2 * (l->style->open.len + l->style->close.len);
    for (uint32_t i = view->label_off[row]; i < view->label_off[row + 1]; i++) {
        const struct profile_label *label = &view->label[view->label_ref[i]];
        const struct key *key = &l->key[l->key_of[view->label_ref[i]]];
        size += key->prefix.len + l->style->end.len + 1;
        size += label->numeric ? 64 + key->unit.len + profile_str(view, label->unit).len
                               : profile_str(view, label->value).len;
    }
    return size;
}
