/* Unit tests of prompt/words.c. */
#include "prompt/words.h"

#include <stdlib.h>
#include <string.h>

#include "testing/test.h"

static struct arena arena;
static struct err err;

/* The parts of a line as one text: "command", then "!shell", ">file", ">>file" and "|program" in brackets. */
static const char *parts(const char *text) {
    struct words_line line;
    err_clear(&err);
    if (!words_parse(&arena, str_from(text), &line, &err)) return err_text(&err);
    str out = line.command;
    if (line.shell.ptr) out = str_format(&arena, "%.*s[!%.*s]", STR_ARG(out), STR_ARG(line.shell));
    if (line.file.ptr)
        out = str_format(&arena, "%.*s[%s%.*s]", STR_ARG(out), line.append ? ">>" : ">", STR_ARG(line.file));
    if (line.program.ptr) out = str_format(&arena, "%.*s[|%.*s]", STR_ARG(out), STR_ARG(line.program));
    return str_c(&arena, out);
}

static void files_are_taken_off(void **state) {
    (void)state;
    assert_string_equal(parts("top > f"), "top[>f]");
    assert_string_equal(parts("top >f"), "top[>f]");
    assert_string_equal(parts("top>f"), "top[>f]");
    assert_string_equal(parts("top10>>f"), "top10[>>f]");
    assert_string_equal(parts("top 10>f"), "top 10[>f]");
    assert_string_equal(parts("top >> f"), "top[>>f]");
    assert_string_equal(parts("top >>f"), "top[>>f]");
    assert_string_equal(parts("  top >f 10 foo -bar"), "top 10 foo -bar[>f]");
    assert_string_equal(parts("top >f >>g"), "top[>>g]");
    assert_string_equal(parts("top > \"a b\""), "top[>a b]");
    assert_string_equal(parts("top >'a  b'\\ c"), "top[>a  b c]");
    assert_string_equal(parts("top >f|x"), "top[>f|x]");
    assert_string_equal(parts("top >"), "unexpected end of line after >");
    assert_string_equal(parts("top >>"), "unexpected end of line after >>");
    assert_string_equal(parts("top > ''"), "unexpected end of line after >");
    assert_string_equal(parts("top > 'f"), "the quote ' is not closed");
    assert_string_equal(parts("> f"), "a command comes before > and |");
}

static void programs_are_taken_off(void **state) {
    (void)state;
    assert_string_equal(parts("top | head"), "top[|head]");
    assert_string_equal(parts("top |head -3 | tail -1 > x"), "top[|head -3 | tail -1 > x]");
    assert_string_equal(parts("top|head"), "top[|head]");
    assert_string_equal(parts("o|grep 'a  b'"), "o[|grep 'a  b']");
    assert_string_equal(parts("top 10|head"), "top 10[|head]");
    assert_string_equal(parts("top foo| head"), "top foo[|head]");
    assert_string_equal(parts("list foo | less"), "list foo[|less]");
    assert_string_equal(parts("top |"), "a program follows |, as in top | head");
    assert_string_equal(parts("| head"), "a command comes before > and |");
    assert_string_equal(parts("top > f | head"), "output goes to a file or to a program, not to both");
}

static void patterns_stay_as_they_are(void **state) {
    (void)state;
    assert_string_equal(parts("top  10   foo|bar"), "top  10   foo|bar");
    assert_string_equal(parts("top a->b x>y"), "top a->b x>y");
    assert_string_equal(parts("top 1|2 10|"), "top 1|2 10|");
    assert_string_equal(parts("top foo|"), "top foo|");
    assert_string_equal(parts("top foo\\| bar"), "top foo\\| bar");
    assert_string_equal(parts("list >::foo"), "list >::foo");
    assert_string_equal(parts("list > f"), "list > f");
    assert_string_equal(parts("list x > f"), "list x[>f]");
    assert_string_equal(parts("list >> f"), "list[>>f]");
    assert_string_equal(parts("top 'a b"), "top 'a b");
}

static void assignments_stay_as_they_are(void **state) {
    (void)state;
    assert_string_equal(parts("focus=a | b > c"), "focus=a | b > c");
    assert_string_equal(parts(" focus = a | b"), "focus = a | b");
    assert_string_equal(parts("focsu=a | b"), "focsu=a | b");
    assert_string_equal(parts("focus | b"), "focus[|b]");
}

static void long_assignments_stay_as_they_are(void **state) {
    (void)state;
    assert_string_equal(parts("push where=a=\"b |c;\""), "push where=a=\"b |c;\"");
    assert_string_equal(parts("push  focus = a > b"), "push  focus = a > b");
    assert_string_equal(parts("push | cat"), "push[|cat]");
    assert_string_equal(parts("set focus=a | b"), "set focus=a | b");
    assert_string_equal(parts("set where a | b > c"), "set where a | b > c");
    assert_string_equal(parts("set where | cat"), "set where[|cat]");
    assert_string_equal(parts("set > f"), "set[>f]");
}

static void names_of_files_have_quotes(void **state) {
    (void)state;
    assert_string_equal(parts("load a\\ |b > f"), "load a\\ |b[>f]");
    assert_string_equal(parts("load a\\ \\|b c > f"), "load a\\ \\|b c[>f]");
    assert_string_equal(parts("load 'a  |b' 5\\|c | d"), "load 'a  |b' 5\\|c[|d]");
    assert_string_equal(parts("use \">a\" >b"), "use \">a\"[>b]");
    assert_string_equal(parts("source 'a | b"), "the quote ' is not closed");
}

static void the_shell_gets_its_text(void **state) {
    (void)state;
    assert_string_equal(parts("!ls | wc > x"), "[!ls | wc > x]");
    assert_string_equal(parts(" ! ls "), "[!ls]");
    assert_string_equal(parts("!"), "a command of the shell follows !, as in !ls");
}

static void words_have_quotes(void **state) {
    (void)state;
    const char *old = getenv("HOME");
    str home = str_copy(&arena, str_from(old)), rest = STR(" a\\ b 'c \\d'e \"f'\\\"g\" ~/h i~ '' \"x"), word;
    setenv("HOME", "/home/u", 1);
    static const char *const want[] = {"a b", "c \\de", "f'\"g", "/home/u/h", "i~", ""};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_true(words_next(&arena, &rest, &word, &err));
        assert_string_equal(str_c(&arena, word), want[i]);
    }
    assert_false(words_next(&arena, &rest, &word, &err));
    assert_string_equal(err_text(&err), "the quote \" is not closed");
    err_clear(&err);
    assert_false(words_next(&arena, &rest, &word, &err));
    assert_null(err.text);
    if (old)
        setenv("HOME", home.ptr, 1);
    else
        unsetenv("HOME");
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_are_taken_off),
                                       cmocka_unit_test(programs_are_taken_off),
                                       cmocka_unit_test(patterns_stay_as_they_are),
                                       cmocka_unit_test(assignments_stay_as_they_are),
                                       cmocka_unit_test(long_assignments_stay_as_they_are),
                                       cmocka_unit_test(names_of_files_have_quotes),
                                       cmocka_unit_test(the_shell_gets_its_text),
                                       cmocka_unit_test(words_have_quotes)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
