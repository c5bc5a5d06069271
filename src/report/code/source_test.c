/* Unit tests of report/code/source.c. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/sink.h"
#include "report/code/source.h"
#include "testing/test.h"

struct place {
    struct arena arena;
    char dir[PATH_MAX], before[PATH_MAX];
};

static str path_of(struct place *p, const char *name) { return str_format(&p->arena, "%s/%s", p->dir, name); }

static void put(struct place *p, const char *name, str text) {
    int fd = open(path_of(p, name).ptr, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.ptr, text.len), text.len);
    close(fd);
}

static int set_up(void **state) {
    static struct place p;
    p = (struct place){.arena = {0}};
    if (!getcwd(p.before, sizeof p.before) || !test_folder(p.dir)) return -1;
    char real[PATH_MAX];
    if (!realpath(p.dir, real)) return -1;
    memcpy(p.dir, real, sizeof real);
    *state = &p;
    mkdir(path_of(&p, "project").ptr, 0700);
    mkdir(path_of(&p, "project/src").ptr, 0700);
    return 0;
}

static int tear_down(void **state) {
    struct place *p = *state;
    static const char *const names[] = {"project/src/a.c", "above.c", "long.c", "crlf.c", "pipe",
                                        "project/src",     "project", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) remove(path_of(p, names[i]).ptr);
    int ok = chdir(p->before);
    arena_release(&p->arena);
    return ok;
}

static struct source_reader *reader(struct place *p, str search_path, str trim_path) {
    struct err e = {0};
    struct source_scope scope = {search_path, trim_path, STR_EMPTY, NULL};
    struct source_reader *r = source_reader_new(&p->arena, &scope, &e);
    assert_non_null(r);
    return r;
}

static void expect(struct source_reader *r, str path, int64_t n, const char *want) {
    str line;
    assert_true(source_line(r, path, n, &line));
    assert_true(str_equal(line, str_from(want)));
}

static void expect_none(struct source_reader *r, str path, int64_t n, const char *error) {
    str line;
    assert_false(source_line(r, path, n, &line));
    assert_true(str_equal(source_error(r, path), str_from(error)));
}

static void lines(void **state) {
    struct place *p = *state;
    put(p, "crlf.c", STR("one\r\n\r\n\nfour\r"));
    struct source_reader *r = reader(p, STR_EMPTY, STR_EMPTY);
    str path = path_of(p, "crlf.c");
    assert_int_equal(source_error(r, path).len, 0); /* not opened yet */
    expect(r, path, 1, "one");
    expect(r, path, 2, "");
    expect(r, path, 3, "");
    expect(r, path, 4, "four");
    expect_none(r, path, 0, "");
    expect_none(r, path, 5, "");
    expect_none(r, path, INT64_MIN, "");
    expect_none(r, path, INT64_MAX, "");
}

/* Go's scanner reads lines up to 64 KiB, the newline included. */
static void long_lines(void **state) {
    struct place *p = *state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct sink text;
        sink_to_memory(&text);
        sink_text(&text, "first\n");
        sink_repeat(&text, 'x', 65535 + extra);
        sink_text(&text, "\nlast\n");
        put(p, "long.c", sink_bytes(&text));
        struct err e = {0};
        sink_close(&text, &e);
        struct source_reader *r = reader(p, STR_EMPTY, STR_EMPTY);
        expect(r, path_of(p, "long.c"), 1, "first");
        if (extra)
            expect_none(r, path_of(p, "long.c"), 2, "");
        else
            expect(r, path_of(p, "long.c"), 3, "last");
    }
}

static void search(void **state) {
    struct place *p = *state;
    put(p, "project/src/a.c", STR("here\n"));
    put(p, "above.c", STR("above\n"));
    str project = path_of(p, "project");
    struct source_reader *r = reader(p, project, STR_EMPTY);
    expect(r, STR("src/a.c"), 1, "here");
    expect(r, STR("./src/../src/a.c"), 1, "here");
    expect(r, STR("/build/project/src/a.c"), 1, "here"); /* the prefix is removed */
    expect(r, STR("above.c"), 1, "above");               /* found in a directory above */
    expect_none(r, STR("b.c"), 1, str_format(&p->arena, "could not find file b.c on path %s/project", p->dir).ptr);
    expect_none(r, STR("/none/b.c"), 1, "open /none/b.c: no such file or directory");
    str line;
    assert_false(source_line(r, (str){"/a\0b", 4}, 1, &line));
    assert_true(str_has_suffix(source_error(r, (str){"/a\0b", 4}), STR(": invalid argument")));

    r = reader(p, project, STR("/x/build"));
    expect(r, STR("/x/build/src/a.c"), 1, "here");
    expect(r, STR("/x/builds/src/a.c"), 1, "here"); /* by its end; pprof does not find it */
    expect_none(r, STR("/x/builds/src/b.c"), 1, "open /x/builds/src/b.c: no such file or directory");
}

static void current_directory(void **state) {
    struct place *p = *state;
    put(p, "project/src/a.c", STR("here\n"));
    assert_int_equal(chdir(path_of(p, "project/src").ptr), 0);
    struct source_reader *r = reader(p, STR_EMPTY, STR_EMPTY);
    expect(r, STR("a.c"), 1, "here");
    expect(r, STR("/elsewhere/src/a.c"), 1, "here");
    assert_int_equal(chdir(p->before), 0);
}

/* Names in profiles are untrusted: a pipe without a writer must not block. */
static void no_plain_files(void **state) {
    struct place *p = *state;
    struct source_reader *r = reader(p, STR_EMPTY, STR_EMPTY);
    assert_int_equal(mkfifo(path_of(p, "pipe").ptr, 0600), 0);
    expect_none(r, path_of(p, "pipe"), 1, "");
    expect_none(r, path_of(p, "project"), 1, "");
    expect_none(r, STR("/dev/zero"), 1, "");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(search, set_up, tear_down),
        cmocka_unit_test_setup_teardown(current_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_plain_files, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
