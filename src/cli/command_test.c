/* Unit tests of cli/command.c. */
#include "cli/command.h"

#include <string.h>

#include "profile/build.h"
#include "prompt/complete.h"
#include "testing/test.h"

static struct arena arena;
static struct err err;
static struct profile profile;
static struct options settings;
static struct command command;

static void assert_text(str got, const char *want) {
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static enum command_kind read_line(const char *line) {
    err_clear(&err);
    const struct command_place place = {&arena, &profile, &settings};
    return command_read(&arena, &place, str_from(line), &command, &err);
}

static void assert_report(const char *line, const char *name) {
    assert_int_equal(read_line(line), COMMAND_REPORT);
    assert_string_equal(command.report->name, name);
}

static void assert_fails(const char *line, const char *message) {
    assert_int_equal(read_line(line), COMMAND_FAILED);
    assert_string_equal(err_text(&err), message);
}

/* Types samples/count and cpu/nanoseconds; functions main.run, main.(*T).Do and a name with a space; label key "k". */
static int set_up(void **state) {
    (void)state;
    struct build b;
    build_init(&b, &arena);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    static const char *const names[] = {"main.run", "main.(*T).Do", "operator new"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        build_function(&b, (struct profile_function){.name = build_string(&b, str_from(names[i]))});
    build_label(&b, (struct profile_label){.key = build_string(&b, STR("k")), .value = build_string(&b, STR("v"))});
    return build_seal(&b, &profile, &err) ? 0 : -1;
}

static int reset(void **state) {
    (void)state;
    options_defaults(&settings);
    return 0;
}

static void test_report_words(void **state) {
    (void)state;
    assert_report("top10 foo bar -baz -cum >out", "top");
    assert_int_equal(command.options.nodecount, 10);
    assert_text(command.options.focus, "foo|bar");
    assert_text(command.options.ignore, "baz");
    assert_text(command.options.output, "out");
    assert_int_equal(command.options.sort, SORT_CUM);
    /* the command's words do not change the settings */
    assert_int_equal(settings.nodecount, -1);
    assert_int_equal(settings.focus.len, 0);
    assert_report(" tree  > out  007 99999999999 -", "tree");
    assert_text(command.options.output, "out");
    assert_int_equal(command.options.nodecount, 7);
    assert_text(command.options.focus, "99999999999");
    assert_int_equal(command.options.ignore.len, 0);
}

static void test_defaults_of_top(void **state) {
    (void)state;
    assert_report("top", "top");
    assert_int_equal(command.options.nodecount, 10);
    assert_report("tree", "tree");
    assert_int_equal(command.options.nodecount, -1);
    assert_int_equal(read_line("nodecount=3"), COMMAND_NOTHING);
    assert_report("text", "text");
    assert_int_equal(command.options.nodecount, 3);
}

static void test_parameters(void **state) {
    (void)state;
    assert_report("list main run", "list");
    assert_text(command.pattern, "main");
    assert_text(command.options.focus, "run");
    assert_report("peek2 x", "peek");
    assert_text(command.pattern, "2");
    assert_text(command.options.focus, "x");
    assert_fails("list", "command list requires an argument");
    assert_report("tags a -b", "tags");
    assert_text(command.options.tagfocus, "a");
    assert_text(command.options.tagignore, "b");
    assert_int_equal(command.options.focus.len, 0);
}

static void test_unknown_commands(void **state) {
    (void)state;
    assert_fails("bogus", "unrecognized command: \"bogus\"");
    assert_fails("top=5", "unrecognized command: \"top=\" (did you mean top 5?)");
    assert_fails("topp", "unrecognized command: \"topp\" (did you mean top?)");
    assert_fails("nodecont=5", "unrecognized command: \"nodecont=\" (did you mean nodecount=5?)");
    assert_fails("sort=falt", "invalid \"sort\" value \"falt\" (did you mean flat?)");
    assert_fails("12", "unrecognized command: \"12\"");
    assert_fails("focus x", "did you mean: focus=x");
    assert_fails("nodecount5", "did you mean: nodecount=5");
    assert_fails("cum x", "did you mean: cum=x");
    assert_fails("top >", "unexpected end of line after >");
}

static void test_assignments(void **state) {
    (void)state;
    assert_int_equal(read_line("focus = a=b //: not //: this"), COMMAND_NOTHING);
    assert_text(settings.focus, "a=b //: not");
    assert_int_equal(read_line("mean"), COMMAND_NOTHING);
    assert_true(settings.mean);
    assert_int_equal(read_line("sample_index=1"), COMMAND_NOTHING);
    assert_text(settings.sample_index, "cpu");
    assert_int_equal(read_line("lines=1"), COMMAND_NOTHING);
    assert_int_equal(settings.granularity, GRANULARITY_LINES);
    assert_fails("focus", "please specify a value, e.g. focus=<val>");
    assert_fails("sort", "please specify a value, e.g. sort=<val>");
    assert_fails("cum", "unknown config field \"cum\"");
    assert_fails("sample_index=5", "sample_index 5 is outside the range [0..1]");
    assert_text(settings.sample_index, "cpu");
}

static void test_empty_lines(void **state) {
    (void)state;
    assert_int_equal(read_line(""), COMMAND_NOTHING);
}

static void test_shortcuts(void **state) {
    (void)state;
    str line[COMMAND_LINES];
    assert_int_equal(command_expand(&arena, &profile, STR("  top "), line), 1);
    assert_text(line[0], "top");
    assert_int_equal(command_expand(&arena, &profile, STR(":"), line), 6);
    assert_text(line[4], "tagignore=");
    assert_text(line[5], "where=");
    assert_int_equal(command_expand(&arena, &profile, STR("cpu"), line), 1);
    assert_text(line[0], "sample_index=cpu");
    assert_int_equal(command_expand(&arena, &profile, STR("mean_cpu"), line), 2);
    assert_text(line[0], "mean=1");
    assert_text(line[1], "sample_index=cpu");
    assert_int_equal(command_expand(&arena, &profile, STR("total_samples"), line), 2);
    assert_text(line[0], "mean=0");
}

static void assert_completes(const char *before, const char *word, const char *candidates) {
    struct complete_list list = complete_word(&arena, &profile, str_from(before), str_from(word));
    assert_text(str_join(&arena, list.at.at, list.at.n, STR(" ")), candidates);
}

static void test_completion(void **state) {
    (void)state;
    assert_completes("", "to", "top topproto");
    assert_completes("", "nodec", "nodecount");
    assert_int_equal(complete_word(&arena, &profile, STR(""), STR("nodec")).after, 0);
    assert_completes("", "sort=", "sort=cum sort=flat");
    assert_completes("", "sample_index=c", "sample_index=cpu");
    assert_completes("", "focus=main.r", "focus=main.run");
    assert_completes("", "tagfocus=", "tagfocus=k");
    assert_completes("", "where=", "where=k");
    assert_completes("", "where=!k", "where=!k");
    assert_completes("", "where=k!=", "where=k!=v");
    assert_completes("where=k = v & ", "(k=", "(k=v");
    assert_completes("where=k ", "", "");
    assert_completes("where=\"k ", "v", "");
    assert_completes("help ", "granul", "");
    assert_completes("help ", "lin", "lines");
    assert_completes("top ", "main", "main.\\(\\*T\\).Do main.run");
    assert_completes("top10 ", "-main.r", "-main.run");
    assert_completes("peek ", "ator", "operator.new");
    assert_completes("tags ", "", "k");
    assert_completes("bogus ", "m", "");
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    err_clear(&err);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_report_words, reset), cmocka_unit_test_setup(test_defaults_of_top, reset),
        cmocka_unit_test_setup(test_parameters, reset),   cmocka_unit_test_setup(test_unknown_commands, reset),
        cmocka_unit_test_setup(test_assignments, reset),  cmocka_unit_test_setup(test_empty_lines, reset),
        cmocka_unit_test_setup(test_shortcuts, reset),    cmocka_unit_test_setup(test_completion, reset),
    };
    return cmocka_run_group_tests(tests, set_up, end);
}
