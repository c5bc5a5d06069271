/* Unit tests of rows.c. */
#include <stdlib.h>

#include "report/rows.h"
#include "testing/test.h"

/* Item i is "i\n". Every thousandth one claims an unknown size, or is really large. */
enum { LARGE_BYTES = 3 * 1024 * 1024 };
struct plan {
    bool unknown_sizes, large;
};

static void write_item(const void *context, struct arena *scratch, uint32_t item, struct sink *out) {
    const struct plan *p = context;
    str text = str_format(scratch, "%u\n", item);
    sink_str(out, text);
    if (p->large && item % 1000 == 0) sink_repeat(out, 'x', LARGE_BYTES);
}

static uint64_t item_size(const void *context, uint32_t item) {
    const struct plan *p = context;
    if (p->unknown_sizes && item % 1000 == 0) return UINT64_MAX;
    return 11 + (p->large && item % 1000 == 0 ? LARGE_BYTES : 0);
}

static void check(struct plan plan, uint32_t n) {
    struct sink want, got;
    struct arena a = {0};
    struct err e = {0};
    sink_to_memory(&want);
    sink_to_memory(&got);
    for (uint32_t i = 0; i < n; i++) write_item(&plan, &a, i, &want);
    struct rows rows = {.context = &plan, .write = write_item, .size = item_size};
    rows_write(&rows, n, &got);
    assert_true(str_equal(sink_bytes(&want), sink_bytes(&got)));
    sink_close(&want, &e);
    sink_close(&got, &e);
    arena_release(&a);
}

static void in_order_whatever_the_threads(void **state) {
    (void)state;
    static const char *const threads[] = {"1", "2", "7"};
    for (size_t i = 0; i < 3; i++) {
        setenv("CPROF_THREADS", threads[i], 1);
        check((struct plan){false, false}, 0);
        check((struct plan){false, false}, 1);
        check((struct plan){false, false}, 128 * 16 + 1);
        check((struct plan){false, false}, 20000);
        check((struct plan){true, false}, 20000);
        check((struct plan){false, true}, 3000);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_order_whatever_the_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
