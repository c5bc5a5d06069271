/* Tags, second half: sums each group of samples over the nodes that its stacks visit, in accumulators small enough for
 * the cache. */
#include "graph/tag_sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/task.h"
#include "base/tuning.h"

struct tag_sum {
    int64_t flat, cum, flat_div, cum_div;
    uint32_t mark;  /* number of the last group or list that touched it */
    uint32_t first; /* the first sample of that group or list to touch it */
};

/* The accumulators of a worker, per node: one for the whole group and one for a list. */
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

/* A number that reached the cutoff, and the group it was found in. */
struct number_tag {
    uint32_t node, group;
    struct graph_tag tag;
};

/* A group as a label tag of a node. */
struct label_tag {
    uint32_t group;
    struct tag_sum sum;
};

/* The heaviest label tags of a node, in the two orders in which reports may show them. A node may have thousands of
 * tags. */
struct heaviest {
    struct label_tag by_flat[GRAPH_NODELETS], by_cum[GRAPH_NODELETS];
    uint32_t n_flat, n_cum; /* lengths of the two */
    uint32_t n_weighty;     /* label tags and numbers with a flat value; counting stops at GRAPH_NODELETS */
};

struct graph_tagger {
    struct arena arena, group_arena;
    struct accumulator group, list;
    struct u64map number_at; /* node << 32 | name -> index into numbers, for the group being summed */
    VEC(struct number_sum) numbers;
    VEC(struct number_tag) found; /* groups ascending */
    struct heaviest **heaviest;   /* per node; NULL where it has no tag yet. The array is NULL for a worker without
                                     groups */
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

static const struct graph_visits *visits_of(const struct graph_tagging *t, uint32_t sample) {
    const struct profile *v = t->w->view;
    return &t->visits[v->stack_of[profile_row(v, sample)]];
}

static void add_sample(const struct graph_tagging *t, struct accumulator *c, uint32_t sample) {
    const struct graph_visits *visits = visits_of(t, sample);
    int64_t weight, divisor;
    graph_sample_weight(t->w, profile_row(t->w->view, sample), &weight, &divisor);
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

/* Prefetches the data of a stack some samples ahead, because stacks are scattered over memory. */
static void add_samples(const struct graph_tagging *t, struct accumulator *c, const uint32_t *sample, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (n - i > 2 * TUNING_TAGS_AHEAD) __builtin_prefetch(visits_of(t, sample[i + 2 * TUNING_TAGS_AHEAD]));
        if (n - i > TUNING_TAGS_AHEAD) __builtin_prefetch(visits_of(t, sample[i + TUNING_TAGS_AHEAD])->node);
        add_sample(t, c, sample[i]);
    }
}

static void add_sum(struct tag_sum *to, const struct tag_sum *s) {
    to->flat = graph_add(to->flat, s->flat);
    to->cum = graph_add(to->cum, s->cum);
    to->flat_div = graph_add(to->flat_div, s->flat_div);
    to->cum_div = graph_add(to->cum_div, s->cum_div);
}

/* Numbers with the same text are one tag; its value is that of the first sample with one. */
static void add_number(struct graph_tagger *k, uint32_t node, const struct graph_tag_number *number,
                       const struct tag_sum *s) {
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

static void sum_list(const struct graph_tagging *t, struct graph_tagger *k, uint32_t list) {
    const struct graph_tag_list *l = &t->list[list];
    struct accumulator *c = l->n_numbers ? &k->list : &k->group;
    if (l->n_numbers) accumulator_clear(c);
    const uint32_t *off = t->sample_off + list;
    add_samples(t, c, t->sample + off[0], off[1] - off[0]);
    if (!l->n_numbers) return;
    for (uint32_t i = 0; i < c->n_touched; i++) {
        uint32_t node = c->touched[i];
        const struct tag_sum *s = &c->at[node];
        add_sum(touch(&k->group, node, s->first), s);
        for (uint32_t j = 0; j < l->n_numbers; j++) add_number(k, node, &l->number[j], s);
    }
}

static struct heaviest *heaviest_of(struct graph_tagger *k, uint32_t node) {
    if (!k->heaviest[node]) k->heaviest[node] = ARENA_NEW(&k->arena, struct heaviest);
    return k->heaviest[node];
}

static bool is_heavier(const struct graph_tagging *t, const struct label_tag *l, const struct label_tag *r,
                       bool by_cum) {
    int64_t left = graph_abs(l->sum.cum), right = graph_abs(r->sum.cum);
    if (by_cum && left != right) return left > right;
    left = graph_abs(l->sum.flat);
    right = graph_abs(r->sum.flat);
    if (left != right) return left > right;
    return str_compare(t->groups.key[l->group], t->groups.key[r->group]) < 0;
}

/* Inserts a label tag among the heaviest, unless all of those are heavier. */
static void offer(const struct graph_tagging *t, struct label_tag *best, uint32_t *n, const struct label_tag *l,
                  bool by_cum) {
    uint32_t i = *n;
    if (i == GRAPH_NODELETS) {
        if (!is_heavier(t, l, &best[--i], by_cum)) return;
    } else {
        ++*n;
    }
    for (; i > 0 && is_heavier(t, l, &best[i - 1], by_cum); i--) best[i] = best[i - 1];
    best[i] = *l;
}

static void count_weighty(struct heaviest *h, int64_t flat) {
    if (flat && h->n_weighty < GRAPH_NODELETS) h->n_weighty++;
}

static bool reaches_cutoff(const struct graph_tagging *t, const struct tag_sum *s) {
    return graph_abs(s->flat) >= t->w->node_cutoff || graph_abs(s->cum) >= t->w->node_cutoff;
}

static void keep_label(const struct graph_tagging *t, struct graph_tagger *k, uint32_t group, uint32_t node) {
    struct label_tag l = {group, k->group.at[node]};
    if (!reaches_cutoff(t, &l.sum)) return;
    struct heaviest *h = heaviest_of(k, node);
    offer(t, h->by_flat, &h->n_flat, &l, false);
    offer(t, h->by_cum, &h->n_cum, &l, true);
    count_weighty(h, l.sum.flat);
}

static struct graph_tag as_tag(str name, const struct tag_sum *s) {
    return (struct graph_tag){.name = name,
                              .unit = STR_EMPTY,
                              .flat = s->flat,
                              .flat_div = s->flat_div,
                              .cum = s->cum,
                              .cum_div = s->cum_div};
}

static void keep_number(const struct graph_tagging *t, struct graph_tagger *k, uint32_t group,
                        const struct number_sum *n) {
    if (!reaches_cutoff(t, &n->sum)) return;
    struct graph_tag tag = as_tag(t->names.key[n->name], &n->sum);
    tag.unit = t->unit;
    tag.value = n->value;
    *VEC_PUSH(&k->arena, &k->found) = (struct number_tag){n->node, group, tag};
    count_weighty(heaviest_of(k, n->node), n->sum.flat);
}

/* Allocates lazily: a worker may never get a group. */
static void prepare_tagger(const struct graph_tagging *t, struct graph_tagger *k) {
    struct accumulator *each[] = {&k->group, &k->list};
    for (int i = 0; i < 2; i++) {
        each[i]->at = ARENA_ZERO(&k->arena, struct tag_sum, t->g->n_all);
        each[i]->touched = ARENA_ARRAY(&k->arena, uint32_t, t->g->n_all);
    }
    k->heaviest = ARENA_ZERO(&k->arena, struct heaviest *, t->g->n_all);
}

static void start_group(const struct graph_tagging *t, struct graph_tagger *k) {
    if (!k->heaviest) prepare_tagger(t, k);
    k->number_at = (struct u64map){.arena = &k->group_arena};
    k->numbers.at = NULL;
    k->numbers.n = k->numbers.cap = 0;
    accumulator_clear(&k->group);
}

static void keep_group(const struct graph_tagging *t, struct graph_tagger *k, uint32_t group) {
    for (uint32_t i = 0; t->groups.key[group].len && i < k->group.n_touched; i++)
        keep_label(t, k, group, k->group.touched[i]);
    for (size_t i = 0; i < k->numbers.n; i++) keep_number(t, k, group, &k->numbers.at[i]);
}

/* Sums whole groups, one per worker at a time. */
static void sum_groups(void *context, int worker, uint32_t from, uint32_t to) {
    struct graph_tagging *t = context;
    struct graph_tagger *k = &t->worker[worker];
    for (uint32_t group = from; group < to; group++) {
        struct arena_mark mark = arena_mark(&k->group_arena);
        start_group(t, k);
        for (uint32_t i = t->group_off[group]; i < t->group_off[group + 1]; i++) sum_list(t, k, t->of_group[i]);
        keep_group(t, k, group);
        arena_rewind(&k->group_arena, mark);
    }
}

/* Starts a worker on its share of the lists of one group. */
static void start_part_of_group(void *context, int worker) {
    struct graph_tagging *t = context;
    start_group(t, &t->worker[worker]);
}

static void sum_lists(void *context, int worker, uint32_t from, uint32_t to) {
    struct graph_tagging *t = context;
    const uint32_t *list = t->of_group + t->group_off[t->group];
    for (uint32_t i = from; i < to; i++) sum_list(t, &t->worker[worker], list[i]);
}

/* Adds the sums that another worker has for the same group. */
static void join_group(struct graph_tagger *into, const struct graph_tagger *from) {
    for (uint32_t i = 0; i < from->group.n_touched; i++) {
        uint32_t node = from->group.touched[i];
        const struct tag_sum *s = &from->group.at[node];
        add_sum(touch(&into->group, node, s->first), s);
    }
    for (size_t i = 0; i < from->numbers.n; i++) {
        const struct number_sum *n = &from->numbers.at[i];
        add_number(into, n->node, &(struct graph_tag_number){n->name, n->value}, &n->sum);
    }
}

static void sum_groups_together(struct graph_tagging *t) {
    for (t->group = 0; t->group < t->groups.n; t->group++) {
        uint32_t n_lists = t->group_off[t->group + 1] - t->group_off[t->group];
        int workers =
            task_chunks((struct task_chunks){start_part_of_group, sum_lists, t, n_lists, 1, (int)t->n_workers, false});
        for (int k = 1; k < workers; k++) join_group(&t->worker[0], &t->worker[k]);
        keep_group(t, &t->worker[0], t->group);
        for (int k = 0; k < workers; k++) arena_release(&t->worker[k].group_arena);
    }
}

/* Adds what another worker found for a node. */
static void join(const struct graph_tagging *t, struct heaviest *into, const struct heaviest *from) {
    for (uint32_t i = 0; i < from->n_flat; i++) offer(t, into->by_flat, &into->n_flat, &from->by_flat[i], false);
    for (uint32_t i = 0; i < from->n_cum; i++) offer(t, into->by_cum, &into->n_cum, &from->by_cum[i], true);
    for (uint32_t i = 0; i < from->n_weighty; i++) count_weighty(into, 1);
}

static bool is_among(const struct label_tag *l, uint32_t n, uint32_t group) {
    for (uint32_t i = 0; i < n; i++)
        if (l[i].group == group) return true;
    return false;
}

static bool is_shown(const struct graph_tagging *t, const struct heaviest *h, uint32_t group) {
    return !t->groups.key[group].len || is_among(h->by_flat, h->n_flat, group) || is_among(h->by_cum, h->n_cum, group);
}

static void set_labels(const struct graph_tagging *t, const struct heaviest *h, struct graph_tags *to) {
    struct graph_tag *label = ARENA_ARRAY(t->w->arena, struct graph_tag, h->n_flat + h->n_cum);
    to->label = label;
    for (uint32_t i = 0; i < h->n_flat; i++)
        label[to->n_labels++] = as_tag(t->groups.key[h->by_flat[i].group], &h->by_flat[i].sum);
    for (uint32_t i = 0; i < h->n_cum; i++)
        if (!is_among(h->by_flat, h->n_flat, h->by_cum[i].group))
            label[to->n_labels++] = as_tag(t->groups.key[h->by_cum[i].group], &h->by_cum[i].sum);
}

static int compare_numbers(const void *left, const void *right) {
    const struct number_tag *l = left, *r = right;
    if (l->node != r->node) return l->node < r->node ? -1 : 1;
    if (l->group != r->group) return l->group < r->group ? -1 : 1;
    return str_compare(l->tag.name, r->tag.name);
}

/* Sets the numbers of a node, which are sorted by group. Skips those of groups that are not shown. */
static void set_numbers(const struct graph_tagging *t, const struct heaviest *h, const struct number_tag *n,
                        size_t count, struct graph_tags *to) {
    struct graph_tag *tag = ARENA_ARRAY(t->w->arena, struct graph_tag, count);
    struct graph_numeric *numeric = ARENA_ARRAY(t->w->arena, struct graph_numeric, count);
    to->numeric = numeric;
    for (size_t i = 0; i < count; i++) {
        if (!is_shown(t, h, n[i].group)) continue;
        if (i == 0 || n[i].group != n[i - 1].group)
            numeric[to->n_numeric++] = (struct graph_numeric){.label = t->groups.key[n[i].group], .tag = tag};
        *tag++ = n[i].tag;
        numeric[to->n_numeric - 1].n_tags++;
    }
}

/* The numbers of all workers, sorted by node and group. */
static struct number_tag *all_numbers(const struct graph_tagging *t, size_t *n) {
    *n = 0;
    for (uint32_t i = 0; i < t->n_workers; i++) *n += t->worker[i].found.n;
    struct number_tag *all = ARENA_ARRAY(t->w->arena, struct number_tag, *n), *to = all;
    for (uint32_t i = 0; i < t->n_workers; i++) {
        if (t->worker[i].found.n) memcpy(to, t->worker[i].found.at, t->worker[i].found.n * sizeof *to);
        to += t->worker[i].found.n;
    }
    qsort(all, *n, sizeof *all, compare_numbers);
    return all;
}

static void hand_out(struct graph_tagging *t) {
    size_t n_numbers, at = 0;
    const struct number_tag *number = all_numbers(t, &n_numbers);
    for (uint32_t i = 0; i < t->g->n_all; i++) {
        struct heaviest all = {.n_flat = 0};
        bool any = false;
        for (uint32_t k = 0; k < t->n_workers; k++) {
            if (!t->worker[k].heaviest || !t->worker[k].heaviest[i]) continue;
            join(t, &all, t->worker[k].heaviest[i]);
            any = true;
        }
        size_t from = at;
        while (at < n_numbers && number[at].node == i) at++;
        if (!any) continue;
        struct graph_tags *tags = ARENA_NEW(t->w->arena, struct graph_tags);
        tags->n_weighty = all.n_weighty;
        set_labels(t, &all, tags);
        set_numbers(t, &all, number + from, at - from, tags);
        t->g->node[i].tags = tags;
    }
}

void graph_tag_nodes(struct graph_tagging *t, const struct graph_visits *visits) {
    t->visits = visits;
    t->n_workers = graph_tag_workers(t->sample_off[t->n_lists]);
    t->worker = ARENA_ZERO(t->w->arena, struct graph_tagger, t->n_workers);
    if (t->groups.n < 2 * t->n_workers)
        sum_groups_together(t);
    else
        task_chunks((struct task_chunks){NULL, sum_groups, t, t->groups.n, 1, (int)t->n_workers, false});
    hand_out(t);
    for (uint32_t i = 0; i < t->n_workers; i++) {
        arena_release(&t->worker[i].arena);
        arena_release(&t->worker[i].group_arena);
    }
}
