/* Puts the samples of a view into groups. Each distinct label is looked at once, and each combination of labels. */
#include "report/by/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "go/unit.h"
#include "stacks/sides.h"

/* A value of a key: labels with the same text are one. */
struct by_value {
    uint32_t key;
    str text;
};
/* A group while samples are counted. */
struct by_count {
    const uint32_t *value; /* indices of values, ascending, without duplicates */
    uint32_t n_values, n_samples;
    int64_t sum, count; /* of the type, and of the first type */
};

struct grouping {
    const struct report_in *in;
    struct arena *scratch;
    const str *key;
    uint32_t n_keys;
    uint32_t *value_of; /* [label_id]: index of its value + 1; 0: it has no such key */
    VEC(struct by_value) value;
    uint32_t *numbers; /* 0, 1, 2 …: the lists of one value */
    uint32_t *single;  /* [value]: group + 1 of samples with this value alone */
    uint32_t none;     /* group + 1 of samples without a value */
    struct intern lists;
    uint32_t *group_of_list; /* [list]: group */
    uint32_t list_cap;
    VEC(struct by_count) group;
    uint32_t *group_of; /* [sample] */
};

static bool read_keys(struct grouping *g, const struct report_in *in, struct err *e) {
    str *key = ARENA_ARRAY(in->arena, str, BY_KEYS), list = in->options->by;
    for (str part; str_cut(&list, ',', &part);) {
        bool known = part.len == 0;
        for (uint32_t i = 0; i < g->n_keys; i++) known |= str_equal(key[i], part);
        if (known) continue;
        if (g->n_keys == BY_KEYS) return err_set(e, "by has more than %d keys", BY_KEYS);
        key[g->n_keys++] = part;
    }
    g->key = key;
    return g->n_keys > 0 || err_set(e, "by needs the key of a label");
}

static void find_values(struct grouping *g) {
    const struct profile *p = g->in->loaded;
    struct intern known = {.arena = g->scratch};
    uint32_t *key_of = ARENA_ZERO(g->scratch, uint32_t, p->n_strings); /* [str_id]: 1: another; else index + 2 */
    bool seen[BY_KEYS] = {false};
    g->value_of = ARENA_ZERO(g->scratch, uint32_t, p->n_labels);
    for (label_id l = 0; l < p->n_labels; l++) {
        const struct profile_label *label = &p->label[l];
        uint32_t *k = &key_of[label->key];
        for (uint32_t i = 0; i < g->n_keys && !*k; i++)
            if (str_equal(profile_str(p, label->key), g->key[i])) *k = i + 2;
        if (!*k) *k = 1;
        if (*k == 1) continue;
        struct by_value v = {.key = *k - 2};
        seen[v.key] = true;
        v.text = label->numeric ? unit_label(g->scratch, label->number, filter_unit_of(g->in->units, label->key),
                                             g->in->options->unit)
                                : profile_str(p, label->value);
        str part[] = {{(const char *)&v.key, sizeof v.key}, v.text};
        uint32_t id = intern_id(&known, str_join(g->scratch, part, 2, STR_EMPTY));
        if (id == g->value.n) *VEC_PUSH(g->scratch, &g->value) = v;
        g->value_of[l] = id + 1;
    }
    for (uint32_t i = 0; i < g->n_keys; i++)
        if (!seen[i]) filter_note_no_label(p, "by", g->key[i], g->in->notes);
}

static int compare_numbers(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t new_group(struct grouping *g, const uint32_t *value, uint32_t n) {
    *VEC_PUSH(g->scratch, &g->group) = (struct by_count){.value = value, .n_values = n};
    return (uint32_t)g->group.n - 1;
}

/* The group of these values, which are sorted in place. */
static uint32_t find_group(struct grouping *g, uint32_t *value, uint32_t n) {
    if (n > 1) {
        qsort(value, n, sizeof *value, compare_numbers);
        uint32_t to = 1;
        for (uint32_t i = 1; i < n; i++)
            if (value[i] != value[to - 1]) value[to++] = value[i];
        n = to;
    }
    uint32_t *known = n == 0 ? &g->none : n == 1 ? &g->single[value[0]] : NULL;
    if (known) {
        if (!*known) *known = new_group(g, n ? &g->numbers[value[0]] : NULL, n) + 1;
        return *known - 1;
    }
    uint32_t before = g->lists.n;
    uint32_t list = intern_id(&g->lists, (str){(const char *)value, n * sizeof *value});
    if (list == before) {
        if (list == g->list_cap) {
            uint32_t cap = g->list_cap ? 2 * g->list_cap : 64;
            g->group_of_list = arena_grow(g->scratch, g->group_of_list, g->list_cap * sizeof *g->group_of_list,
                                          cap * sizeof *g->group_of_list);
            g->list_cap = cap;
        }
        g->group_of_list[list] = new_group(g, (const uint32_t *)(const void *)g->lists.key[list].ptr, n);
    }
    return g->group_of_list[list];
}

static void count_samples(struct grouping *g) {
    const struct profile *p = g->in->loaded, *v = g->in->view;
    const int64_t *value = v->value[g->in->value.type], *first = v->value[0];
    uint32_t n_values = (uint32_t)g->value.n, cap = 16;
    g->numbers = ARENA_ARRAY(g->scratch, uint32_t, n_values);
    for (uint32_t i = 0; i < n_values; i++) g->numbers[i] = i;
    g->single = ARENA_ZERO(g->scratch, uint32_t, n_values);
    g->group_of = ARENA_ARRAY(g->scratch, uint32_t, v->n_samples);
    uint32_t *list = ARENA_ARRAY(g->scratch, uint32_t, cap);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i), n = 0;
        uint32_t n_labels = p->label_off[row + 1] - p->label_off[row];
        if (n_labels > cap) {
            cap = 2 * n_labels;
            list = ARENA_ARRAY(g->scratch, uint32_t, cap);
        }
        for (uint32_t k = p->label_off[row]; k < p->label_off[row + 1]; k++)
            if (g->value_of[p->label_ref[k]]) list[n++] = g->value_of[p->label_ref[k]] - 1;
        uint32_t id = find_group(g, list, n);
        struct by_count *c = &g->group.at[id];
        g->group_of[i] = id;
        c->n_samples++;
        c->sum = graph_add(c->sum, value[row]);
        c->count = graph_add(c->count, first[row]);
    }
}

static int64_t sum_of(const struct grouping *g, const struct by_count *c) {
    return g->in->value.mean ? graph_mean(c->sum, c->count) : c->sum;
}

struct by_rank {
    uint64_t size; /* of its sum */
    uint32_t group;
};

/* Groups of equal sums keep the order in which samples first have them. */
static int compare_ranks(const void *a, const void *b) {
    const struct by_rank *x = a, *y = b;
    if (x->size != y->size) return x->size > y->size ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

static int compare_texts(const void *a, const void *b) { return str_compare(*(const str *)a, *(const str *)b); }

/* Fills in the name and the values of a group. */
static void name_group(const struct grouping *g, const struct by_count *c, struct by_group *out) {
    struct arena *a = g->in->arena;
    str *value = ARENA_ARRAY(a, str, g->n_keys), part[BY_KEYS];
    str *text = ARENA_ARRAY(g->scratch, str, c->n_values);
    for (uint32_t k = 0; k < g->n_keys; k++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < c->n_values; i++)
            if (g->value.at[c->value[i]].key == k) text[n++] = g->value.at[c->value[i]].text;
        if (n) qsort(text, n, sizeof *text, compare_texts);
        value[k] = n ? str_join(a, text, n, STR(",")) : (str){NULL, 0};
        part[k] =
            n ? str_join(a, (str[]){g->key[k], value[k]}, 2, STR("=")) : str_format(a, "(no %.*s)", STR_ARG(g->key[k]));
    }
    out->value = value;
    out->name = str_join(a, part, g->n_keys, STR(", "));
}

/* Fills in the groups that are kept, and the rest. */
static void keep_groups(const struct grouping *g, uint32_t most, struct by_groups *out) {
    struct arena *a = g->in->arena;
    uint32_t n_all = (uint32_t)g->group.n, n = n_all < most ? n_all : most;
    struct by_rank *rank = ARENA_ARRAY(g->scratch, struct by_rank, n_all);
    uint32_t *place = ARENA_ARRAY(g->scratch, uint32_t, n_all); /* [group]: index into out->at */
    struct by_count rest = {0}, all = {0};
    for (uint32_t i = 0; i < n_all; i++) rank[i] = (struct by_rank){sides_magnitude(sum_of(g, &g->group.at[i])), i};
    if (n_all) qsort(rank, n_all, sizeof *rank, compare_ranks);
    out->at = ARENA_ZERO(a, struct by_group, (size_t)n + 1);
    out->n_rest = n_all - n;
    out->n = n + (out->n_rest > 0);
    for (uint32_t i = 0; i < n_all; i++) {
        const struct by_count *c = &g->group.at[rank[i].group];
        place[rank[i].group] = i < n ? i : n;
        all.sum = graph_add(all.sum, c->sum);
        all.count = graph_add(all.count, c->count);
        if (i < n) {
            out->at[i].sum = sum_of(g, c);
            out->at[i].row = ARENA_ARRAY(a, uint32_t, c->n_samples);
            name_group(g, c, &out->at[i]);
        } else {
            rest.n_samples += c->n_samples;
            rest.sum = graph_add(rest.sum, c->sum);
            rest.count = graph_add(rest.count, c->count);
        }
    }
    out->sum = sum_of(g, &all);
    if (out->n_rest)
        out->at[n] = (struct by_group){.name = str_format(a, "(%u more)", out->n_rest),
                                       .sum = sum_of(g, &rest),
                                       .row = ARENA_ARRAY(a, uint32_t, rest.n_samples)};
    for (uint32_t i = 0; i < g->in->view->n_samples; i++) {
        struct by_group *to = &out->at[place[g->group_of[i]]];
        to->row[to->n_rows++] = profile_row(g->in->view, i);
    }
}

bool by_groups_make(const struct report_in *in, uint32_t most, struct by_groups *out, struct err *e) {
    struct arena scratch = {0};
    struct grouping g = {.in = in, .scratch = &scratch, .lists = {.arena = &scratch, .copy = true}};
    bool ok = read_keys(&g, in, e);
    *out = (struct by_groups){.key = g.key, .n_keys = g.n_keys};
    if (ok) {
        find_values(&g);
        count_samples(&g);
        keep_groups(&g, most, out);
    }
    arena_release(&scratch);
    return ok;
}

void by_part_make(const struct report_in *in, const struct by_group *g, struct by_part *out) {
    out->view = *in->view;
    out->view.row = g->row;
    out->view.n_samples = g->n_rows;
    out->options = *in->options;
    out->options.compact_labels = true;
    out->options.by = STR_EMPTY;
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (options_is_filter(row)) options_set(row, &out->options, str_from(row->initial), NULL);
    }
    out->in = *in;
    out->in.view = &out->view;
    out->in.options = &out->options;
    if (in->options->relative_percentages)
        out->in.value.total = sides_total(&out->view, in->value.type, in->value.mean);
}

str by_heading(const struct report_in *in, const struct by_group *g) {
    char percent[32];
    size_t n = unit_percentage(percent, g->sum, in->value.total);
    str unit = in->options->unit;
    str part[] = {g->name,
                  STR(": "),
                  report_value(in, g->sum, unit),
                  STR(", "),
                  str_trim((str){percent, n}),
                  STR(" of "),
                  report_value(in, in->value.total, unit),
                  STR(" total")};
    return str_join(in->arena, part, sizeof part / sizeof *part, STR_EMPTY);
}
