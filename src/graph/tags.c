/* Tags: what part of a node's value comes from samples with which labels.
 *
 * Samples are grouped by what tags see of their labels, and every group is summed over the nodes with
 * accumulators small enough for the cache. A group is all samples with the same string labels ("k:v", sorted
 * and joined); within it a list is all samples that have the same numbers too. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/task.h"
#include "base/unit.h"
#include "graph/graph_internal.h"

enum { STACKS_AT_ONCE = 1024, VISITS_AT_ONCE = 1 << 14, SAMPLES_PER_WORKER = 50000 };

/* ---- which labels count ---- */

static bool is_text(const struct profile *v, const struct profile_label *l) {
    return !l->numeric && !str_equal(profile_str(v, l->key), STR("pprof::base"));
}

/* The only numbers that graphs show are those of the key "bytes". */
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

/* ---- visits ---- */

struct visit_finder {
    struct arena arena;
    uint32_t *mark, *found; /* per node; the distinct nodes of the stack being walked */
    uint32_t stack;
    uint32_t *room, *room_end;
};

struct visit_search {
    const struct graph_work *w;
    const struct graph *g;
    const uint32_t *part;
    const uint8_t *needed; /* per stack */
    struct graph_visits *visits;
    struct visit_finder *worker;
    atomic_uint next;
};

static const uint32_t *keep(struct visit_finder *f, uint32_t n) {
    if ((size_t)(f->room_end - f->room) < n) {
        size_t size = n > VISITS_AT_ONCE ? n : VISITS_AT_ONCE;
        f->room = ARENA_ARRAY(&f->arena, uint32_t, size);
        f->room_end = f->room + size;
    }
    uint32_t *at = f->room;
    if (n) memcpy(at, f->found, n * sizeof *at);
    f->room += n;
    return at;
}

static void find_visits(struct visit_finder *f, const struct visit_search *all, stack_id stack) {
    const struct profile *v = all->w->view;
    const struct graph_table *t = &all->w->table;
    struct graph_visits *to = &all->visits[stack];
    uint32_t n = 0;
    f->stack++;
    to->leaf = GRAPH_NONE;
    for (uint64_t at = v->stack_off[stack]; at < v->stack_off[stack + 1]; at++) {
        loc_id l = v->frame[at];
        for (uint32_t i = t->first[l]; i < t->first[l + 1]; i++) {
            uint32_t node = all->part[t->node_of[i]];
            if (node == GRAPH_NONE || !all->w->listed[node] || f->mark[node] == f->stack) continue;
            if (at == v->stack_off[stack] && i == t->first[l]) to->leaf = node;
            f->mark[node] = f->stack;
            f->found[n++] = node;
        }
    }
    to->n = n;
    to->node = keep(f, n);
}

static void find_all_visits(void *context, int part) {
    struct visit_search *all = context;
    struct visit_finder *f = &all->worker[part];
    uint32_t n_stacks = all->w->view->n_stacks;
    f->mark = ARENA_ZERO(&f->arena, uint32_t, all->g->n_all);
    f->found = ARENA_ARRAY(&f->arena, uint32_t, all->g->n_all);
    for (;;) {
        uint32_t from = atomic_fetch_add(&all->next, 1);
        if (from > n_stacks / STACKS_AT_ONCE) break;
        from *= STACKS_AT_ONCE;
        uint32_t to = n_stacks - from > STACKS_AT_ONCE ? from + STACKS_AT_ONCE : n_stacks;
        for (stack_id i = from; i < to; i++)
            if (all->needed[i]) find_visits(f, all, i);
    }
}

const struct graph_visits *graph_find_visits(struct graph_work *w, const struct graph *g, const uint8_t *needed) {
    int workers = graph_workers(w->view, g->n_all * 2 * sizeof(uint32_t));
    struct visit_search all = {.w = w, .g = g, .part = graph_part_of(w, g), .needed = needed};
    all.visits = ARENA_ARRAY(w->arena, struct graph_visits, w->view->n_stacks);
    all.worker = ARENA_ZERO(w->arena, struct visit_finder, (size_t)workers);
    task_run(workers, find_all_visits, &all);
    for (int i = 0; i < workers; i++) arena_adopt(w->arena, &all.worker[i].arena);
    return all.visits;
}

/* ---- lists and groups of samples ---- */

struct number {
    uint32_t name; /* index into tagging.names: equal texts are one tag */
    int64_t value;
};

struct list {
    uint32_t group;
    const struct number *number; /* in file order */
    uint32_t n_numbers;
};

struct graph_tagging {
    struct graph_work *w;
    struct graph *g;
    const struct graph_visits *visits;
    str unit;                    /* of the numbers */
    struct intern groups, names; /* texts of string labels; of numbers */
    struct list *list;
    uint32_t n_lists;
    uint32_t *sample, *sample_off;  /* samples by list: sample[sample_off[l]] … , ascending */
    uint32_t *of_group, *group_off; /* lists by group, ascending; groups that cannot show have none */
    struct tagger *worker;
    struct group_output {
        uint32_t worker;
        size_t from, to; /* in the worker's records */
    } * output;
    atomic_uint next;
};

/* A range of samples, looked at by one thread. */
struct lister {
    struct arena arena;
    struct intern lists; /* what tags see of a sample's labels, as the ids of those labels */
};

struct listing {
    const struct graph_work *w;
    const uint8_t *counts; /* per label: tags see it */
    uint32_t *list_of;     /* per sample: id in its lister's lists, GRAPH_NONE where there is nothing to see */
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

/* Ids of lists over all parts: in order of first appearance, however many parts there were. */
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

/* What tags see of each sample's labels, as an id; GRAPH_NONE for samples without any or without a weight. */
static uint32_t *list_samples(struct graph_work *w, struct intern *lists) {
    const struct profile *v = w->view;
    uint8_t *counts = ARENA_ARRAY(w->arena, uint8_t, v->n_labels);
    for (uint32_t i = 0; i < v->n_labels; i++) counts[i] = is_text(v, &v->label[i]) || is_number(v, &v->label[i]);
    struct listing all = {.w = w, .counts = counts, .list_of = ARENA_ARRAY(w->arena, uint32_t, v->n_samples)};
    uint32_t most = v->n_samples / SAMPLES_PER_WORKER + 1, threads = (uint32_t)task_threads();
    all.n_parts = most < threads ? most : threads;
    all.part = ARENA_ZERO(w->arena, struct lister, all.n_parts);
    task_run((int)all.n_parts, list_part, &all);
    join_parts(&all, lists);
    return all.list_of;
}

static int compare_texts(const void *l, const void *r) { return str_compare(*(const str *)l, *(const str *)r); }

/* "k:v" of all string labels, sorted, joined by a backslash and an n, as dot wants it; "" for none. */
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

static void describe_list(struct graph_tagging *t, struct list *to, str ids) {
    struct arena *a = t->w->arena;
    const struct profile *v = t->w->view;
    size_t n = ids.len / sizeof(label_id);
    label_id *label = ARENA_ARRAY(a, label_id, n);
    memcpy(label, ids.ptr, ids.len);
    to->group = intern_id(&t->groups, group_text(a, v, label, n));
    struct number *number = ARENA_ARRAY(a, struct number, n);
    to->n_numbers = 0;
    for (size_t i = 0; i < n; i++) {
        const struct profile_label *l = &v->label[label[i]];
        if (!l->numeric) continue;
        str text = unit_label(a, l->number, t->unit, t->w->options->unit);
        number[to->n_numbers++] = (struct number){intern_id(&t->names, text), l->number};
    }
    to->number = number;
}

/* Sorts 0 … n-1 by key (GRAPH_NONE: left out), stably: item[off[k]] … item[off[k+1]-1] are those of key k. */
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

/* Sums of magnitudes that stop at the top instead of wrapping. */
static uint64_t add_bound(uint64_t bound, uint64_t more) { return bound + more < bound ? UINT64_MAX : bound + more; }

/* No tag of a group weighs more than all its samples do (times the numbers a sample has): where that is less than
 * the cutoff, as it is for nearly all groups when there are many, the group need not be summed. */
static uint8_t *heavy_groups(const struct graph_tagging *t, const uint32_t *list_of) {
    const struct profile *v = t->w->view;
    uint64_t *bound = ARENA_ZERO(t->w->arena, uint64_t, t->groups.n);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        if (list_of[i] == GRAPH_NONE) continue;
        const struct list *l = &t->list[list_of[i]];
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
    t->list = ARENA_ARRAY(a, struct list, lists.n);
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

/* ---- summing a group ---- */

struct tag_sum {
    int64_t flat, cum, flat_div, cum_div;
    uint32_t mark;  /* number of the last group or list that touched it */
    uint32_t first; /* and its first sample to do so */
};

/* A worker's accumulators: per node for the group as a whole and for one list. */
struct accumulator {
    struct tag_sum *at;
    uint32_t *touched;
    uint32_t n_touched, number;
};

struct number_sum {
    uint32_t node, name;
    int64_t value;
    struct tag_sum sum;
};

/* A finished tag of a node. */
struct record {
    uint32_t node;
    bool numeric;
    struct graph_tag tag;
};

struct tagger {
    struct arena arena, group_arena;
    struct accumulator group, list;
    struct u64map number_at; /* node << 32 | name -> index into numbers, for the group being summed */
    VEC(struct number_sum) numbers;
    VEC(struct record) records;
};

static void accumulator_clear(struct accumulator *c) {
    c->number++;
    c->n_touched = 0;
}

static inline struct tag_sum *touch(struct accumulator *c, uint32_t node, uint32_t sample) {
    struct tag_sum *s = &c->at[node];
    if (s->mark != c->number) {
        *s = (struct tag_sum){.mark = c->number, .first = sample};
        c->touched[c->n_touched++] = node;
    }
    return s;
}

static void add_sample(const struct graph_tagging *t, struct accumulator *c, uint32_t sample) {
    const struct profile *v = t->w->view;
    uint32_t row = profile_row(v, sample);
    const struct graph_visits *visits = &t->visits[v->stack_of[row]];
    int64_t weight, divisor;
    graph_sample_weight(t->w, row, &weight, &divisor);
    for (uint32_t i = 0; i < visits->n; i++) {
        struct tag_sum *s = touch(c, visits->node[i], sample);
        s->cum = graph_add(s->cum, weight);
        s->cum_div = graph_add(s->cum_div, divisor);
    }
    if (visits->leaf == GRAPH_NONE) return;
    struct tag_sum *s = &c->at[visits->leaf];
    s->flat = graph_add(s->flat, weight);
    s->flat_div = graph_add(s->flat_div, divisor);
}

static void add_sum(struct tag_sum *to, const struct tag_sum *s) {
    to->flat = graph_add(to->flat, s->flat);
    to->cum = graph_add(to->cum, s->cum);
    to->flat_div = graph_add(to->flat_div, s->flat_div);
    to->cum_div = graph_add(to->cum_div, s->cum_div);
}

/* Numbers of one text are one tag; its value is that of the first sample to bring one. */
static void add_number(struct tagger *k, uint32_t node, const struct number *number, const struct tag_sum *s) {
    bool added;
    uint32_t i = u64map_put(&k->number_at, (uint64_t)node << 32 | number->name, (uint32_t)k->numbers.n, &added);
    if (added) {
        struct number_sum *fresh = VEC_PUSH(&k->group_arena, &k->numbers);
        *fresh = (struct number_sum){node, number->name, number->value, {.first = s->first}};
    }
    struct number_sum *n = &k->numbers.at[i];
    if (s->first < n->sum.first) {
        n->sum.first = s->first;
        n->value = number->value;
    }
    add_sum(&n->sum, s);
}

static void sum_list(const struct graph_tagging *t, struct tagger *k, uint32_t list) {
    const struct list *l = &t->list[list];
    struct accumulator *c = l->n_numbers ? &k->list : &k->group;
    if (l->n_numbers) accumulator_clear(c);
    for (uint32_t i = t->sample_off[list]; i < t->sample_off[list + 1]; i++) add_sample(t, c, t->sample[i]);
    if (!l->n_numbers) return;
    for (uint32_t i = 0; i < c->n_touched; i++) {
        uint32_t node = c->touched[i];
        const struct tag_sum *s = &c->at[node];
        add_sum(touch(&k->group, node, s->first), s);
        for (uint32_t j = 0; j < l->n_numbers; j++) add_number(k, node, &l->number[j], s);
    }
}

static void emit(const struct graph_tagging *t, struct tagger *k, uint32_t node, bool numeric, str name, int64_t value,
                 const struct tag_sum *s) {
    if (graph_abs(s->flat) < t->w->node_cutoff && graph_abs(s->cum) < t->w->node_cutoff) return;
    struct graph_tag tag = {.name = name,
                            .unit = numeric ? t->unit : STR_EMPTY,
                            .value = value,
                            .flat = s->flat,
                            .flat_div = s->flat_div,
                            .cum = s->cum,
                            .cum_div = s->cum_div};
    *VEC_PUSH(&k->arena, &k->records) = (struct record){node, numeric, tag};
}

static void sum_group(const struct graph_tagging *t, struct tagger *k, uint32_t group) {
    struct arena_mark mark = arena_mark(&k->group_arena);
    k->number_at = (struct u64map){.arena = &k->group_arena};
    k->numbers.at = NULL;
    k->numbers.n = k->numbers.cap = 0;
    accumulator_clear(&k->group);
    for (uint32_t i = t->group_off[group]; i < t->group_off[group + 1]; i++) sum_list(t, k, t->of_group[i]);
    for (uint32_t i = 0; t->groups.key[group].len && i < k->group.n_touched; i++) {
        uint32_t node = k->group.touched[i];
        emit(t, k, node, false, t->groups.key[group], 0, &k->group.at[node]);
    }
    for (size_t i = 0; i < k->numbers.n; i++) {
        const struct number_sum *n = &k->numbers.at[i];
        emit(t, k, n->node, true, t->names.key[n->name], n->value, &n->sum);
    }
    arena_rewind(&k->group_arena, mark);
}

static void sum_groups(void *context, int part) {
    struct graph_tagging *t = context;
    struct tagger *k = &t->worker[part];
    struct accumulator *each[] = {&k->group, &k->list};
    for (int i = 0; i < 2; i++) {
        each[i]->at = ARENA_ZERO(&k->arena, struct tag_sum, t->g->n_all);
        each[i]->touched = ARENA_ARRAY(&k->arena, uint32_t, t->g->n_all);
    }
    for (uint32_t group; (group = atomic_fetch_add(&t->next, 1)) < t->groups.n;) {
        size_t from = k->records.n;
        sum_group(t, k, group);
        t->output[group] = (struct group_output){(uint32_t)part, from, k->records.n};
    }
}

/* ---- handing the tags to the nodes ---- */

/* A node's share of the records: counted first, then filled. */
struct share {
    struct graph_tags tags;
    struct graph_tag *label, *number;
    struct graph_numeric *numeric;
    uint32_t n_numbers, last_group; /* last_group: group + 1 */
};

static void count_record(struct share *s, const struct record *r, uint32_t group) {
    if (!r->numeric) {
        s->tags.n_labels++;
        return;
    }
    if (s->last_group != group + 1) s->tags.n_numeric++;
    s->last_group = group + 1;
    s->n_numbers++;
}

static void make_room(struct arena *a, struct share *s) {
    s->label = ARENA_ARRAY(a, struct graph_tag, s->tags.n_labels);
    s->number = ARENA_ARRAY(a, struct graph_tag, s->n_numbers);
    s->numeric = ARENA_ARRAY(a, struct graph_numeric, s->tags.n_numeric);
    s->tags.label = s->label;
    s->tags.numeric = s->numeric;
    s->tags.n_labels = s->tags.n_numeric = s->n_numbers = s->last_group = 0;
}

static void fill_record(struct share *s, const struct record *r, uint32_t group, str label) {
    if (!r->numeric) {
        s->label[s->tags.n_labels++] = r->tag;
        return;
    }
    if (s->last_group != group + 1)
        s->numeric[s->tags.n_numeric++] = (struct graph_numeric){.label = label, .tag = &s->number[s->n_numbers]};
    s->last_group = group + 1;
    s->number[s->n_numbers++] = r->tag;
    s->numeric[s->tags.n_numeric - 1].n_tags++;
}

static void hand_out(struct graph_tagging *t) {
    struct share *share = ARENA_ZERO(t->w->arena, struct share, t->g->n_all);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < t->groups.n; i++) {
            const struct group_output *o = &t->output[i];
            for (size_t k = o->from; k < o->to; k++) {
                const struct record *r = &t->worker[o->worker].records.at[k];
                if (pass == 0)
                    count_record(&share[r->node], r, i);
                else
                    fill_record(&share[r->node], r, i, t->groups.key[i]);
            }
        }
        for (uint32_t i = 0; pass == 0 && i < t->g->n_all; i++) make_room(t->w->arena, &share[i]);
    }
    for (uint32_t i = 0; i < t->g->n_all; i++)
        if (share[i].tags.n_labels || share[i].tags.n_numeric) t->g->node[i].tags = &share[i].tags;
}

void graph_tag_nodes(struct graph_tagging *t, const struct graph_visits *visits) {
    struct arena *a = t->w->arena;
    t->visits = visits;
    t->output = ARENA_ARRAY(a, struct group_output, t->groups.n);
    uint32_t most = t->sample_off[t->n_lists] / SAMPLES_PER_WORKER + 1, threads = (uint32_t)task_threads();
    int workers = (int)(most < threads ? most : threads);
    t->worker = ARENA_ZERO(a, struct tagger, (size_t)workers);
    task_run(workers, sum_groups, t);
    hand_out(t);
    for (int i = 0; i < workers; i++) {
        arena_release(&t->worker[i].arena);
        arena_release(&t->worker[i].group_arena);
    }
}
