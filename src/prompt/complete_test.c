/* Unit tests of prompt/complete.c: values, files and configurations. Those of commands are in cli/command_test.c. */
#include "prompt/complete.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options/settings.h"
#include "profile/build.h"
#include "testing/test.h"

static struct arena arena;
static struct err err;
static struct profile profile;

static void add_label(struct build *b, const char *key, const char *value) {
    build_label(
        b, (struct profile_label){.key = build_string(b, str_from(key)), .value = build_string(b, str_from(value))});
}

/* Labels tenant=acme, tenant=a.c,m and tenant with an escape; bytes=4096bytes; keys with a blank and a comma. */
static int set_up(void **state) {
    (void)state;
    struct build b;
    build_init(&b, &arena);
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    build_type(&b, build_string(&b, STR("odd")), build_string(&b, STR("frobs")));
    build_type(&b, build_string(&b, STR("odd|sh")), build_string(&b, STR("frobs")));
    build_type(&b, build_string(&b, STR("!sh")), build_string(&b, STR("frobs")));
    build_function(&b, (struct profile_function){.id = 1, .name = build_string(&b, STR("1>file"))});
    build_function(&b, (struct profile_function){.id = 2, .name = build_string(&b, STR("|shell"))});
    build_function(&b, (struct profile_function){.id = 3, .name = build_string(&b, STR("map<int>"))});
    add_label(&b, "tenant", "acme");
    add_label(&b, "tenant", "a.c,m");
    add_label(&b, "tenant", "\033[31mred");
    add_label(&b, "tenant",
              "\xc3\xa4"
              "a");
    add_label(&b, "tenant",
              "\xc3\xb6"
              "b");
    add_label(&b, "two words", "x");
    add_label(&b, "a,b", "x");
    add_label(&b, "|sh", "x");
    add_label(&b, "5|sh", "x");
    build_label(&b, (struct profile_label){.key = build_string(&b, STR("size")),
                                           .unit = build_string(&b, STR(" |sh")),
                                           .numeric = true,
                                           .number = 1});
    build_label(&b, (struct profile_label){.key = build_string(&b, STR("bytes")),
                                           .unit = build_string(&b, STR("bytes")),
                                           .numeric = true,
                                           .number = 4096});
    return build_seal(&b, &profile, &err) ? 0 : -1;
}

static void assert_completes(const char *before, const char *word, const char *candidates, char after) {
    struct complete_list list = complete_word(&arena, &profile, str_from(before), str_from(word));
    str all = str_join(&arena, list.at.at, list.at.n, STR(" "));
    assert_string_equal(str_c(&arena, all), candidates);
    if (list.at.n == 1) assert_int_equal(list.after, after);
}

static void keys_and_values_of_labels(void **state) {
    (void)state;
    assert_completes("", "tagfocus=ten", "tagfocus=tenant", '=');
    assert_completes("", "tagfocus=", "tagfocus=bytes tagfocus=size tagfocus=tenant", '=');
    assert_completes("", "tagfocus=tenant=ac", "tagfocus=tenant=acme", 0);
    assert_completes("", "tagfocus=tenant=a", "tagfocus=tenant=a.c.m tagfocus=tenant=acme", 0);
    assert_completes("", "tagignore=tenant=acme,ac", "tagignore=tenant=acme,acme", 0);
    assert_completes("", "tagfocus=tenant=\\x", "tagfocus=tenant=\\x{1b}\\[31mred", 0);
    assert_completes("", "tagfocus=bytes=", "tagfocus=bytes=4096bytes", 0);
    assert_completes("", "tagfocus=nosuch=", "", 0);
    assert_completes("tags ", "-tenant=ac", "-tenant=acme", 0);
    assert_completes("", "tagshow=two", "tagshow=two.words", ' ');
    assert_completes("", "tagroot=", "tagroot=bytes tagroot=size tagroot=tenant", 0);
    assert_completes("", "tagroot=tenant,by", "tagroot=tenant,bytes", 0);
}

static void units(void **state) {
    (void)state;
    assert_completes("", "unit=mil", "unit=milliseconds", ' ');
    assert_completes("", "unit=fr", "unit=frobs", ' ');
    assert_completes("", "unit=m", "unit=megabytes unit=microseconds unit=milliseconds unit=minimum unit=ms", ' ');
}

static void fixed_words(void **state) {
    (void)state;
    assert_completes("", "pager=", "pager=auto pager=off", ' ');
    assert_completes("", "color=a", "color=always color=auto", ' ');
    assert_completes("", "format=m", "format=markdown", ' ');
    assert_completes("", "sort_by=r", "sort_by=ratio", ' ');
}

static void files(void **state) {
    (void)state;
    char folder[TEST_PATH_MAX];
    assert_true(test_folder(folder));
    static const char *const names[] = {"plain.pb", "with blank", "it's", "\033[31m", ".hidden", "a |b>c"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        close(open(str_format(&arena, "%s/%s", folder, names[i]).ptr, O_CREAT | O_WRONLY, 0600));
    mkdir(str_format(&arena, "%s/folder", folder).ptr, 0700);
    setenv("HOME", folder, 1);
    assert_completes("load ", "~/pl", "~/plain.pb", ' ');
    assert_completes("base ", "~/f", "~/folder/", 0);
    assert_completes("source ", "~/", "~/a\\ \\|b\\>c ~/folder/ ~/it\\'s ~/plain.pb ~/with\\ blank", ' ');
    assert_completes("load x ", "~/.h", "~/.hidden", ' ');
    assert_completes("top > ", "~/pl", "~/plain.pb", ' ');
    assert_completes("top ", ">~/pl", ">~/plain.pb", ' ');
    assert_completes("top ", ">>~/pl", ">>~/plain.pb", ' ');
    assert_completes("", "output=~/pl", "output=~/plain.pb", ' ');
    assert_completes("load ", "~/nosuch/", "", ' ');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(str_format(&arena, "%s/%s", folder, names[i]).ptr);
    rmdir(str_format(&arena, "%s/folder", folder).ptr);
    /* configurations */
    struct options o;
    str path = str_format(&arena, "%s/pprof/settings.json", folder);
    options_defaults(&o);
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_completes("use ", "", "", ' ');
    assert_true(settings_save(path, STR("nightly"), &o, &err));
    assert_true(settings_save(path, STR("two words"), &o, &err));
    assert_true(settings_save(path, STR("\033[31m"), &o, &err));
    assert_completes("use ", "", "nightly two\\ words", ' ');
    assert_completes("save ", "ni", "nightly", ' ');
    unlink(path.ptr);
    rmdir(str_format(&arena, "%s/pprof", folder).ptr);
    rmdir(folder);
    unsetenv("XDG_CONFIG_HOME");
}

/* What a profile holds never becomes a program, a file or a command of the shell. */
static void nothing_for_the_shell(void **state) {
    (void)state;
    assert_completes("", "odd", "odd", ' ');
    assert_completes("", "!", "", 0);
    assert_completes("tags ", "|", "", '=');
    assert_completes("tags ", "5", "", '=');
    assert_completes("tags ", "size=", "", ' ');
    assert_completes("top ", "file", "1\\>file", ' ');
    assert_completes("top ", "shell", "\\|shell", ' ');
    assert_completes("top ", "map", "map<int>", ' ');
}

static void commands_of_the_prompt(void **state) {
    (void)state;
    assert_completes("", "filt", "filters", ' ');
    assert_completes("", "lo", "load", ' ');
    assert_completes("help ", "unde", "", ' ');
    assert_completes("help ", "und", "undo", ' ');
    assert_completes("push ", "tagf", "tagfocus", '=');
    assert_completes("push ", "tagfocus=ten", "tagfocus=tenant", '=');
    assert_completes("top | ", "hea", "head", ' ');
    assert_completes("quit ", "", "", ' ');
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_and_values_of_labels),
                                       cmocka_unit_test(units),
                                       cmocka_unit_test(fixed_words),
                                       cmocka_unit_test(files),
                                       cmocka_unit_test(nothing_for_the_shell),
                                       cmocka_unit_test(commands_of_the_prompt)};
    const char *home = getenv("HOME");
    str old = str_copy(&arena, str_from(home));
    int failed = cmocka_run_group_tests(tests, set_up, NULL);
    if (home)
        setenv("HOME", old.ptr, 1);
    else
        unsetenv("HOME");
    arena_release(&arena);
    return failed;
}
