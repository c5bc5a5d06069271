/* Sorts stacks by their collapsed text, through ranks of frames. */
#include "stacks/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/task.h"
#include "base/tuning.h"
#include "profile/foldname.h"
#include "stacks/wordsort.h"

enum { PARTS_MOST = 64 };

/* For each line of each location, at the index that it has in graph_names: its rank within a stack, and at the end of
 * one. */
struct ranks {
    uint32_t *inner, *last;
    uint32_t unknown; /* of <unknown>, the frame that is shown for a stack without frames */
};

struct frame_text {
    str text;
    uint32_t id; /* 2 * name + (1 if it ends a stack) */
};

static int compare_texts(const void *x, const void *y) {
    return str_compare(((const struct frame_text *)x)->text, ((const struct frame_text *)y)->text);
}

static str with_semicolon(struct arena *a, str s) { return str_join(a, (str[]){s, STR(";")}, 2, STR_EMPTY); }

/* Sorts the texts of distinct names. rank[2 * name] is the rank of a name within a stack, rank[2 * name + 1] its rank
 * at the end. */
static uint32_t *sort_texts(struct arena *a, struct arena *scratch, const struct intern *names, struct stackorder *s) {
    uint32_t n = 2 * names->n;
    struct frame_text *text = ARENA_ARRAY(scratch, struct frame_text, n);
    for (uint32_t i = 0; i < names->n; i++) {
        text[2 * i] = (struct frame_text){with_semicolon(a, foldname_escape(scratch, names->key[i], false)), 2 * i};
        text[2 * i + 1] = (struct frame_text){foldname_escape(a, names->key[i], true), 2 * i + 1};
    }
    qsort(text, n, sizeof *text, compare_texts);
    str *sorted = ARENA_ARRAY(a, str, (size_t)n + 1);
    uint32_t *rank = ARENA_ARRAY(scratch, uint32_t, n);
    sorted[0] = STR_EMPTY;
    for (uint32_t i = 0; i < n; i++) {
        sorted[i + 1] = text[i].text;
        rank[text[i].id] = i + 1;
    }
    s->text = sorted;
    s->n_ranks = n;
    return rank;
}

/* Ranks distinct texts rather than nodes, because different nodes may have the same name. */
static struct ranks rank_frames(struct arena *a, struct arena *scratch, const struct graph_names *names,
                                uint32_t n_locations, struct stackorder *s) {
    struct intern distinct = {.arena = scratch};
    uint32_t *name_of = ARENA_ARRAY(scratch, uint32_t, names->n_nodes);
    for (uint32_t i = 0; i < names->n_nodes; i++)
        name_of[i] = intern_id(&distinct, graph_node_name(scratch, &names->node[i]));
    uint32_t unknown = intern_id(&distinct, STR("<unknown>"));
    const uint32_t *rank = sort_texts(a, scratch, &distinct, s);

    uint32_t n = names->first[n_locations];
    struct ranks r = {ARENA_ARRAY(scratch, uint32_t, n), ARENA_ARRAY(scratch, uint32_t, n), rank[2 * unknown + 1]};
    for (uint32_t i = 0; i < n; i++) {
        r.inner[i] = rank[2 * name_of[names->node_of[i]]];
        r.last[i] = rank[2 * name_of[names->node_of[i]] + 1];
    }
    return r;
}

struct packing {
    struct stackorder *s;
    const struct profile *view;
    const struct graph_names *names;
    const struct ranks *ranks;
    const size_t *text_length; /* [rank] */
    int n_parts;
    void (*pack)(struct packing *p, uint32_t item);
};

static void count_words(struct packing *p, uint32_t item) {
    const struct profile *v = p->view;
    const uint32_t *first = p->names->first;
    stack_id stack = p->s->item[item];
    uint64_t n = 0;
    for (uint64_t f = v->stack_off[stack]; f < v->stack_off[stack + 1]; f++)
        n += first[v->frame[f] + 1] - first[v->frame[f]];
    if (n == 0) n = 1; /* <unknown> */
    p->s->at[item] = (n + p->s->per_word - 1) / p->s->per_word;
}

struct packer {
    const struct packing *p;
    uint64_t *to, word, length;
    unsigned filled; /* ranks in `word` */
};

static inline void pack_rank(struct packer *k, uint32_t rank) {
    const struct stackorder *s = k->p->s;
    k->length += k->p->text_length[rank];
    k->word |= (uint64_t)rank << (64 - s->bits * ++k->filled);
    if (k->filled < s->per_word) return;
    *k->to++ = k->word;
    k->word = k->filled = 0;
}

static void pack_words(struct packing *p, uint32_t item) {
    const struct profile *v = p->view;
    const struct ranks *r = p->ranks;
    const uint32_t *first = p->names->first;
    struct packer k = {.p = p, .to = p->s->word + p->s->at[item]};
    stack_id stack = p->s->item[item];
    uint64_t from = v->stack_off[stack], f = v->stack_off[stack + 1];
    if (f == from) pack_rank(&k, r->unknown);
    while (f-- > from) {
        uint32_t innermost = first[v->frame[f]], i = first[v->frame[f] + 1];
        while (i-- > innermost) pack_rank(&k, f == from && i == innermost ? r->last[i] : r->inner[i]);
    }
    if (k.filled) *k.to = k.word;
    p->s->length[item] = k.length;
}

static void pack_part(void *context, int part) {
    struct packing *p = context;
    uint32_t from = (uint32_t)((uint64_t)p->s->n * (uint64_t)part / (uint64_t)p->n_parts);
    uint32_t to = (uint32_t)((uint64_t)p->s->n * ((uint64_t)part + 1) / (uint64_t)p->n_parts);
    for (uint32_t i = from; i < to; i++) p->pack(p, i);
}

static void pack_stacks(struct arena *a, struct packing *p) {
    struct stackorder *s = p->s;
    uint32_t parts = s->n / TUNING_ORDER_ITEMS;
    p->n_parts = parts < 1 ? 1 : parts > PARTS_MOST ? PARTS_MOST : (int)parts;
    s->at = ARENA_ARRAY(a, uint64_t, (size_t)s->n + 1);
    s->length = ARENA_ARRAY(a, uint64_t, s->n);
    p->pack = count_words;
    task_run(p->n_parts, pack_part, p);
    uint64_t total = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint64_t n = s->at[i];
        s->at[i] = total;
        total += n;
    }
    s->at[s->n] = total;
    s->word = ARENA_ARRAY(a, uint64_t, total);
    p->pack = pack_words;
    task_run(p->n_parts, pack_part, p);
}

/* The words of the items at `depth`. No key is the start of another key, because ranks at the end of a stack never
 * occur within one. */
static bool load_words(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct stackorder *s = context;
    if (depth == s->at[e[0].item + 1] - s->at[e[0].item]) return false;
    for (uint32_t i = 0; i < n; i++) e[i].word = s->word[s->at[e[i].item] + depth];
    return true;
}

static void sort_items(struct arena *a, struct arena *scratch, struct stackorder *s) {
    struct wordsort_entry *e = ARENA_ARRAY(scratch, struct wordsort_entry, s->n);
    for (uint32_t i = 0; i < s->n; i++) e[i].item = i;
    wordsort_sort(&(struct wordsort){load_words, s}, e, s->n);
    s->order = ARENA_ARRAY(a, uint32_t, s->n);
    for (uint32_t i = 0; i < s->n; i++) s->order[i] = e[i].item;
}

struct stackorder *stackorder_make(struct arena *a, const struct profile *v, const struct options *o,
                                   const stack_id *item, uint32_t n) {
    struct arena scratch = {0};
    struct stackorder *s = ARENA_NEW(a, struct stackorder);
    s->item = item;
    s->n = n;
    const struct graph_names *names = graph_names(&scratch, v, o, false);
    struct ranks ranks = rank_frames(a, &scratch, names, v->n_locations, s);
    size_t *length = ARENA_ARRAY(&scratch, size_t, (size_t)s->n_ranks + 1);
    for (uint32_t i = 0; i <= s->n_ranks; i++) length[i] = s->text[i].len;
    s->bits = 1;
    while (s->bits < 32 && s->n_ranks >> s->bits) s->bits++;
    s->per_word = 64 / s->bits;
    pack_stacks(a, &(struct packing){.s = s, .view = v, .names = names, .ranks = &ranks, .text_length = length});
    sort_items(a, &scratch, s);
    arena_release(&scratch);
    return s;
}

bool stackorder_equal(const struct stackorder *s, uint32_t x, uint32_t y) {
    uint64_t n = s->at[x + 1] - s->at[x];
    return s->at[y + 1] - s->at[y] == n && memcmp(s->word + s->at[x], s->word + s->at[y], n * sizeof *s->word) == 0;
}

void stackorder_text(const struct stackorder *s, uint32_t item, char *to) {
    uint64_t mask = ((uint64_t)1 << s->bits) - 1;
    for (uint64_t w = s->at[item]; w < s->at[item + 1]; w++) {
        for (unsigned i = 1; i <= s->per_word; i++) {
            str text = s->text[s->word[w] >> (64 - s->bits * i) & mask]; /* rank 0, after the last frame, has an empty
                                                                            text */
            memcpy(to, text.ptr, text.len);
            to += text.len;
        }
    }
}
