/* Unit tests of task.c. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/cancel.h"
#include "base/task.h"
#include "testing/test.h"

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

/* Nested tasks use no more threads than there are. */
static void threads_are_shared(void **state) {
    (void)state;
    expect_inside("4", 1, 4);
    expect_inside("4", 2, 2);
    expect_inside("4", 8, 1);
    expect_inside("2", 8, 1);
    expect_inside("1", 8, 1);
}

enum { ITEMS = 1000, CHUNK = 7, WORKERS = 3 };

struct chunk_counts {
    atomic_int item[ITEMS], started[WORKERS];
    atomic_int n_chunks;
};

static void count_start(void *context, int worker) {
    struct chunk_counts *c = context;
    atomic_fetch_add(&c->started[worker], 1);
}

static void count_chunk(void *context, int worker, uint32_t from, uint32_t to) {
    struct chunk_counts *c = context;
    assert_int_equal(atomic_load(&c->started[worker]), 1);
    assert_true(from % CHUNK == 0 && from < to && to - from <= CHUNK);
    for (uint32_t i = from; i < to; i++) atomic_fetch_add(&c->item[i], 1);
    atomic_fetch_add(&c->n_chunks, 1);
}

static void expect_chunks(const char *threads, uint32_t n, int most_workers, int most_started) {
    struct chunk_counts c = {0};
    setenv("CPROF_THREADS", threads, 1);
    int workers = task_chunks((struct task_chunks){count_start, count_chunk, &c, n, CHUNK, most_workers, false});
    assert_in_range(workers, 1, most_started);
    for (int i = 0; i < WORKERS; i++) assert_int_equal(atomic_load(&c.started[i]), i < workers);
    for (uint32_t i = 0; i < ITEMS; i++) assert_int_equal(atomic_load(&c.item[i]), i < n);
    assert_int_equal(atomic_load(&c.n_chunks), (n + CHUNK - 1) / CHUNK);
}

static void chunks_cover_each_item_once(void **state) {
    (void)state;
    expect_chunks("4", ITEMS, WORKERS, WORKERS);
    expect_chunks("2", ITEMS, WORKERS, 2);
    expect_chunks("1", ITEMS, WORKERS, 1);
    expect_chunks("4", ITEMS, 1, 1);
    expect_chunks("4", CHUNK, WORKERS, WORKERS);
    expect_chunks("4", CHUNK + 1, WORKERS, WORKERS);
    expect_chunks("4", 0, WORKERS, WORKERS);
}

enum { SLOTS = 5, PIECES = 1000 };

struct pieces {
    int made[SLOTS]; /* the number of the piece in the slot; negative once done */
    int n_delivered;
};

static void do_piece(void *context, int slot) {
    struct pieces *p = context;
    assert_true(p->made[slot] > 0);
    p->made[slot] = -p->made[slot];
}

static void take_piece(void *context, int slot) {
    struct pieces *p = context;
    assert_int_equal(-p->made[slot], ++p->n_delivered);
    p->made[slot] = 0;
}

static void expect_in_order(const char *threads, int n) {
    struct arena a = {0};
    struct pieces p = {0};
    setenv("CPROF_THREADS", threads, 1);
    struct task_queue_state *l = task_queue_start(&a, (struct task_queue){do_piece, take_piece, &p, SLOTS});
    for (int i = 1, slot = 0; i <= n; i++) {
        assert_int_equal(p.made[slot], 0);
        p.made[slot] = i;
        slot = task_queue_push(l);
    }
    task_queue_finish(l);
    assert_int_equal(p.n_delivered, n);
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

struct staged {
    atomic_uint first, second; /* items done */
};

static void do_first(void *context, uint32_t from, uint32_t to) {
    struct staged *r = context;
    assert_int_equal(atomic_load(&r->first), from);
    assert_true(from < to);
    atomic_store(&r->first, to);
}

static void do_second(void *context, uint32_t from, uint32_t to) {
    struct staged *r = context;
    assert_int_equal(atomic_load(&r->second), from);
    assert_true(from < to && to <= atomic_load(&r->first));
    atomic_store(&r->second, to);
}

static void the_second_stage_follows_the_first(void **state) {
    (void)state;
    const char *threads[] = {"1", "2", "16"};
    const uint32_t sizes[] = {0, 1, 9, 10, 11, 20, 100000};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct staged r = {0};
            setenv("CPROF_THREADS", threads[t], 1);
            int before = task_threads();
            task_pipeline((struct task_pipeline){do_first, do_second, &r, sizes[i], 10});
            assert_int_equal(atomic_load(&r.second), sizes[i]);
            assert_int_equal(task_threads(), before);
        }
}

static atomic_int calls_left;

static bool run_out(void *context) {
    (void)context;
    return atomic_fetch_sub(&calls_left, 1) <= 0;
}

static void count_only(void *context, int worker, uint32_t from, uint32_t to) {
    (void)worker;
    (void)from;
    (void)to;
    atomic_fetch_add((atomic_int *)context, 1);
}

/* A cancelled loop starts no further chunk, on any of its threads; others run to their end. */
static void cancelled_loops_stop(void **state) {
    (void)state;
    static const char *const threads[] = {"1", "4"};
    for (int i = 0; i < 2; i++) {
        setenv("CPROF_THREADS", threads[i], 1);
        for (int after = 0; after < 3; after++) {
            atomic_int n_chunks = 0;
            struct task_chunks loop = {
                .run = count_only, .context = &n_chunks, .n = ITEMS, .at_once = 1, .most_workers = WORKERS};
            cancel_set(run_out, NULL);
            calls_left = after;
            task_chunks(loop);
            assert_int_equal(atomic_load(&n_chunks), ITEMS);
            n_chunks = 0;
            calls_left = after;
            loop.stops = true;
            task_chunks(loop);
            assert_int_equal(atomic_load(&n_chunks), after);
            cancel_set(NULL, NULL);
        }
    }
    unsetenv("CPROF_THREADS");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_are_shared), cmocka_unit_test(chunks_cover_each_item_once),
        cmocka_unit_test(cancelled_loops_stop), cmocka_unit_test(pieces_of_a_line_are_taken_in_their_order),
        cmocka_unit_test(the_second_stage_follows_the_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
