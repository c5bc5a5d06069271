/* Unit tests of callgrind.c. */
#include "testing/report_sketch.h"
#include "testing/test.h"

/* callgrind is untrimmed and by address: its row in reports.def sets this, here the options do. */
static void expect(const char *profile, const char *options, const char *report) {
    struct arena a = {0};
    str untrimmed[] = {STR("nodefraction=0 edgefraction=0 addresses "), str_from(options)};
    const char *all = str_copy(&a, str_join(&a, untrimmed, 2, STR_EMPTY)).ptr;
    sketch_expect(report_callgrind, profile, all, report);
    arena_release(&a);
}

static const char twice[] = "types samples/count\n"
                            "main;a@f.c;b 10\n"
                            "main;c;b 3\n";

static void compresses_names(void **state) {
    (void)state;
    expect(sketch_work, "",
           "positions: instr line\n"
           "events: cpu(ns)\n"
           "\n"
           "ob=(1) /PROG\n"
           "fl=\n"
           "fn=(1) leaf\n"
           "0x0 1 50\n"
           "cfl=(1) r.c\n"
           "cfn=(2) run\n"
           "calls=0 0x0 1\n"
           "* * 10\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(3) idle::Pool::Wait\n"
           "* 1 -30\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(4) helper\n"
           "* 1 20\n"
           "cfl=\n"
           "cfn=(1)\n"
           "calls=0 * 1\n"
           "* * 50\n"
           "\n"
           "ob=(1)\n"
           "fl=(1)\n"
           "fn=(2)\n"
           "* 1 10\n"
           "cfl=\n"
           "cfn=(4)\n"
           "calls=0 * 1\n"
           "* * 70\n"
           "cfl=\n"
           "cfn=(1)\n"
           "calls=0 * 1\n"
           "* * 10\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(5) y\n"
           "* 1 5\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(6) z\n"
           "* 1 -5\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(7) main\n"
           "* 1 0\n"
           "cfl=(1)\n"
           "cfn=(2)\n"
           "calls=0 * 1\n"
           "* * 80\n"
           "cfl=\n"
           "cfn=(3)\n"
           "calls=0 * 1\n"
           "* * -30\n"
           "cfl=\n"
           "cfn=\n"
           "calls=0 * 1\n"
           "* * 0\n");
}

static void tells_apart_one_function_on_two_paths(void **state) {
    (void)state;
    expect(twice, "call_tree=true",
           "positions: instr line\n"
           "events: samples(count)\n"
           "\n"
           "ob=(1) /PROG\n"
           "fl=\n"
           "fn=(1) b\n"
           "0x0 1 10\n"
           "* 1 3\n"
           "\n"
           "ob=(1)\n"
           "fl=(1) f.c\n"
           "fn=(2) a\n"
           "* 1 0\n"
           "cfl=\n"
           "cfn=(3) b [1/2]\n"
           "calls=0 * 1\n"
           "* * 10\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(4) c\n"
           "* 1 0\n"
           "cfl=\n"
           "cfn=(5) b [2/2]\n"
           "calls=0 * 1\n"
           "* * 3\n"
           "\n"
           "ob=(1)\n"
           "fl=\n"
           "fn=(6) main\n"
           "* 1 0\n"
           "cfl=(1)\n"
           "cfn=(2)\n"
           "calls=0 * 1\n"
           "* * 10\n"
           "cfl=\n"
           "cfn=(4)\n"
           "calls=0 * 1\n"
           "* * 3\n");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compresses_names),
        cmocka_unit_test(tells_apart_one_function_on_two_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
