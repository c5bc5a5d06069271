/* Unit tests of cli/argv.c. */
#include "cli/argv.h"
#include "testing/test.h"

#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct err err;
static struct notes notes = {.arena = &arena};
static struct argv_call call;

enum { ARGUMENTS_MOST = 16 };

/* Parses the arguments that follow the program's name; the list ends with NULL. */
static enum argv_verdict parse(const char *first, ...) {
    const char *argv[ARGUMENTS_MOST] = {"cprof"};
    int argc = 1;
    va_list more;
    va_start(more, first);
    for (const char *arg = first; arg && argc < ARGUMENTS_MOST; arg = va_arg(more, const char *)) argv[argc++] = arg;
    va_end(more);
    err_clear(&err);
    notes.n = 0;
    return argv_parse(&arena, argc, argv, &call, &notes, &err);
}

#define END ((const char *)NULL)

static void assert_text(str got, const char *want) {
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

#define ASSERT_SYNTAX(message, ...)                                                                                    \
    do {                                                                                                               \
        assert_int_equal(parse(__VA_ARGS__, END), ARGV_SYNTAX);                                                        \
        assert_string_equal(err_text(&err), message);                                                                  \
    } while (0)
#define ASSERT_ERROR(message, ...)                                                                                     \
    do {                                                                                                               \
        assert_int_equal(parse(__VA_ARGS__, END), ARGV_ERROR);                                                         \
        assert_string_equal(err_text(&err), message);                                                                  \
    } while (0)

static void test_flags_and_sources(void **state) {
    (void)state;
    assert_int_equal(parse("-top", "--nodecount=3", "-focus", "-x", "-trim=F", "a", "-cums", "b", END), ARGV_RUN);
    assert_string_equal(call.report->name, "top");
    assert_int_equal(call.options.nodecount, 3);
    assert_text(call.options.focus, "-x"); /* a value may look like a flag */
    assert_false(call.options.trim);
    assert_int_equal(call.n_sources, 3); /* flags end at the first source */
    assert_text(call.source[1], "-cums");
    assert_int_equal(call.options.sort, SORT_FLAT);

    assert_int_equal(parse("-top", "--", "-cum", END), ARGV_RUN);
    assert_text(call.source[0], "-cum");
    assert_int_equal(parse("-top", "-", END), ARGV_RUN);
    assert_text(call.source[0], "-");
    assert_int_equal(parse("-base", "a", "-base=b", "c", END), ARGV_RUN);
    assert_text(call.call.base, "b"); /* the last one counts */
    assert_null(call.report);
}

static void test_syntax_errors(void **state) {
    (void)state;
    ASSERT_SYNTAX("bad flag syntax: ---x", "---x");
    ASSERT_SYNTAX("bad flag syntax: -=x", "-=x");
    ASSERT_SYNTAX("flag provided but not defined: -to (did you mean -top?)", "-to=1", "x");
    ASSERT_SYNTAX("flag provided but not defined: -sort (its choices are flags: -cum, -flat)", "-sort=cum", "x");
    ASSERT_SYNTAX("flag needs an argument: -focus", "-focus");
    ASSERT_SYNTAX("invalid boolean value \"no\" for -trim: parse error", "-trim=no", "x");
    ASSERT_SYNTAX("invalid boolean value \"\" for -top: parse error", "-top=", "x");
    ASSERT_SYNTAX("invalid value \"many\" for flag -nodecount: parse error", "-nodecount=many", "x");
    ASSERT_SYNTAX("invalid value \"9223372036854775808\" for flag -seconds: value out of range",
                  "-seconds=9223372036854775808", "x");
}

static void test_help_and_version(void **state) {
    (void)state;
    assert_int_equal(parse("-top", "--help", "-nonsense", END), ARGV_HELP);
    assert_int_equal(parse("-h", END), ARGV_HELP);
    assert_int_equal(parse("-version", END), ARGV_VERSION);
    assert_int_equal(parse("-top", END), ARGV_NO_SOURCE);
    assert_string_equal(err_text(&err), "no profile source specified");
}

static void test_one_report(void **state) {
    (void)state;
    ASSERT_ERROR("must set at most one output format", "-top", "-tree", "x");
    ASSERT_ERROR("must set at most one output format", "-top", "-list=main", "x");
    assert_int_equal(parse("-top", "-tree=false", "-list=", "x", END), ARGV_RUN);
    assert_string_equal(call.report->name, "top");
    assert_int_equal(parse("-peek=a", "-peek=b", "x", END), ARGV_RUN);
    assert_text(call.pattern, "b");
    ASSERT_ERROR("-http is not compatible with an output format on the command line", "-top", "-http=:0", "x");
    ASSERT_ERROR("color must be auto, always or never (did you mean never?)", "-top", "-color=nevr", "x");
    ASSERT_ERROR("pager must be auto or off", "-pager=", "x");
    ASSERT_ERROR("sort_by must be delta, growth, ratio, old, new or name (did you mean growth?)", "-sort_by=gowth",
                 "x");
    assert_int_equal(parse("-sort_by=", "-color=always", "-pager=off", "-format=sarif", "x", END), ARGV_RUN);
    ASSERT_ERROR("-no_browser only makes sense with -http", "-no_browser", "x");
}

static void test_choices(void **state) {
    (void)state;
    assert_int_equal(parse("-top", "-cum", "-lines", "x", END), ARGV_RUN);
    assert_int_equal(call.options.sort, SORT_CUM);
    assert_int_equal(call.options.granularity, GRANULARITY_LINES);
    assert_int_equal(parse("-top", "-cum", "-cum=0", "x", END), ARGV_RUN);
    assert_int_equal(call.options.sort, SORT_FLAT);
    ASSERT_ERROR("conflicting options set: [cum flat]", "-flat", "-cum", "x");
    ASSERT_ERROR("conflicting options set: [files lines]", "-lines", "-files", "x");
}

static void test_legacy_values(void **state) {
    (void)state;
    assert_int_equal(parse("-inuse_space", "-alloc_space", "x", END), ARGV_RUN);
    assert_text(call.options.sample_index, "inuse_space");
    assert_int_equal(notes.n, 1);
    assert_text(notes.at[0].text, "Multiple value selections, ignoring -alloc_space");
    assert_int_equal(parse("-mean_delay", "-sample_index=1", "x", END), ARGV_RUN);
    assert_text(call.options.sample_index, "1");
    assert_true(call.options.mean);
}

static void test_bases(void **state) {
    (void)state;
    ASSERT_ERROR("-base and -diff_base flags cannot both be specified", "-base=a", "-diff_base=b", "x");
    ASSERT_ERROR("must have base profile to normalize by", "-normalize", "x");
    assert_int_equal(parse("-normalize", "-diff_base=b", "x", END), ARGV_RUN);
}

/* The first of several sources may be the profiled program; the test uses its own binary. */
static void test_limits(void **state) {
    (void)state;
    assert_int_equal(parse("-max_memory=500MB", "-max_input=20kB", "a", END), ARGV_RUN);
    assert_int_equal(call.memory, 500 << 20);
    assert_int_equal(call.input, 20 << 10);
    assert_int_equal(parse("-max_input=off", "a", END), ARGV_RUN);
    assert_true(call.input == UINT64_MAX && call.memory == 0);
    ASSERT_ERROR("-max_input=0 is not a size such as 500MB or 4GB, or off", "-max_input=0", "a");
    ASSERT_ERROR("-max_input=9999999TB is not a size such as 500MB or 4GB, or off", "-max_input=9999999TB", "a");
    ASSERT_ERROR("-max_memory=1mb is not a size such as 500MB or 4GB, or off", "-max_memory=1mb", "a");
}

static void test_executable(void **state) {
    (void)state;
    assert_int_equal(parse("/proc/self/exe", "x", END), ARGV_RUN);
    assert_text(call.executable, "/proc/self/exe");
    assert_int_equal(call.n_sources, 1);
    assert_text(call.source[0], "x");
    assert_int_equal(parse("/proc/self/exe", END), ARGV_RUN);
    assert_int_equal(call.executable.len, 0);
    assert_int_equal(call.n_sources, 1);
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    err_clear(&err);
    return 0;
}

TESTS {
    unsetenv("PPROF_TOOLS");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flags_and_sources),
        cmocka_unit_test(test_syntax_errors),
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_one_report),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_legacy_values),
        cmocka_unit_test(test_bases),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_executable),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
