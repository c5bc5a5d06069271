/* Unit tests of run.c: the memory of commands at the prompt. */
#include "session/run.h"

#include <unistd.h>

#include "session/session.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* A report that needs more than the usual reservation makes the next one reserve enough, so that the same command finds
 * all its memory in one block. */
static void the_next_command_fits_into_one_block(void **state) {
    (void)state;
    char folder[TEST_PATH_MAX];
    assert_true(test_folder(folder));
    struct arena a = {0};
    VEC(str) line = {0};
    for (uint32_t i = 0; i < 3000; i++) *VEC_PUSH(&a, &line) = str_format(&a, "main;f%u;g 1\n", i);
    struct profile p = sketch_profile(&a, str_c(&a, str_join(&a, line.at, line.n, STR_EMPTY)));
    struct session s = {.arena = &a, .profile = &p, .temporary_fd = -1};
    options_defaults(&s.options);
    struct command c = {.report = report_find(STR("peek")), .pattern = STR("."), .options = s.options};
    c.options.output = str_format(&a, "%s/peek", folder);
    struct err e = {0};
    assert_true(run_command(&s, &c, &e));
    size_t reserved = s.command.total;
    assert_true(s.command_total > reserved);
    assert_true(run_command(&s, &c, &e));
    assert_true(s.command.total > reserved);
    assert_int_equal(s.command_total, s.command.total);
    assert_int_equal(unlink(str_c(&a, c.options.output)), 0);
    assert_int_equal(rmdir(folder), 0);
    arena_release(&s.command);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_next_command_fits_into_one_block)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
