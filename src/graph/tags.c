/* Tags: which part of a node's value comes from samples with which labels. This file groups samples by the labels that
 * tags show; tag_sums.c sums the groups over the nodes. */
#include "graph/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/task.h"
#include "base/tuning.h"
#include "go/unit.h"

static bool is_text(const struct profile *v, const struct profile_label *l) {
    return !l->numeric && !profile_has_base_key(v, l);
}

/* Graphs show only the numbers of the key "bytes". */
static bool is_number(const struct profile *v, const struct profile_label *l) {
    return l->numeric && str_equal(profile_str(v, l->key), STR("bytes"));
}

bool graph_has_tags(const struct graph_work *w) {
    const struct profile *v = w->view;
    if (!v->n_rows || v->label_off[v->n_rows] == 0) return false;
    for (uint32_t i = 0; i < v->n_labels; i++)
        if (is_text(v, &v->label[i]) || is_number(v, &v->label[i])) return true;
    return false;
}

uint32_t graph_tag_workers(uint32_t n_samples) {
    uint32_t most = n_samples / TUNING_TAGS_SAMPLES + 1, threads = (uint32_t)task_threads();
    return most < threads ? most : threads;
}

/* The lists in a range of samples that one thread reads. */
struct lister {
    struct arena arena;
    struct intern lists; /* the labels of a sample that tags show, as their ids */
};

struct listing {
    const struct graph_work *w;
    const uint8_t *counts; /* per label: true if tags show it */
    uint32_t *list_of;     /* per sample: id in the lists of its part, GRAPH_NONE without a label that tags show */
    struct lister *part;
    uint32_t n_parts;
};

static uint32_t part_start(const struct listing *all, uint32_t part) {
    return (uint32_t)((uint64_t)all->w->view->n_samples * part / all->n_parts);
}

static void list_part(void *context, int part) {
    struct listing *all = context;
    struct lister *l = &all->part[part];
    const struct profile *v = all->w->view;
    VEC(label_id) seen = {0};
    l->lists = (struct intern){.arena = &l->arena, .copy = true};
    for (uint32_t i = part_start(all, (uint32_t)part); i < part_start(all, (uint32_t)part + 1); i++) {
        uint32_t row = profile_row(v, i);
        int64_t weight, divisor;
        all->list_of[i] = GRAPH_NONE;
        if (!graph_sample_weight(all->w, row, &weight, &divisor)) continue;
        seen.n = 0;
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++)
            if (all->counts[v->label_ref[k]]) *VEC_PUSH(&l->arena, &seen) = v->label_ref[k];
        if (seen.n) all->list_of[i] = intern_id(&l->lists, (str){(const char *)seen.at, seen.n * sizeof *seen.at});
    }
}

/* Numbers the lists of all parts in order of first appearance, so that ids do not depend on the number of parts. */
static void join_parts(struct listing *all, struct intern *lists) {
    struct arena *a = all->w->arena;
    for (uint32_t part = 0; part < all->n_parts; part++) {
        const struct intern *own = &all->part[part].lists;
        uint32_t *global = ARENA_ARRAY(a, uint32_t, own->n);
        for (uint32_t i = 0; i < own->n; i++) global[i] = intern_id(lists, own->key[i]);
        for (uint32_t i = part_start(all, part); i < part_start(all, part + 1); i++)
            if (all->list_of[i] != GRAPH_NONE) all->list_of[i] = global[all->list_of[i]];
        arena_adopt(a, &all->part[part].arena);
    }
}

/* The list of each sample; GRAPH_NONE for samples without such labels or without a weight. */
static uint32_t *list_samples(struct graph_work *w, struct intern *lists) {
    const struct profile *v = w->view;
    uint8_t *counts = ARENA_ARRAY(w->arena, uint8_t, v->n_labels);
    for (uint32_t i = 0; i < v->n_labels; i++) counts[i] = is_text(v, &v->label[i]) || is_number(v, &v->label[i]);
    struct listing all = {.w = w, .counts = counts, .list_of = ARENA_ARRAY(w->arena, uint32_t, v->n_samples)};
    all.n_parts = graph_tag_workers(v->n_samples);
    all.part = ARENA_ZERO(w->arena, struct lister, all.n_parts);
    task_run((int)all.n_parts, list_part, &all);
    join_parts(&all, lists);
    return all.list_of;
}

static int compare_texts(const void *l, const void *r) { return str_compare(*(const str *)l, *(const str *)r); }

/* "k:v" of all string labels, sorted and joined by a backslash and an n, the line break of dot; "" without any. */
static str group_text(struct arena *a, const struct profile *v, const label_id *label, size_t n) {
    str *text = ARENA_ARRAY(a, str, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct profile_label *l = &v->label[label[i]];
        if (!l->numeric)
            text[count++] = str_join(a, (str[]){profile_str(v, l->key), profile_str(v, l->value)}, 2, STR(":"));
    }
    qsort(text, count, sizeof *text, compare_texts);
    return count ? str_join(a, text, count, STR("\\n")) : STR_EMPTY;
}

static void describe_list(struct graph_tagging *t, struct graph_tag_list *to, str ids) {
    struct arena *a = t->w->arena;
    const struct profile *v = t->w->view;
    size_t n = ids.len / sizeof(label_id);
    label_id *label = ARENA_ARRAY(a, label_id, n);
    memcpy(label, ids.ptr, ids.len);
    to->group = intern_id(&t->groups, group_text(a, v, label, n));
    struct graph_tag_number *number = ARENA_ARRAY(a, struct graph_tag_number, n);
    to->n_numbers = 0;
    for (size_t i = 0; i < n; i++) {
        const struct profile_label *l = &v->label[label[i]];
        if (!l->numeric) continue;
        str text = unit_label(a, l->number, t->unit, t->w->options->unit);
        number[to->n_numbers++] = (struct graph_tag_number){intern_id(&t->names, text), l->number};
    }
    to->number = number;
}

/* Stable sort of 0 … n-1 by key; GRAPH_NONE is left out. The numbers with key k are item[off[k]] … item[off[k+1]-1]. */
static uint32_t *sort_by(struct arena *a, uint32_t n, const uint32_t *key, uint32_t n_keys, uint32_t **off) {
    *off = ARENA_ZERO(a, uint32_t, (size_t)n_keys + 2);
    uint32_t *start = *off + 1;
    for (uint32_t i = 0; i < n; i++)
        if (key[i] != GRAPH_NONE) start[key[i] + 1]++;
    for (uint32_t k = 0; k < n_keys; k++) start[k + 1] += start[k];
    uint32_t *item = ARENA_ARRAY(a, uint32_t, n);
    for (uint32_t i = 0; i < n; i++)
        if (key[i] != GRAPH_NONE) item[start[key[i]]++] = i;
    return item;
}

/* Adds magnitudes, and saturates instead of wrapping. */
static uint64_t add_bound(uint64_t bound, uint64_t more) { return bound + more < bound ? UINT64_MAX : bound + more; }

/* A tag of a group weighs at most as much as all samples of the group (times the numbers per sample). Groups for which
 * that is below the cutoff need not be summed: nearly all, where there are many. */
static uint8_t *heavy_groups(const struct graph_tagging *t, const uint32_t *list_of) {
    const struct profile *v = t->w->view;
    uint64_t *bound = ARENA_ZERO(t->w->arena, uint64_t, t->groups.n);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        if (list_of[i] == GRAPH_NONE) continue;
        const struct graph_tag_list *l = &t->list[list_of[i]];
        int64_t weight, divisor;
        graph_sample_weight(t->w, profile_row(v, i), &weight, &divisor);
        for (uint32_t k = 0; k == 0 || k < l->n_numbers; k++)
            bound[l->group] = add_bound(bound[l->group], (uint64_t)graph_abs(weight));
    }
    uint8_t *heavy = ARENA_ARRAY(t->w->arena, uint8_t, t->groups.n);
    for (uint32_t i = 0; i < t->groups.n; i++)
        heavy[i] = t->w->node_cutoff <= 0 || bound[i] >= (uint64_t)t->w->node_cutoff;
    return heavy;
}

static void group_samples(struct graph_tagging *t) {
    struct arena *a = t->w->arena;
    struct intern lists = {.arena = a};
    uint32_t *list_of = list_samples(t->w, &lists);
    t->n_lists = lists.n;
    t->list = ARENA_ARRAY(a, struct graph_tag_list, lists.n);
    for (uint32_t i = 0; i < lists.n; i++) describe_list(t, &t->list[i], lists.key[i]);
    const uint8_t *heavy = heavy_groups(t, list_of);
    uint32_t *group_of = ARENA_ARRAY(a, uint32_t, lists.n);
    for (uint32_t i = 0; i < lists.n; i++) group_of[i] = heavy[t->list[i].group] ? t->list[i].group : GRAPH_NONE;
    for (uint32_t i = 0; i < t->w->view->n_samples; i++)
        if (list_of[i] != GRAPH_NONE && group_of[list_of[i]] == GRAPH_NONE) list_of[i] = GRAPH_NONE;
    t->sample = sort_by(a, t->w->view->n_samples, list_of, lists.n, &t->sample_off);
    t->of_group = sort_by(a, lists.n, group_of, t->groups.n, &t->group_off);
}

struct graph_tagging *graph_tag_groups(struct graph_work *w, struct graph *g) {
    struct graph_tagging *t = ARENA_NEW(w->arena, struct graph_tagging);
    t->w = w;
    t->g = g;
    t->groups.arena = t->names.arena = w->arena;
    str_id bytes;
    if (profile_find_string(w->view, STR("bytes"), &bytes)) t->unit = filter_unit_of(w->units, bytes);
    group_samples(t);
    return t;
}

const uint8_t *graph_tagged_stacks(const struct graph_tagging *t) {
    const struct profile *v = t->w->view;
    uint8_t *needed = ARENA_ZERO(t->w->arena, uint8_t, v->n_stacks);
    for (uint32_t i = 0; i < t->sample_off[t->n_lists]; i++) needed[v->stack_of[profile_row(v, t->sample[i])]] = 1;
    return needed;
}
