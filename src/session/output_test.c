/* Unit tests of output.c: escaping for a terminal, and files that are written whole. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/help.h"
#include "out/message.h"
#include "out/whole_file.h"
#include "testing/test.h"

static struct arena arena;
static char folder[TEST_PATH_MAX];

static void assert_text(str got, const char *want) {
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static void assert_safe(const char *text, const char *want) { assert_text(message_safe(&arena, str_from(text)), want); }

static void test_terminal_text(void **state) {
    (void)state;
    assert_safe("plain\ttext\n", "plain\ttext\n");
    assert_safe("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_safe("a\033]0;title\007b", "a\\x1b]0;title\\x07b");
    assert_safe("\r\x7f", "\\x0d\\x7f");
    assert_safe("\xc2\x9b"
                "31m",
                "\\xc2\\x9b31m"); /* the other encoding of ESC [ */
    assert_safe("\xff\xc3", "\\xff\\xc3");
    assert_safe("a\xe2\x80\xae"
                "b",
                "a\\xe2\\x80\\xae"
                "b");                               /* the mark that turns the line around */
    assert_safe("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate is not a character */
    assert_text(message_one_line(&arena, STR("a\n\tb\xc3\xa9")), "a\\x0a\\x09b\xc3\xa9");
}

static str in_folder(const char *name) { return str_format(&arena, "%s/%s", folder, name); }

static void assert_file(const char *name, const char *want) {
    char bytes[64] = "";
    FILE *f = fopen(in_folder(name).ptr, "r");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_text((str){bytes, n}, want);
}

static void write_file(const char *name, const char *text) {
    struct whole_file f;
    int errnum;
    assert_true(whole_file_open(&arena, in_folder(name), &f));
    assert_int_equal(write(f.fd, text, strlen(text)), strlen(text));
    assert_true(whole_file_finish(&arena, &f, &errnum));
}

static void test_whole_files(void **state) {
    (void)state;
    struct stat st;
    write_file("a", "one");
    assert_file("a", "one");
    assert_int_equal(chmod(in_folder("a").ptr, 0640), 0);
    assert_int_equal(symlink("a", in_folder("link").ptr), 0);
    write_file("link", "two");
    assert_file("a", "two");
    assert_int_equal(lstat(in_folder("link").ptr, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat(in_folder("a").ptr, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
}

static void test_unfinished_files(void **state) {
    (void)state;
    struct whole_file f;
    write_file("b", "old");
    assert_true(whole_file_open(&arena, in_folder("b"), &f));
    assert_int_equal(write(f.fd, "half", 4), 4);
    assert_file("b", "old");
    whole_file_drop(&f);
    assert_file("b", "old");
    assert_true(whole_file_open(&arena, in_folder("c"), &f));
    whole_file_drop(&f);
    assert_int_equal(access(in_folder("c").ptr, F_OK), -1);
}

/* Opens a file that a process was about to put in place of `name`; it is left behind once its lock is gone. */
static int make_left(const char *name, bool alive) {
    int fd = open(in_folder(name).ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "left", 4), 4);
    if (alive) assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    return fd;
}

static bool exists(const char *name) {
    struct stat st;
    return lstat(in_folder(name).ptr, &st) == 0;
}

/* The next to write a file removes what a process that was killed has left beside it, and nothing else. */
static void test_files_left_behind(void **state) {
    (void)state;
    write_file("r", "old");
    close(make_left("r.cprof-0", false));
    write_file("r", "new");
    assert_file("r", "new");
    assert_false(exists("r.cprof-0"));
    /* of a process that lives */
    int alive = make_left("r.cprof-0", true);
    close(make_left("r.cprof-1", false));
    write_file("r", "newer");
    assert_file("r", "newer");
    assert_file("r.cprof-0", "left");
    assert_false(exists("r.cprof-1"));
    close(alive);
    write_file("r", "newest");
    assert_false(exists("r.cprof-0"));
    /* what others may have put there */
    write_file("victim", "kept");
    assert_int_equal(symlink("victim", in_folder("r.cprof-0").ptr), 0);
    assert_int_equal(mkdir(in_folder("r.cprof-1").ptr, 0700), 0);
    assert_int_equal(mkfifo(in_folder("r.cprof-2").ptr, 0600), 0);
    assert_int_equal(symlink("nowhere", in_folder("r.cprof-3").ptr), 0);
    close(make_left("r.cprof-4", false));
    bool foreign = chown(in_folder("r.cprof-4").ptr, 12345, 12345) == 0; /* only root may */
    write_file("r", "last");
    assert_file("r", "last");
    assert_file("victim", "kept");
    assert_true(exists("r.cprof-0") && exists("r.cprof-1") && exists("r.cprof-2") && exists("r.cprof-3"));
    assert_false(exists("nowhere"));
    assert_int_equal(exists("r.cprof-4"), foreign);
    assert_false(exists("r.cprof-5"));
    rmdir(in_folder("r.cprof-1").ptr);
    static const char *const left[] = {"r", "r.cprof-0", "r.cprof-2", "r.cprof-3", "r.cprof-4", "victim"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) unlink(in_folder(left[i]).ptr);
}

static void test_files_to_write_in_place(void **state) {
    (void)state;
    struct whole_file f;
    const char *step;
    assert_false(whole_file_open(&arena, in_folder("nofolder/x"), &f));
    assert_false(whole_file_open(&arena, str_from(folder), &f));
    write_file("d", "x");
    assert_int_equal(link(in_folder("d").ptr, in_folder("e").ptr), 0);
    assert_false(whole_file_open(&arena, in_folder("e"), &f));
    assert_int_equal(whole_file_overwrite(&arena, in_folder("e"), STR("longer than before"), &step), 0);
    assert_file("d", "longer than before");
    assert_int_equal(whole_file_overwrite(&arena, in_folder("e"), STR("short"), &step), 0);
    assert_file("d", "short");
    assert_int_equal(whole_file_overwrite(&arena, in_folder("new"), STR("made"), &step), 0);
    assert_file("new", "made");
    assert_int_equal(whole_file_overwrite(&arena, str_from(folder), STR("x"), &step), EISDIR);
    assert_int_equal(whole_file_overwrite(&arena, in_folder("nofolder/x"), STR("x"), &step), ENOENT);
    assert_string_equal(step, "open");
}

static void test_appending(void **state) {
    (void)state;
    const char *step;
    assert_int_equal(whole_file_append(&arena, in_folder("appended"), STR("one\n"), &step), 0);
    assert_int_equal(whole_file_append(&arena, in_folder("appended"), STR(""), &step), 0);
    assert_int_equal(whole_file_append(&arena, in_folder("appended"), STR("two\n"), &step), 0);
    assert_file("appended", "one\ntwo\n");
    assert_int_equal(whole_file_append(&arena, str_from("/dev/null"), STR("x"), &step), 0);
    assert_int_equal(whole_file_append(&arena, in_folder("nofolder/x"), STR("x"), &step), ENOENT);
    assert_string_equal(step, "open");
}

/* Bytes that do not fit leave the old contents, or no file. */
static void test_a_limit_of_size(void **state) {
    (void)state;
    struct rlimit before, limit;
    const char *step;
    signal(SIGXFSZ, SIG_IGN); /* as main.c does */
    write_file("g", "old contents");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){16, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int old = whole_file_overwrite(&arena, in_folder("g"), STR("far more than sixteen bytes"), &step);
    int new = whole_file_overwrite(&arena, in_folder("h"), STR("far more than sixteen bytes"), &step);
    int added = whole_file_append(&arena, in_folder("g"), STR("a bit more"), &step);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(old, EFBIG);
    assert_int_equal(new, EFBIG);
    assert_int_equal(added, EFBIG);
    assert_file("g", "old contents");
    assert_int_equal(access(in_folder("h").ptr, F_OK), -1);
}

/* A link to a file that does not exist yet: the file appears, and the link stays. */
static void test_links_to_new_files(void **state) {
    (void)state;
    struct stat st;
    struct whole_file f;
    assert_int_equal(symlink("next", in_folder("dangling").ptr), 0);
    assert_int_equal(symlink("made-by-link", in_folder("next").ptr), 0);
    write_file("dangling", "x");
    assert_file("made-by-link", "x");
    assert_int_equal(lstat(in_folder("dangling").ptr, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(symlink("loop", in_folder("loop").ptr), 0);
    assert_false(whole_file_open(&arena, in_folder("loop"), &f));
}

/* Numbered files have the first free number when they are finished, and nothing is there before. */
static void test_numbered_files(void **state) {
    (void)state;
    struct whole_file one, two;
    int errnum;
    str before = in_folder("n");
    assert_true(whole_file_open_numbered(&arena, before, STR(".txt"), &one, &errnum));
    assert_true(whole_file_open_numbered(&arena, before, STR(".txt"), &two, &errnum));
    assert_int_equal(access(in_folder("n001.txt").ptr, F_OK), -1);
    assert_int_equal(write(one.fd, "one", 3), 3);
    assert_int_equal(write(two.fd, "two", 3), 3);
    assert_true(whole_file_finish(&arena, &two, &errnum));
    assert_true(whole_file_finish(&arena, &one, &errnum));
    assert_file("n001.txt", "two");
    assert_file("n002.txt", "one");
    assert_text(str_from(one.path), in_folder("n002.txt").ptr);
    assert_true(whole_file_open_numbered(&arena, before, STR(".txt"), &one, &errnum));
    whole_file_drop(&one);
    assert_int_equal(access(in_folder("n003.txt").ptr, F_OK), -1);
    assert_false(whole_file_open_numbered(&arena, in_folder("nofolder/n"), STR(".txt"), &one, &errnum));
    assert_int_equal(errnum, ENOENT);
}

/* The bytes arrive before the file is finished. */
static void test_pipes_and_devices(void **state) {
    (void)state;
    struct whole_file f;
    char bytes[8];
    int errnum;
    struct stat st;
    const char *pipe_name = in_folder("pipe").ptr;
    assert_int_equal(mkfifo(pipe_name, 0600), 0);
    int reader = open(pipe_name, O_RDONLY | O_NONBLOCK);
    assert_true(whole_file_open(&arena, in_folder("pipe"), &f));
    assert_int_equal(write(f.fd, "one", 3), 3);
    assert_int_equal(read(reader, bytes, sizeof bytes), 3);
    assert_true(whole_file_finish(&arena, &f, &errnum));
    assert_int_equal(read(reader, bytes, sizeof bytes), 0);
    close(reader);
    assert_int_equal(stat(pipe_name, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_true(whole_file_open(&arena, STR("/dev/null"), &f));
    whole_file_drop(&f);
    assert_int_equal(access("/dev/null", F_OK), 0);
}

/* A file that is standard output is not replaced, because other programs may write to it. */
static void test_standard_output(void **state) {
    (void)state;
    struct whole_file f;
    int errnum;
    write_file("f", "one");
    fflush(stdout);
    int before = dup(STDOUT_FILENO), fd = open(in_folder("f").ptr, O_WRONLY | O_APPEND);
    dup2(fd, STDOUT_FILENO);
    bool opened = whole_file_open(&arena, STR("/dev/stdout"), &f) && write(f.fd, " two", 4) == 4;
    bool finished = opened && whole_file_finish(&arena, &f, &errnum) && write(STDOUT_FILENO, " three", 6) == 6;
    dup2(before, STDOUT_FILENO);
    close(before);
    close(fd);
    assert_true(finished);
    assert_file("f", "one two three");
}

/* Each option, choice, flag and report is in the usage text and in the manual. */
static void test_everything_is_described(void **state) {
    (void)state;
    struct sink usage, manual;
    struct err e = {0};
    sink_to_memory(&usage);
    sink_to_memory(&manual);
    help_usage(&usage);
    man_page(&manual, STR("@OPTIONS@\n@CHOICES@\n@SOURCES@\n@MISC@\n@LEGACY@\n@ENVIRONMENT@\n@COMMANDS@\n"));
    for (unsigned i = 0; i < options_table_n; i++) {
        const struct options_row *row = &options_table[i];
        if (row->kind == OPTIONS_CHOICE) continue;
        assert_true(str_find(sink_bytes(&usage), str_format(&arena, "\n    -%s ", row->name)) < sink_bytes(&usage).len);
        str item = str_format(&arena, "\\fB\\-\\fR\\fB%s\\fR", row->name);
        assert_true(str_find(sink_bytes(&manual), item) < sink_bytes(&manual).len);
    }
    for (unsigned i = 0; i < options_call_table_n; i++) {
        str item = str_format(&arena, "-%s", options_call_table[i].name);
        assert_true(!options_call_table[i].is_flag || str_find(sink_bytes(&usage), item) < sink_bytes(&usage).len);
    }
    assert_true(sink_close(&usage, &e) && sink_close(&manual, &e));
}

static int begin(void **state) {
    (void)state;
    return test_folder(folder) ? 0 : -1;
}

static int end(void **state) {
    (void)state;
    static const char *const left[] = {"a",    "link",     "b",        "d",       "e",    "dangling",
                                       "pipe", "f",        "new",      "g",       "next", "made-by-link",
                                       "loop", "n001.txt", "n002.txt", "appended"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) unlink(in_folder(left[i]).ptr);
    int status = rmdir(folder); /* fails if a test left a file behind */
    arena_release(&arena);
    return status;
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terminal_text),           cmocka_unit_test(test_whole_files),
        cmocka_unit_test(test_unfinished_files),        cmocka_unit_test(test_files_left_behind),
        cmocka_unit_test(test_files_to_write_in_place), cmocka_unit_test(test_appending),
        cmocka_unit_test(test_pipes_and_devices),       cmocka_unit_test(test_standard_output),
        cmocka_unit_test(test_a_limit_of_size),         cmocka_unit_test(test_links_to_new_files),
        cmocka_unit_test(test_numbered_files),          cmocka_unit_test(test_everything_is_described),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
