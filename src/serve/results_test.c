/* Unit tests of results.c. */
#include "serve/results.h"

#include <stdlib.h>

#include "base/cancel.h"
#include "base/task.h"
#include "testing/test.h"

enum { CHUNKS = 100000, LEAVES_AFTER = 3, THREADS = 4, STOP_MS = 10000 };

struct client {
    atomic_bool gone;
    atomic_int n_chunks;
    bool reached_end;
};

static void run_chunk(void *context, int worker, uint32_t from, uint32_t to) {
    struct client *c = context;
    (void)worker;
    (void)from;
    (void)to;
    if (atomic_fetch_add(&c->n_chunks, 1) + 1 == LEAVES_AFTER) atomic_store(&c->gone, true);
}

static void make_long(const void *context, struct arena *a, struct sink *out, struct result *r) {
    struct client *c = (struct client *)(uintptr_t)context;
    (void)a;
    (void)r;
    task_chunks((struct task_chunks){
        .run = run_chunk, .context = c, .n = CHUNKS, .at_once = 1, .most_workers = THREADS, .stops = true});
    if (cancel_wanted()) return;
    c->reached_end = true;
    sink_text(out, "the end");
}

/* Work of which nobody wants the result ends with the chunks that were running. */
static void work_stops_when_its_client_has_gone(void **state) {
    (void)state;
    static const char *const threads[] = {"1", "4"};
    for (int i = 0; i < 2; i++) {
        struct arena a = {0};
        struct client c = {0};
        setenv("CPROF_THREADS", threads[i], 1);
        struct results *all = results_new(&a, NULL);
        assert_null(results_get(all, STR("key"), &c.gone, make_long, &c));
        assert_false(c.reached_end);
        assert_in_range(atomic_load(&c.n_chunks), LEAVES_AFTER, LEAVES_AFTER + THREADS - 1);
        /* a new client gets the whole result */
        struct client next = {.n_chunks = LEAVES_AFTER};
        const struct result *r = results_get(all, STR("key"), &next.gone, make_long, &next);
        assert_non_null(r);
        assert_true(next.reached_end);
        assert_int_equal(atomic_load(&next.n_chunks), LEAVES_AFTER + CHUNKS);
        assert_true(str_equal(r->body, STR("the end")));
        results_release(all, r);
        assert_true(results_stop(all, STOP_MS));
        results_free(all);
        arena_release(&a);
    }
    unsetenv("CPROF_THREADS");
}

static void make_text(const void *context, struct arena *a, struct sink *out, struct result *r) {
    (void)a;
    (void)r;
    for (int i = 0; i < *(const int *)context; i++) sink_text(out, "0123456789");
}

/* Long bodies are kept packed only; equal bodies have equal tags. */
static void bodies_are_packed(void **state) {
    (void)state;
    struct arena a = {0};
    struct results *all = results_new(&a, NULL);
    atomic_bool gone = false;
    int few = 10, many = 1000;
    const struct result *x = results_get(all, STR("few"), &gone, make_text, &few);
    const struct result *y = results_get(all, STR("many"), &gone, make_text, &many);
    const struct result *z = results_get(all, STR("many again"), &gone, make_text, &many);
    assert_int_equal(x->body.len, 100);
    assert_int_equal(x->packed.len, 0);
    assert_int_equal(y->body.len, 0);
    assert_in_range(y->packed.len, 20, 1000);
    assert_string_equal(y->etag, z->etag);
    assert_string_not_equal(x->etag, y->etag);
    assert_ptr_equal(results_get(all, STR("few"), &gone, make_text, &few), x);
    results_release(all, x);
    results_release(all, x);
    results_release(all, y);
    results_release(all, z);
    assert_true(results_stop(all, STOP_MS));
    results_free(all);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_stops_when_its_client_has_gone),
        cmocka_unit_test(bodies_are_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
