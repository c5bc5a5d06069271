/* The settings file: pprof's form to the byte, and what pprof does not know stays in it. */
#include "testing/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options/settings.h"

static struct arena a;

#define DEFAULTS                                                                                                       \
    "      \"unit\": \"minimum\",\n      \"sort\": \"flat\",\n      \"nodecount\": -1,\n      \"nodefraction\": "      \
    "0.005,\n"                                                                                                         \
    "      \"edgefraction\": 0.001,\n      \"trim\": true"

static void assert_edit(const char *text, const char *name, const struct options *o, const char *edited) {
    str out;
    struct err e = {0};
    if (!settings_edit(&a, str_from(text), str_from(name), o, &out, &e)) fail_msg("%s", err_text(&e));
    assert_string_equal(str_c(&a, out), edited);
}

static void assert_error(const char *text, const char *name, const char *sentence) {
    str out;
    struct err e = {0};
    assert_false(settings_edit(&a, str_from(text), str_from(name), NULL, &out, &e));
    if (!strstr(err_text(&e), sentence)) fail_msg("%s", err_text(&e));
    err_clear(&e);
}

static void writes_as_pprof_does(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    assert_edit("", "a", &o, "{\n  \"configs\": [\n    {\n      \"name\": \"a\",\n" DEFAULTS "\n    }\n  ]\n}");
    o.nodefraction = 0.00001;
    o.edgefraction = 1.5e-7;
    o.trim = false;
    o.focus = STR("<b>\"\n\x01\xff\xe2\x80\xa8&");
    assert_edit(
        "{\"configs\":null}", "x", &o,
        "{\n  \"configs\": [\n    {\n      \"name\": \"x\",\n      \"unit\": \"minimum\",\n      \"sort\": \"flat\",\n"
        "      \"nodecount\": -1,\n      \"nodefraction\": 0.00001,\n      \"edgefraction\": 1.5e-7,\n"
        "      \"focus\": \"\\u003cb\\u003e\\\"\\n\\u0001\\ufffd\\u2028\\u0026\"\n    }\n  ]\n}");
}

static void keeps_what_it_does_not_know(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    const char *text = "{\"version\": 1.50, \"configs\": [{\"name\":\"a\",\"new\":{\"x\":[1,2]},\"trim\":false},"
                       "{\"focus\":\"f\",\"name\":\"b\",\"odd\":1e3}], \"last\": null}";
    assert_edit(
        text, "a", &o,
        "{\n  \"version\": 1.50,\n  \"configs\": [\n    {\n      \"name\": \"a\",\n" DEFAULTS
        ",\n      \"new\": {\n        \"x\": [\n          1,\n          2\n        ]\n      }\n    },\n    {\n"
        "      \"focus\": \"f\",\n      \"name\": \"b\",\n      \"odd\": 1e3\n    }\n  ],\n  \"last\": null\n}");
    assert_edit("{\"configs\": [{\"name\":\"a\"}, {\"name\":\"b\"}]}", "a", NULL,
                "{\n  \"configs\": [\n    {\n      \"name\": \"b\"\n    }\n  ]\n}");
    assert_edit("{\"configs\": [{\"name\":\"a\"}]}", "a", NULL, "{\n  \"configs\": []\n}");
}

static void refuses_what_it_cannot_read(void **state) {
    (void)state;
    assert_error("", "a", "config a not found");
    assert_error("{\"configs\":[]}", "a", "config a not found");
    assert_error("{", "a", "could not parse settings: ");
    assert_error("[]", "a", "could not parse settings: the file is not an object");
    assert_error("{\"configs\":{}}", "a", "could not parse settings: configs is not a list");
    assert_error("{\"configs\":[1]}", "a", "could not parse settings: a configuration is not an object");
    assert_error("{\"configs\":[{\"trim\":\"x\"}]}", "a", "could not parse settings: trim is not true or false");
    assert_error("{\"configs\":[{\"nodecount\":1.5}]}", "a",
                 "could not parse settings: nodecount is not a whole number");
    assert_error("{\"configs\":[{\"focus\":5}]}", "a", "could not parse settings: focus is not a string");
}

static str folder_path(const char *folder) { return str_format(&a, "%s/pprof/settings.json", folder); }

static void saves_reads_and_deletes(void **state) {
    (void)state;
    char folder[TEST_PATH_MAX];
    struct options o, current;
    struct settings all;
    struct stat st;
    assert_true(test_folder(folder));
    str path = folder_path(folder);
    options_defaults(&o);
    options_defaults(&current);
    assert_true(settings_read(&a, path, &current, &all, NULL));
    assert_int_equal(all.n, 0);
    o.trim = false;
    o.focus = STR("main");
    o.granularity = GRANULARITY_FILES;
    assert_true(settings_save(path, STR("one"), &o, NULL));
    assert_true(settings_save(path, STR("two"), &current, NULL));
    assert_int_equal(stat(path.ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_int_equal(chmod(path.ptr, 0600), 0);
    current.sample_index = STR("cpu");
    current.groups = STR("rules");
    current.ignore = STR("other");
    assert_true(settings_save(path, STR("one"), &o, NULL));
    assert_int_equal(stat(path.ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(settings_read(&a, path, &current, &all, NULL));
    assert_int_equal(all.n, 2);
    assert_true(str_equal(all.at[0].name, STR("one")));
    assert_true(str_equal(all.at[0].options.focus, STR("main")));
    assert_false(all.at[0].options.trim);
    assert_int_equal(all.at[0].options.granularity, GRANULARITY_FILES);
    assert_true(str_equal(all.at[0].options.sample_index, STR("cpu")));
    assert_true(str_equal(all.at[0].options.groups, STR("rules")));
    assert_int_equal(all.at[0].options.ignore.len, 0);
    assert_true(all.at[1].options.trim);
    assert_false(settings_save(path, STR_EMPTY, &o, NULL));
    assert_true(settings_delete(path, STR("one"), NULL));
    assert_false(settings_delete(path, STR("one"), NULL));
    assert_true(settings_read(&a, path, &current, &all, NULL));
    assert_int_equal(all.n, 1);
    assert_int_equal(unlink(path.ptr), 0);
    assert_int_equal(rmdir(str_format(&a, "%s/pprof", folder).ptr), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* Go 1.26 writes these escapes. */
static void escapes_and_signs(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    o.focus = STR("a\tb\rc\bd\fe\nf\"g\\h\1i\xffj\xe2\x80\xa8k<l");
    o.nodefraction = -0.25;
    str out;
    struct err e = {0};
    assert_true(settings_edit(&a, STR_EMPTY, STR("x"), &o, &out, &e));
    str want = STR("\"focus\": \"a\\tb\\rc\\bd\\fe\\nf\\\"g\\\\h\\u0001i\\ufffdj\\u2028k\\u003cl\"");
    if (str_find(out, want) == out.len) fail_msg("%.*s", STR_ARG(out));
    assert_true(str_find(out, STR("\"nodefraction\": -0.25,")) < out.len);
}

static void expect_fault(str path, const char *want) {
    struct options o;
    struct settings all;
    struct err e = {0};
    options_defaults(&o);
    assert_false(settings_read(&a, path, &o, &all, &e));
    assert_string_equal(err_text(&e), want);
    err_clear(&e);
}

static void what_is_in_the_way_is_named(void **state) {
    (void)state;
    char folder[TEST_PATH_MAX], file[TEST_PATH_MAX];
    struct options o;
    struct settings all;
    struct err e = {0};
    options_defaults(&o);
    assert_true(test_folder(folder));
    int fd = test_file(file);
    assert_true(fd >= 0);
    close(fd);
    assert_true(settings_read(&a, str_format(&a, "%s/none", folder), &o, &all, &e));
    assert_int_equal(all.n, 0);
    expect_fault(str_from(folder), str_format(&a, "could not read settings: %s is not a file", folder).ptr);
    str below = str_format(&a, "%s/settings.json", file);
    expect_fault(below, str_format(&a, "could not read settings: open %s: not a directory", below.ptr).ptr);
    assert_false(settings_save(below, STR("x"), &o, &e));
    if (!strstr(err_text(&e), "not a directory")) fail_msg("%s", err_text(&e));
    err_clear(&e);
    fd = open(file, O_WRONLY);
    assert_int_equal(ftruncate(fd, 64 << 20), 0);
    close(fd);
    assert_false(settings_read(&a, str_from(file), &o, &all, &e));
    if (!strstr(err_text(&e), "is larger than 4 MB")) fail_msg("%s", err_text(&e));
    err_clear(&e);
    unlink(file);
    rmdir(folder);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_as_pprof_does),        cmocka_unit_test(keeps_what_it_does_not_know),
        cmocka_unit_test(refuses_what_it_cannot_read), cmocka_unit_test(saves_reads_and_deletes),
        cmocka_unit_test(escapes_and_signs),           cmocka_unit_test(what_is_in_the_way_is_named),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&a);
    return failed;
}
