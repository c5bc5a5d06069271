/* Unit tests of order.c. */
#include "graph/order.h"

#include <stdlib.h>

#include "graph/names.h"
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

/* The straight version builds the name of each node. */
static void ranks_of_addresses_are_those_of_names(void **state) {
    (void)state;
    struct random r = {8};
    for (int round = 0; round < 400; round++) {
        struct arena a = {0};
        uint32_t n = 1 + random_below(&r, NAMES), want[NAMES];
        struct graph_node node[NAMES] = {{.line = 0}};
        str name[NAMES];
        for (uint32_t i = 0; i < n; i++) {
            /* many nodes share one; without an address, names are built */
            node[i].address = (uint64_t)(1 + random_below(&r, 50)) << 20 * random_below(&r, 3);
            if (random_one_in(&r, 2000)) node[i].address = 0;
            node[i].name = make_name(&a, &r, i ? node[random_below(&r, i)].name : STR(""));
            node[i].line = random_below(&r, 3);
            name[i] = graph_node_name(&a, &node[i]);
        }
        struct graph g = {.node = node, .n_all = n};
        struct graph_work w = {.arena = &a};
        graph_rank_names(&w, &g);
        graph_rank(&a, name, n, want);
        for (uint32_t i = 0; i < n; i++) assert_int_equal(w.rank[i], want[i]);
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_positions),
        cmocka_unit_test(ranks_of_addresses_are_those_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
