/* Unit tests of prompt/changes.c. */
#include "prompt/changes.h"

#include "testing/test.h"

static struct arena arena;
static struct err err;

static void undo_goes_back_step_by_step(void **state) {
    (void)state;
    struct changes c = {.arena = &arena};
    struct options o;
    options_defaults(&o);
    assert_false(changes_undo(&c, &o, &err));
    assert_string_equal(err_text(&err), "there is no change to undo");
    for (int i = 0; i < CHANGES_KEPT + 5; i++) {
        struct changes_state before = changes_now(&c, &o);
        o.nodecount = i;
        changes_note(&c, &before, &o);
        before = changes_now(&c, &o);
        changes_note(&c, &before, &o); /* nothing has changed */
    }
    for (int i = CHANGES_KEPT + 3; i > 3; i--) {
        assert_true(changes_undo(&c, &o, &err));
        assert_int_equal(o.nodecount, i);
    }
    assert_false(changes_undo(&c, &o, &err));
    assert_int_equal(o.nodecount, 4);
}

static void the_stack_keeps_filters_only(void **state) {
    (void)state;
    struct changes c = {.arena = &arena};
    struct options o;
    options_defaults(&o);
    o.focus = STR("one");
    assert_true(changes_push(&c, &o, &err));
    o.focus = STR("two");
    o.tagignore = STR("x");
    o.nodecount = 5;
    struct changes_state before = changes_now(&c, &o);
    assert_true(changes_pop(&c, &o, &err));
    changes_note(&c, &before, &o);
    assert_true(str_equal(o.focus, STR("one")));
    assert_int_equal(o.tagignore.len, 0);
    assert_int_equal(o.nodecount, 5);
    assert_false(changes_pop(&c, &o, &err));
    assert_string_equal(err_text(&err), "the stack of filters is empty");
    /* undo brings the level back, too */
    assert_true(changes_undo(&c, &o, &err));
    assert_true(str_equal(o.focus, STR("two")));
    assert_int_equal(c.pushed->depth, 1);
}

static void the_stack_is_bounded(void **state) {
    (void)state;
    struct changes c = {.arena = &arena};
    struct options o;
    options_defaults(&o);
    for (int i = 0; i < CHANGES_KEPT; i++) assert_true(changes_push(&c, &o, &err));
    assert_false(changes_push(&c, &o, &err));
    assert_string_equal(err_text(&err), "the stack of filters is full: 100");
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(undo_goes_back_step_by_step),
                                       cmocka_unit_test(the_stack_keeps_filters_only),
                                       cmocka_unit_test(the_stack_is_bounded)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    err_clear(&err);
    arena_release(&arena);
    return failed;
}
