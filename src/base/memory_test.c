/* Unit tests of memory.c. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/sink.h"
#include "testing/test.h"

static void exhaust(void) { memory_exhausted(12345); }

static void ask_an_arena(void) {
    struct arena a = {0};
    ARENA_ARRAY(&a, uint64_t, SIZE_MAX / 4);
}

static void ask_a_sink(void) {
    struct sink s;
    sink_to_memory(&s);
    sink_reserve(&s, SIZE_MAX / 2);
}

/* Runs a function in a child process, which must end with status 2 and one line on standard error. */
static void expect_end(void (*run)(void), const char *want) {
    int end[2];
    assert_int_equal(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(end[1], 2);
        run();
        _exit(0);
    }
    close(end[1]);
    char text[200] = {0};
    assert_true(read(end[0], text, sizeof text - 1) > 0);
    close(end[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
    if (want) assert_string_equal(text, want);
    assert_int_equal(strncmp(text, "cprof: out of memory (", 22), 0);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void exhaustion_ends_the_program(void **state) {
    (void)state;
    expect_end(exhaust, "cprof: out of memory (12345 more bytes were needed)\n");
    expect_end(ask_an_arena, NULL);
    expect_end(ask_a_sink, NULL);
}

static void pass_a_limit(void) {
    memory_limit(256 << 20);
    if (memory_budget() != 256 << 20 || memory_fits(257 << 20) || !memory_fits(256 << 20)) _exit(3);
    struct arena a = {0};
    for (;;) arena_alloc(&a, 1 << 20);
}

static void pass_the_usual_limit(void) {
    struct arena a = {0};
    arena_alloc(&a, 65 << 20);
    if (memory_budget() == UINT64_MAX) _exit(0); /* the system does not say how much there is */
    arena_alloc(&a, memory_budget());
}

/* Neither limit may be passed; what is printed names the option. */
static void memory_is_limited(void **state) {
    (void)state;
    if (!memory_can_limit()) return;
    expect_end(pass_a_limit, NULL);
    expect_end(pass_the_usual_limit, NULL);
}

static void memory_is_there(void **state) {
    (void)state;
    char *p = memory_alloc(0), *zero = memory_zero(3, 5);
    p = memory_resize(p, 2);
    memcpy(p, "x", 2);
    p = memory_resize(p, 100000);
    assert_string_equal(p, "x");
    for (int i = 0; i < 15; i++) assert_int_equal(zero[i], 0);
    free(p);
    free(zero);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exhaustion_ends_the_program),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(memory_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
