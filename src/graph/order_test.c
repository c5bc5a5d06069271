/* Unit tests of order.c. */
#include "graph/order.h"

#include <stdlib.h>

#include "testing/random.h"
#include "testing/test.h"

enum { NAMES = 300 };

static int compare_names(const void *left, const void *right) {
    return str_compare(*(const str *)left, *(const str *)right);
}

/* A name that often starts as the one before it, or equals it; with few different bytes, zeros among them. */
static str make_name(struct arena *a, struct random *r, str before) {
    if (random_one_in(r, 5)) return random_one_in(r, 2) ? before : str_copy(a, before);
    static const char bytes[] = "aab\0\xff";
    size_t common = before.len ? random_below(r, (uint32_t)before.len + 1) : 0,
           more = random_below(r, random_one_in(r, 20) ? 900 : 12);
    char *name = arena_alloc(a, common + more + 1);
    if (common) memcpy(name, before.ptr, common);
    for (size_t i = 0; i < more; i++) name[common + i] = bytes[random_below(r, 5)];
    return (str){name, common + more};
}

static void ranks_are_positions(void **state) {
    (void)state;
    struct random r = {7};
    for (int round = 0; round < 400; round++) {
        struct arena a = {0};
        str name[NAMES], sorted[NAMES];
        uint32_t rank[NAMES], n = 1 + random_below(&r, NAMES), next = 0;
        for (uint32_t i = 0; i < n; i++)
            sorted[i] = name[i] = make_name(&a, &r, i ? name[random_below(&r, i)] : STR(""));
        qsort(sorted, n, sizeof *sorted, compare_names);
        graph_rank(&a, name, n, rank);
        for (uint32_t i = 0; i < n; i++) {
            if (i && !str_equal(sorted[i - 1], sorted[i])) next++;
            for (uint32_t k = 0; k < n; k++)
                if (str_equal(name[k], sorted[i])) assert_int_equal(rank[k], next);
        }
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranks_are_positions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
