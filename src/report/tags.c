/* tags: how much of the profile each label value accounts for (pprof.md 8.6). */
#include "report/tags.h"

#include <stdlib.h>

#include "base/hash.h"
#include "go/tabular.h"
#include "report/amount.h"

struct sums {
    uint64_t *value; /* per label; sums wrap */
    bool *seen;      /* per label: true if some sample has it */
};

static struct sums sum_labels(const struct report_in *in) {
    const struct profile *v = in->view;
    struct sums s = {ARENA_ZERO(in->arena, uint64_t, v->n_labels), ARENA_ZERO(in->arena, bool, v->n_labels)};
    const int64_t *value = v->value[in->value.type];
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++) {
            s.value[v->label_ref[k]] += (uint64_t)value[row];
            s.seen[v->label_ref[k]] = true;
        }
    }
    return s;
}

struct use {
    str key;
    label_id label;
};

static int compare_uses(const void *a, const void *b) {
    const struct use *x = a, *y = b;
    int c = str_compare(x->key, y->key);
    return c ? c : x->label < y->label ? -1 : x->label > y->label;
}

/* The labels that samples have, grouped by key, with keys sorted by name. */
static struct use *sort_uses(struct arena *a, const struct profile *v, const struct sums *s, uint32_t *n) {
    struct use *use = ARENA_ARRAY(a, struct use, v->n_labels);
    *n = 0;
    for (label_id l = 0; l < v->n_labels; l++)
        if (s->seen[l]) use[(*n)++] = (struct use){profile_str(v, v->label[l].key), l};
    if (*n) qsort(use, *n, sizeof *use, compare_uses);
    return use;
}

static int compare_tags(const void *a, const void *b) {
    const struct tags_value *x = a, *y = b;
    int64_t fx = graph_abs(x->flat), fy = graph_abs(y->flat);
    return fx != fy ? (fx > fy ? -1 : 1) : str_compare(x->name, y->name);
}

static str tag_name(const struct report_in *in, struct arena *a, const struct profile_label *l) {
    if (!l->numeric) return profile_str(in->view, l->value);
    return unit_label(a, l->number, filter_unit_of(in->units, l->key), in->options->unit);
}

/* Sums one key. Labels whose values have the same text (numbers in a coarse unit) are one tag. */
static struct tags_key sum_key(const struct report_in *in, struct arena *a, const struct sums *s, const struct use *use,
                               uint32_t n) {
    struct intern names = {.arena = a};
    struct tags_value *value = ARENA_ZERO(a, struct tags_value, n);
    struct tags_label *label = ARENA_ARRAY(a, struct tags_label, n);
    uint64_t total = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct tags_value *v = &value[intern_id(&names, tag_name(in, a, &in->view->label[use[i].label]))];
        if (!v->n_labels++) v->label = use[i].label;
        label[i] = (struct tags_label){use[i].label, (int64_t)s->value[use[i].label]};
        v->flat = graph_add(v->flat, label[i].flat);
        total += s->value[use[i].label];
    }
    for (uint32_t id = 0; id < names.n; id++) value[id].name = names.key[id];
    qsort(value, names.n, sizeof *value, compare_tags);
    return (struct tags_key){
        .name = use[0].key, .total = (int64_t)total, .value = value, .n = names.n, .label = label, .n_labels = n};
}

void tags_each_key(const struct report_in *in, void (*write)(void *context, const struct tags_key *key),
                   void *context) {
    struct sums s = sum_labels(in);
    uint32_t n;
    struct use *use = sort_uses(in->arena, in->view, &s, &n);
    for (uint32_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && str_equal(use[to].key, use[from].key);) to++;
        struct arena scratch = {0};
        struct tags_key key = sum_key(in, &scratch, &s, use + from, to - from);
        write(context, &key);
        arena_release(&scratch);
    }
}

static void add_amount(const struct report_in *in, struct tabular *t, int64_t v) {
    struct arena_mark m = arena_mark(in->arena);
    char *text = arena_alloc(in->arena, amount_room(in));
    tabular_write(t, (str){text, amount_print(in, text, amount_room(in), v)});
    arena_rewind(in->arena, m);
}

/* " (12.50%)", if there is a total. */
static void add_percentage(const struct report_in *in, struct tabular *t, int64_t v) {
    if (in->value.total <= 0) return;
    char text[32];
    tabular_write(t, STR(" ("));
    tabular_write(t, (str){text, unit_percentage(text, v, in->value.total)});
    tabular_write(t, STR(")"));
}

static void add_key(const struct report_in *in, struct tabular *t, str key, int64_t total) {
    tabular_write(t, key);
    tabular_write(t, STR(":\t Total "));
    add_amount(in, t, total);
    tabular_write(t, STR(" of "));
    add_amount(in, t, in->value.total);
    add_percentage(in, t, total);
    tabular_write(t, STR("\n"));
}

static void add_tag(const struct report_in *in, struct tabular *t, const struct tags_value *tag) {
    tabular_write(t, STR(" \t"));
    add_amount(in, t, tag->flat);
    add_percentage(in, t, tag->flat);
    tabular_write(t, STR(":\t "));
    tabular_write(t, tag->name);
    tabular_write(t, STR("\n"));
}

/* A line for a screen; its name is at its end. */
struct tags_line {
    size_t name_len; /* 0: no tag */
    int64_t flat;
};

struct tags_text {
    const struct report_in *in;
    struct tabular *t;
    VEC(struct tags_line) line; /* if the text is painted */
};

static void remember_block(struct tags_text *text, const struct tags_key *key) {
    struct arena *a = text->in->arena;
    *VEC_PUSH(a, &text->line) = (struct tags_line){0};
    for (uint32_t i = 0; i < key->n; i++)
        *VEC_PUSH(a, &text->line) = (struct tags_line){key->value[i].name.len, key->value[i].flat};
    *VEC_PUSH(a, &text->line) = (struct tags_line){0};
}

/* Marks the lines once the table is aligned. */
static void paint_lines(const struct tags_text *text, struct sink *out, size_t from) {
    struct sink up_to = *out; /* marks end where the sink ends */
    for (size_t i = 0; i < text->line.n && from < out->len; i++) {
        const struct tags_line *l = &text->line.at[i];
        size_t end = from + str_find_char((str){out->buf + from, out->len - from}, '\n');
        if (l->name_len && l->name_len < end - from) {
            up_to.len = end - l->name_len;
            paint_weight(text->in->paint, &up_to, from, l->flat, text->in->value.total, PAINT_STAYS);
            up_to.len = end;
            paint_name(text->in->paint, &up_to, end - l->name_len);
        }
        from = end + 1;
    }
}

static void add_block(void *context, const struct tags_key *key) {
    struct tags_text *text = context;
    if (text->in->paint) remember_block(text, key);
    add_key(text->in, text->t, key->name, key->total);
    for (uint32_t i = 0; i < key->n; i++) add_tag(text->in, text->t, &key->value[i]);
    tabular_write(text->t, STR("\n"));
}

bool report_tags(const struct report_in *in, struct sink *out, struct err *e) {
    (void)e;
    struct tags_text text = {.in = in, .t = tabular_new(in->arena, out)};
    size_t from = out->len;
    tags_each_key(in, add_block, &text);
    tabular_flush(text.t);
    if (in->paint) paint_lines(&text, out, from);
    return true;
}
