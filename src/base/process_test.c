/* Unit tests of process.c. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "testing/test.h"

static bool run(struct arena *a, const char *const *argv, str input, str *output, struct err *e) {
    struct process_call call = {.argv = argv, .input = input};
    bool ok = process_run(a, &call, e);
    *output = call.output;
    return ok;
}

static void programs_are_fed_and_heard_at_once(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    static char big[3 << 20]; /* more than a pipe holds */
    memset(big, 'x', sizeof big);
    str output;
    assert_true(run(&a, (const char *const[]){"cat", NULL}, (str){big, sizeof big}, &output, &e));
    assert_int_equal(output.len, sizeof big);
    /* a program that does not read its input */
    assert_true(run(&a, (const char *const[]){"echo", "hello", NULL}, (str){big, sizeof big}, &output, &e));
    assert_true(str_equal(output, STR("hello\n")));
    assert_false(run(&a, (const char *const[]){"sh", "-c", "echo part; exit 3", NULL}, STR_EMPTY, &output, &e));
    assert_string_equal(err_text(&e), "exit status 3");
    assert_true(str_equal(output, STR("part\n")));
    assert_false(run(&a, (const char *const[]){"sh", "-c", "kill -9 $$", NULL}, STR_EMPTY, &output, &e));
    assert_string_equal(err_text(&e), "signal: Killed");
    err_clear(&e);
    arena_release(&a);
}

/* A program that is shown a text reads all of it or none; Ctrl-C and its own end do not end us. */
static void programs_show_texts(void **state) {
    (void)state;
    struct err e = {0};
    static char big[3 << 20]; /* more than a pipe holds */
    memset(big, 'x', sizeof big);
    const char *const *none = NULL;
    int status;
    const char *const count[] = {"sh", "-c", "test $(wc -c) = 3145728", NULL};
    assert_true(process_show(count, none, (str){big, sizeof big}, &status, &e));
    assert_int_equal(status, 0);
    assert_true(process_show((const char *const[]){"true", NULL}, none, (str){big, sizeof big}, &status, &e));
    assert_int_equal(status, 0);
    const char *const ends[] = {"sh", "-c", "kill -INT $PPID; read a; exit $a", NULL};
    assert_true(process_show(ends, none, STR("7\n"), &status, &e));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    const char *const variables[] = {"CPROF_TEST_NEW=1", "PATH=/nowhere", NULL};
    const char *const look[] = {"sh", "-c", "test $CPROF_TEST_NEW = 1 && test $PATH != /nowhere", NULL};
    assert_true(process_show(look, variables, STR_EMPTY, &status, &e));
    assert_int_equal(status, 0);
    assert_false(process_show((const char *const[]){"/nonexistent", NULL}, none, STR_EMPTY, &status, &e));
    assert_non_null(strstr(err_text(&e), "/nonexistent"));
    err_clear(&e);
}

static void say_words(void *context, int fd) {
    const char *word = context;
    if (fd >= 0) dprintf(fd, "sent");
    for (int i = 0; i < 100000; i++)
        if (dprintf(STDOUT_FILENO, "%s\n", word) < 0) _exit(1);
}

/* The shell reads what the work writes, and one that stops reading ends the work, not us. */
static void the_shell_reads_what_work_writes(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    char path[TEST_PATH_MAX], text[2 * TEST_PATH_MAX + 100], got[100];
    int fd = test_file(path);
    struct process_ends ends;
    const struct process_work work = {say_words, (char[]){"word"}};
    assert_true(fd >= 0);
    snprintf(text, sizeof text, "head -2 >'%s'; exit 3", path);
    assert_true(process_shell(&a, text, &work, &ends, &e));
    assert_int_equal(WEXITSTATUS(ends.shell), 3);
    assert_true(WIFSIGNALED(ends.work) && WTERMSIG(ends.work) == SIGPIPE);
    assert_true(str_equal(ends.output, STR("sent")));
    snprintf(text, sizeof text, "wc -l >>'%s'", path);
    assert_true(process_shell(&a, text, &work, &ends, &e));
    assert_true(ends.work == 0 && ends.shell == 0);
    snprintf(text, sizeof text, "cat >>'%s' && echo alone >>'%s'", path, path);
    if (isatty(STDIN_FILENO) != 1) assert_true(process_shell(&a, text, NULL, &ends, &e));
    ssize_t n = pread(fd, got, sizeof got - 1, 0);
    assert_true(n > 0);
    got[n] = 0;
    assert_string_equal(got, isatty(STDIN_FILENO) == 1 ? "word\nword\n100000\n" : "word\nword\n100000\nalone\n");
    close(fd);
    unlink(path);
    arena_release(&a);
}

/* A program that hangs, that writes without end, or that writes nothing is a failure with a message, and is gone. */
static void programs_have_limits(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct process_call hangs = {.argv = (const char *const[]){"sleep", "1000", NULL}, .silent_ms = 20};
    assert_false(process_run(&a, &hangs, &e));
    assert_true(hangs.started);
    assert_string_equal(err_text(&e), "sleep did nothing for 0.02 seconds");
    struct process_call endless = {.argv = (const char *const[]){"yes", NULL}, .output_most = 1 << 20};
    assert_false(process_run(&a, &endless, &e));
    assert_string_equal(err_text(&e), "yes wrote more than 1 MB");
    assert_true(endless.output.len > 1 << 20 && endless.output.len < 2 << 20);
    struct process_call quiet = {.argv = (const char *const[]){"true", NULL}, .wants_output = true};
    assert_false(process_run(&a, &quiet, &e));
    assert_string_equal(err_text(&e), "true wrote nothing");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
    err_clear(&e);
    arena_release(&a);
}

/* Standard error is kept, whatever its size, without waiting for what the program leaves behind. */
static void errors_are_kept(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct process_call both = {
        .argv = (const char *const[]){"sh", "-c", "echo out; printf '\\033[31mno' >&2; exit 4", NULL},
        .keep_errors = true};
    assert_false(process_run(&a, &both, &e));
    assert_string_equal(err_text(&e), "exit status 4");
    assert_true(str_equal(both.output, STR("out\n")));
    assert_true(str_equal(both.errors, STR("\033[31mno")));
    struct process_call many = {
        .argv = (const char *const[]){"sh", "-c", "head -c 300000 /dev/zero >&2; echo out", NULL}, .keep_errors = true};
    assert_true(process_run(&a, &many, &e));
    assert_true(str_equal(many.output, STR("out\n")));
    assert_int_equal(many.errors.len, 64 * 1024 + 23);
    assert_true(str_has_suffix(many.errors, STR("\n[the rest is cut off]\n")));
    struct process_call left = {
        .argv = (const char *const[]){"sh", "-c", "sleep 1000 >/dev/null & echo $!; echo a >&2", NULL},
        .keep_errors = true};
    assert_true(process_run(&a, &left, &e));
    assert_true(str_equal(left.errors, STR("a\n")));
    kill((pid_t)strtol(str_c(&a, left.output), NULL, 10), SIGKILL);
    /* the same of one that writes to it without end */
    struct process_call noisy = {.argv = (const char *const[]){"sh", "-c", "yes >&2 & echo $!; exec >/dev/null", NULL},
                                 .keep_errors = true,
                                 .silent_ms = 100};
    assert_true(process_run(&a, &noisy, &e));
    kill((pid_t)strtol(str_c(&a, noisy.output), NULL, 10), SIGKILL);
    struct process_call late = {.argv = (const char *const[]){"sh", "-c", "exec >&-; echo a >&2; exit 5", NULL},
                                .keep_errors = true};
    assert_false(process_run(&a, &late, &e));
    assert_string_equal(err_text(&e), "exit status 5");
    assert_true(str_equal(late.errors, STR("a\n")));
    err_clear(&e);
    arena_release(&a);
}

/* A program that has ended well has succeeded, even if another one that it left behind holds its output open. */
static void output_that_is_held_open_is_whole(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct process_call held = {.argv = (const char *const[]){"sh", "-c", "sleep 1000 & echo $!", NULL}};
    assert_true(process_run(&a, &held, &e));
    assert_true(str_has_suffix(held.output, STR("\n")));
    kill((pid_t)strtol(str_c(&a, held.output), NULL, 10), SIGKILL);
    struct process_call talks = {
        .argv = (const char *const[]){"sh", "-c", "while :; do echo a >&2; sleep 0.05; done & echo $!", NULL},
        .keep_errors = true};
    assert_true(process_run(&a, &talks, &e));
    kill((pid_t)strtol(str_c(&a, talks.output), NULL, 10), SIGKILL);
    struct process_call failed = {.argv = (const char *const[]){"sh", "-c", "sleep 1000 & echo $!; exit 3", NULL},
                                  .silent_ms = 20000};
    assert_false(process_run(&a, &failed, &e));
    assert_string_equal(err_text(&e), "exit status 3");
    kill((pid_t)strtol(str_c(&a, failed.output), NULL, 10), SIGKILL);
    err_clear(&e);
    arena_release(&a);
}

/* What a program that is only started writes to standard error is in a file that never makes it wait or ends it. */
static void errors_of_viewers_are_bounded(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    size_t done = 0;
    int errors;
    pid_t pid;
    const char *const few[] = {"sh", "-c", "printf '\033[31mno' >&2; exit 3", NULL};
    assert_true(process_start(few, false, &errors, &pid, &e));
    assert_false(process_wait(pid, &e));
    assert_string_equal(err_text(&e), "exit status 3");
    assert_true(str_equal(process_errors(&a, errors, &done, false), STR_EMPTY)); /* the line has no end yet */
    assert_true(str_equal(process_errors(&a, errors, &done, true), STR("\033[31mno")));
    assert_true(str_equal(process_errors(&a, errors, &done, true), STR_EMPTY));
    close(errors);
    /* the program that writes on fails, without a signal */
    const char *const many[] = {"sh", "-c", "head -c 65530 /dev/zero | tr '\\0' x >&2; yes >&2; exit 0", NULL};
    done = 0;
    assert_true(process_start(many, false, &errors, &pid, &e));
    assert_true(process_wait(pid, &e));
    assert_int_equal(process_errors(&a, errors, &done, true).len, 64 * 1024);
    assert_true(str_equal(process_errors(&a, errors, &done, true), STR_EMPTY));
    close(errors);
    assert_true(process_start(few, false, NULL, &pid, &e));
    assert_false(process_wait(pid, &e));
    assert_false(process_start((const char *const[]){"/nonexistent", NULL}, false, &errors, &pid, &e));
    assert_int_equal(errors, -1);
    err_clear(&e);
    arena_release(&a);
}

/* Runs a program that writes its number to the pipe and then waits. */
static void run_waiting_program(int fd) {
    struct arena a = {0};
    const char *script = str_format(&a, "echo $$ >&%d; exec sleep 1000", fd).ptr;
    struct process_call call = {.argv = (const char *const[]){"sh", "-c", script, NULL}};
    process_run(&a, &call, NULL);
    _exit(0);
}

/* A program ends with the process that started it, even when that is killed. */
static void programs_die_with_us(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* NOLINT(android-cloexec-pipe): the program inherits it */
    pid_t child = fork();
    if (child == 0) run_waiting_program(ends[1]);
    close(ends[1]);
    char text[32];
    ssize_t n = read(ends[0], text, sizeof text - 1);
    assert_true(n > 0);
    text[n] = 0;
    pid_t program = (pid_t)strtol(text, NULL, 10);
    assert_int_equal(kill(program, 0), 0);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(read(ends[0], text, 1), 0); /* returns once the program has closed its end */
    close(ends[0]);
}

static void missing_programs_are_named(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct process_call call = {.argv = (const char *const[]){"cprof-no-such-program", NULL}};
    assert_false(process_run(&a, &call, &e));
    assert_false(call.started);
    assert_string_equal(err_text(&e), "exec: \"cprof-no-such-program\": executable file not found in $PATH");
    call.argv = (const char *const[]){"/nonexistent/x", NULL};
    assert_false(process_run(&a, &call, &e));
    assert_string_equal(err_text(&e), "fork/exec /nonexistent/x: no such file or directory");
    err_clear(&e);
    arena_release(&a);
}

/* Entries of $PATH that are relative, or are no folders or cannot be entered, find nothing and change no message. */
static void search_path_is_read_as_by_go(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    str before = str_copy(&a, str_from(getenv("PATH"))), output;
    char directory[TEST_PATH_MAX];
    assert_true(test_folder(directory));
    const char *closed = str_format(&a, "%s/closed", directory).ptr, *file = str_format(&a, "%s/file", directory).ptr;
    assert_int_equal(mkdir(closed, 0), 0);
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    close(fd);
    const char *argv[] = {"cprof-no-such-program", NULL};
    static const char *const words = "exec: \"cprof-no-such-program\": executable file not found in $PATH";
    const char *path[] = {closed, file, "/nonexistent", "", ".", ":"};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        setenv("PATH", path[i], 1);
        assert_false(run(&a, argv, STR_EMPTY, &output, &e));
        assert_string_equal(err_text(&e), words);
    }
    unsetenv("PATH");
    assert_false(run(&a, argv, STR_EMPTY, &output, &e));
    assert_string_equal(err_text(&e), words);
    setenv("PATH", str_format(&a, "%s:%s", closed, directory).ptr, 1);
    assert_string_equal(process_find(&a, "file"), file);
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(here >= 0 && chdir(directory) == 0);
    setenv("PATH", ".", 1);
    assert_null(process_find(&a, "file"));
    assert_int_equal(fchdir(here), 0);
    close(here);
    setenv("PATH", before.ptr, 1);
    unlink(file);
    rmdir(closed);
    rmdir(directory);
    err_clear(&e);
    arena_release(&a);
}

static void names_are_arguments(void **state) {
    (void)state;
    struct arena a = {0};
    static const char *const row[][2] = {{"/bin/x", "/bin/x"}, {"x", "x"},
                                         {"-", "./-"},         {"-x", "./-x"},
                                         {"@opts", "./@opts"}, {"--plugin=a.so x", "./--plugin=a.so x"},
                                         {"a\n@b", "a\n@b"},   {"", ""}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_string_equal(process_argument(&a, str_from(row[i][0])), row[i][1]);
    arena_release(&a);
}

static void write_words(void *context, int fd) {
    const char *text = context;
    if (write(fd, text, strlen(text)) < 0) _exit(9);
    if (text[0] == 'k') raise(SIGKILL);
}

static void children_report(void **state) {
    (void)state;
    struct arena a = {0};
    char plain[] = "output", killed[] = "killed";
    str output;
    int status;
    process_fork(&a, &(struct process_work){write_words, plain}, &output, &status);
    assert_true(str_equal(output, STR("output")) && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    process_fork(&a, &(struct process_work){write_words, killed}, &output, &status);
    assert_true(str_equal(output, STR("killed")) && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_fed_and_heard_at_once),
        cmocka_unit_test(programs_show_texts),
        cmocka_unit_test(the_shell_reads_what_work_writes),
        cmocka_unit_test(programs_have_limits),
        cmocka_unit_test(errors_are_kept),
        cmocka_unit_test(output_that_is_held_open_is_whole),
        cmocka_unit_test(errors_of_viewers_are_bounded),
        cmocka_unit_test(programs_die_with_us),
        cmocka_unit_test(missing_programs_are_named),
        cmocka_unit_test(search_path_is_read_as_by_go),
        cmocka_unit_test(names_are_arguments),
        cmocka_unit_test(children_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
