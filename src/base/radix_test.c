/* Sorting by numbers against sorting by comparisons. */
#include "base/hash.h"
#include "base/radix.h"
#include "testing/random.h"
#include "testing/test.h"

/* The order of equal keys is that of their values, which count up at first. */
static int compare(const void *left, const void *right) {
    const struct radix_item *l = left, *r = right;
    if (l->key != r->key) return l->key < r->key ? -1 : 1;
    return l->value < r->value ? -1 : l->value > r->value;
}

static void sorts_as_comparisons_do(void **state) {
    (void)state;
    struct arena a = {0};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct random r = {seed};
        uint32_t n = random_below(&r, seed % 3 ? 300 : 20);
        unsigned shift = random_below(&r, 64);
        struct radix_item *item = ARENA_ARRAY(&a, struct radix_item, n), *want = ARENA_ARRAY(&a, struct radix_item, n);
        for (uint32_t i = 0; i < n; i++) {
            uint64_t key =
                random_one_in(&r, 3) ? (uint64_t)random_below(&r, 5) << shift : hash_u64(random_below(&r, n)) >> shift;
            want[i] = item[i] = (struct radix_item){key, i};
        }
        if (n) qsort(want, n, sizeof *want, compare);
        radix_sort(&a, item, n);
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(item[i].key, want[i].key);
            assert_int_equal(item[i].value, want[i].value);
        }
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_as_comparisons_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
