/* Three-way quicksort by one word after another. */
#include "stacks/wordsort.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/cancel.h"
#include "base/hash.h"
#include "base/task.h"
#include "base/tuning.h"

enum { RANGES_PER_THREAD = 4 };

static void swap(struct wordsort_entry *x, struct wordsort_entry *y) {
    struct wordsort_entry t = *x;
    *x = *y;
    *y = t;
}

static uint64_t median(uint64_t x, uint64_t y, uint64_t z) {
    if (x > y) return z > x ? x : z > y ? z : y;
    return z > y ? y : z > x ? z : x;
}

/* Moves the entries whose word is less than a pivot, equal to it, and greater, next to each other: *less and *equal are
 * the numbers of the first two. A seeded hash picks the pivot, so that no input can make all pivots bad. */
static void split(struct wordsort_entry *e, uint32_t n, uint32_t *less, uint32_t *equal) {
    uint64_t h = hash_u64(n), pivot = median(e[h % n].word, e[(h >> 20) % n].word, e[(h >> 40) % n].word);
    uint32_t from = 0, i = 0, to = n;
    while (i < to) {
        if (e[i].word < pivot)
            swap(&e[from++], &e[i++]);
        else if (e[i].word > pivot)
            swap(&e[i], &e[--to]);
        else
            i++;
    }
    *less = from;
    *equal = to - from;
}

static int compare_items(const void *x, const void *y) {
    uint32_t a = ((const struct wordsort_entry *)x)->item, b = ((const struct wordsort_entry *)y)->item;
    return (a > b) - (a < b);
}

static void sort_few(const struct wordsort *s, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    while (n > 1) {
        for (uint32_t i = 1; i < n; i++) {
            struct wordsort_entry x = e[i];
            uint32_t k = i;
            for (; k > 0 && e[k - 1].word > x.word; k--) e[k] = e[k - 1];
            e[k] = x;
        }
        /* all runs of equal words but one that is as long as the whole are sorted by recursion, so that its depth is at
         * most n */
        uint32_t run = 1;
        for (uint32_t from = 0; from < n; from += run) {
            for (run = 1; from + run < n && e[from + run].word == e[from].word;) run++;
            if (run == n || run == 1) continue;
            if (s->load(s->context, e + from, run, depth + 1))
                sort_few(s, e + from, run, depth + 1);
            else
                qsort(e + from, run, sizeof *e, compare_items);
        }
        if (run < n) return;
        if (!s->load(s->context, e, n, ++depth)) {
            qsort(e, n, sizeof *e, compare_items);
            return;
        }
    }
}

static void sort_range(const struct wordsort *s, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    while (n > TUNING_FEW_STACKS) {
        uint32_t less, n_equal;
        if (n > TUNING_ORDER_ITEMS && cancel_wanted()) return;
        split(e, n, &less, &n_equal);
        /* sorts the two smaller parts by recursion, so that its depth is at most the logarithm of n; the largest part
         * in this loop */
        struct wordsort_entry *equal = e + less, *greater = equal + n_equal;
        uint32_t n_greater = n - less - n_equal;
        bool goes_on = s->load(s->context, equal, n_equal, depth + 1);
        if (!goes_on) qsort(equal, n_equal, sizeof *equal, compare_items);
        if (n_equal >= less && n_equal >= n_greater) {
            sort_range(s, e, less, depth);
            sort_range(s, greater, n_greater, depth);
            if (!goes_on) return;
            e = equal;
            n = n_equal;
            depth++;
            continue;
        }
        if (goes_on) sort_range(s, equal, n_equal, depth + 1);
        sort_range(s, less > n_greater ? greater : e, less > n_greater ? n_greater : less, depth);
        if (less <= n_greater) e = greater;
        n = less > n_greater ? less : n_greater;
    }
    sort_few(s, e, n, depth);
}

/* Entries that are in their place as a whole, but not sorted among each other. */
struct wordsort_range {
    struct wordsort_entry *e;
    uint32_t n;
    uint64_t depth;
};

struct sorting {
    const struct wordsort *sort;
    struct arena arena;
    VEC(struct wordsort_range) large, ready;
    uint32_t limit; /* ranges of up to this many entries are ready for a thread */
};

static void add_range(struct sorting *j, struct wordsort_range r) {
    if (r.n > j->limit)
        *VEC_PUSH(&j->arena, &j->large) = r;
    else if (r.n > 1)
        *VEC_PUSH(&j->arena, &j->ready) = r;
}

static void sort_ready(void *context, int part) {
    const struct sorting *j = context;
    const struct wordsort_range *r = &j->ready.at[part];
    if (cancel_wanted()) return;
    sort_range(j->sort, r->e, r->n, r->depth);
}

void wordsort_sort(const struct wordsort *s, struct wordsort_entry *e, uint32_t n) {
    if (n < 2) return;
    s->load(s->context, e, n, 0);
    if (n <= TUNING_ORDER_ITEMS || task_threads() == 1) {
        sort_range(s, e, n, 0);
        return;
    }
    struct sorting j = {.sort = s, .limit = n / (uint32_t)(task_threads() * RANGES_PER_THREAD) + 1};
    add_range(&j, (struct wordsort_range){e, n, 0});
    while (j.large.n && !cancel_wanted()) {
        struct wordsort_range r = j.large.at[--j.large.n];
        uint32_t less, equal;
        split(r.e, r.n, &less, &equal);
        add_range(&j, (struct wordsort_range){r.e, less, r.depth});
        add_range(&j, (struct wordsort_range){r.e + less + equal, r.n - less - equal, r.depth});
        if (s->load(s->context, r.e + less, equal, r.depth + 1))
            add_range(&j, (struct wordsort_range){r.e + less, equal, r.depth + 1});
        else
            qsort(r.e + less, equal, sizeof *e, compare_items);
    }
    task_run((int)j.ready.n, sort_ready, &j);
    arena_release(&j.arena);
}
