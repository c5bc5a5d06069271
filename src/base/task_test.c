#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/task.h"

static atomic_int runs[8], threads_inside[8];

static void inner(void *context, int part) {
    (void)context;
    (void)part;
}

static void outer(void *context, int part) {
    (void)context;
    atomic_fetch_add(&runs[part], 1);
    task_run(2, inner, NULL);
    atomic_store(&threads_inside[part], task_threads());
}

static void expect_inside(const char *threads, int n_parts, int want) {
    setenv("CPROF_THREADS", threads, 1);
    int all = task_threads();
    for (int i = 0; i < n_parts; i++) atomic_store(&runs[i], 0);
    task_run(n_parts, outer, NULL);
    for (int i = 0; i < n_parts; i++) {
        assert_int_equal(atomic_load(&runs[i]), 1);
        assert_int_equal(atomic_load(&threads_inside[i]), want);
    }
    assert_int_equal(task_threads(), all);
}

/* Tasks inside tasks do not ask for more threads than there are. */
static void threads_are_shared(void **state) {
    (void)state;
    expect_inside("4", 1, 4);
    expect_inside("4", 2, 2);
    expect_inside("4", 8, 1);
    expect_inside("2", 8, 1);
    expect_inside("1", 8, 1);
}

enum { SLOTS = 5, PIECES = 1000 };

struct pieces {
    int made[SLOTS]; /* the number of the piece in the slot; done: negative */
    int n_told;
};

static void do_piece(void *context, int slot) {
    struct pieces *p = context;
    assert_true(p->made[slot] > 0);
    p->made[slot] = -p->made[slot];
}

static void take_piece(void *context, int slot) {
    struct pieces *p = context;
    assert_int_equal(-p->made[slot], ++p->n_told);
    p->made[slot] = 0;
}

static void expect_in_order(const char *threads, int n) {
    struct arena a = {0};
    struct pieces p = {0};
    setenv("CPROF_THREADS", threads, 1);
    struct task_line_state *l = task_line_start(&a, (struct task_line){do_piece, take_piece, &p, SLOTS});
    for (int i = 1, slot = 0; i <= n; i++) {
        assert_int_equal(p.made[slot], 0);
        p.made[slot] = i;
        slot = task_line_next(l);
    }
    task_line_end(l);
    assert_int_equal(p.n_told, n);
    arena_release(&a);
}

static void pieces_of_a_line_are_taken_in_their_order(void **state) {
    (void)state;
    const char *threads[] = {"1", "2", "3", "16"};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        expect_in_order(threads[i], 0);
        expect_in_order(threads[i], 1);
        expect_in_order(threads[i], SLOTS);
        expect_in_order(threads[i], PIECES);
    }
}

struct relayed {
    atomic_uint first, second; /* items done */
};

static void do_first(void *context, uint32_t from, uint32_t to) {
    struct relayed *r = context;
    assert_int_equal(atomic_load(&r->first), from);
    assert_true(from < to);
    atomic_store(&r->first, to);
}

static void do_second(void *context, uint32_t from, uint32_t to) {
    struct relayed *r = context;
    assert_int_equal(atomic_load(&r->second), from);
    assert_true(from < to && to <= atomic_load(&r->first));
    atomic_store(&r->second, to);
}

static void the_second_step_follows_the_first(void **state) {
    (void)state;
    const char *threads[] = {"1", "2", "16"};
    const uint32_t sizes[] = {0, 1, 9, 10, 11, 20, 100000};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct relayed r = {0};
            setenv("CPROF_THREADS", threads[t], 1);
            int before = task_threads();
            task_relay((struct task_relay){do_first, do_second, &r, sizes[i], 10});
            assert_int_equal(atomic_load(&r.second), sizes[i]);
            assert_int_equal(task_threads(), before);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_are_shared),
                                       cmocka_unit_test(pieces_of_a_line_are_taken_in_their_order),
                                       cmocka_unit_test(the_second_step_follows_the_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
