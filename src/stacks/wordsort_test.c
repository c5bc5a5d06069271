/* Unit tests of wordsort.c. */
#include "stacks/wordsort.h"

#include <stdlib.h>

#include "testing/random.h"
#include "testing/test.h"

enum { KEYS = 40000, LONGEST = 9, LONG = 2000 };

/* Keys end with a word of 0, the only one. */
struct keys {
    const uint64_t *key[KEYS];
};

static bool load(const void *context, struct wordsort_entry *e, uint32_t n, uint64_t depth) {
    const struct keys *k = context;
    if (depth && e[0].word == 0) return false;
    for (uint32_t i = 0; i < n; i++) e[i].word = k->key[e[i].item][depth];
    return true;
}

static const struct keys *comparing;

static int compare(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    const uint64_t *p = comparing->key[a], *q = comparing->key[b];
    for (; *p == *q && *p; p++) q++;
    return *p != *q ? (*p > *q) - (*p < *q) : (a > b) - (a < b);
}

/* The straight way is qsort. */
static void expect_order(const struct keys *k, uint32_t n) {
    static uint32_t want[KEYS];
    static struct wordsort_entry e[KEYS];
    static const char *const threads[] = {"1", "4"};
    for (uint32_t i = 0; i < n; i++) want[i] = i;
    comparing = k;
    qsort(want, n, sizeof *want, compare);
    for (int t = 0; t < 2; t++) {
        setenv("CPROF_THREADS", threads[t], 1);
        for (uint32_t i = 0; i < n; i++) e[i].item = n - 1 - i;
        wordsort_sort(&(struct wordsort){load, k}, e, n);
        for (uint32_t i = 0; i < n; i++) assert_int_equal(e[i].item, want[i]);
    }
    unsetenv("CPROF_THREADS");
}

static void items_are_sorted_by_their_keys(void **state) {
    (void)state;
    struct arena a = {0};
    static struct keys k;
    struct random r = {1};
    for (unsigned kinds = 1; kinds <= 1000; kinds *= 10) {
        for (uint32_t i = 0; i < KEYS; i++) {
            uint64_t *key = ARENA_ZERO(&a, uint64_t, LONGEST + 1);
            for (uint32_t d = 0, n = random_below(&r, LONGEST + 1); d < n; d++)
                key[d] = UINT64_MAX - random_below(&r, kinds);
            k.key[i] = key;
        }
        expect_order(&k, KEYS);
        for (uint32_t n = 0; n < 20; n++) expect_order(&k, n);
    }
    arena_release(&a);
}

/* Equal keys, and keys that differ in their last word only, need no deep recursion. */
static void long_common_starts_are_skipped(void **state) {
    (void)state;
    struct arena a = {0};
    static struct keys k;
    for (uint32_t i = 0; i < 300; i++) {
        uint64_t *key = ARENA_ZERO(&a, uint64_t, LONG + 1);
        for (uint32_t d = 0; d < LONG; d++) key[d] = 7;
        key[LONG - 1] = i % 3 ? 1 + i * 7919 % 10 : 7;
        k.key[i] = key;
    }
    expect_order(&k, 300);
    expect_order(&k, 3);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_sorted_by_their_keys),
        cmocka_unit_test(long_common_starts_are_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
