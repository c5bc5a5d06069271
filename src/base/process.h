/* Starts other programs, in our environment without $DEBUGINFOD_URLS. Only this file does so, which `make lint` checks.
 */
#ifndef CPROF_BASE_PROCESS_H
#define CPROF_BASE_PROCESS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* The name of a file as an argument that no tool takes for an option ("-x", "--plugin=…"), for a file of options
 * ("@file") or for standard input ("-"). Use it for each name that comes from a profile. The result lives in `a`. */
const char *process_argument(struct arena *a, str name);

/* Returns true if the path is a file that may be executed. */
bool process_is_program(const char *path);
/* The path of a program on $PATH, or NULL. As in Go, folders that cannot be entered are skipped, and a program in a
 * relative entry counts as not found. The result lives in `a`. */
const char *process_find(struct arena *a, const char *name);

struct process_call {
    const char *const *argv; /* NULL at the end; argv[0] is a path, or a name that is looked up on $PATH */
    str input;               /* bytes for standard input */
    bool keep_errors;        /* standard error is a result; else it goes to /dev/null */
    bool wants_output;       /* a program that succeeds without output counts as failed */
    int silent_ms;           /* milliseconds without output or accepted input that are allowed; 0: ten minutes */
    size_t output_most;      /* the number of bytes of output that is allowed; 0: 2 GiB */
    /* results of process_run: */
    str output;   /* all of standard output, in the arena; after a failure, the part that was read */
    str errors;   /* with keep_errors: the first 64 KiB of standard error, for people, with any bytes */
    bool started; /* false: the program could not be started at all */
};
/* Runs a program to its end. Sends input and reads output at the same time, so that neither side can block the other
 * for ever. Once it has ended, the processes that it leaves behind with its output open may write to it while they are
 * not silent for a second; nobody waits for those that hold its standard error only. The program is killed when it
 * passes a limit, when the command is cancelled (base/cancel.h), and when the calling thread ends, by whatever signal.
 * Fails with Go's messages ("exec: \"nm\": executable file not found in
 * $PATH", "exit status 1"), or with one that names the limit. */
bool process_run(struct arena *a, struct process_call *c, struct err *e);

/* Starts a program that shows something to the user, without input; its standard output goes to /dev/null. Its standard
 * error is *errors, a file in memory that takes 64 KiB, so that the program may outlive us and never waits; the caller
 * closes it. Where no such file can be made, *errors is -1; and with a NULL `errors` all goes to /dev/null. With
 * `own_group` the terminal's Ctrl-C does not reach it. Fails with the messages of process_run. */
bool process_start(const char *const *argv, bool own_group, int *errors, pid_t *pid, struct err *e);
/* Returns the bytes that the program wrote to `errors` since the last call, for people to read; *read_so_far is 0
 * before the first call. A line without its end waits for the next call, unless this is the last one. */
str process_errors(struct arena *a, int errors, size_t *read_so_far, bool is_last);
bool process_wait(pid_t pid, struct err *e);

/* Runs a program to its end that shows `text` to the user, as a pager does. It reads the text from its standard input;
 * its other descriptors are ours. It may end without reading all. While it runs, it alone receives the terminal's
 * Ctrl-C. `variables` is NULL, or a list of "NAME=value" with NULL at the end, for its environment where it has no such
 * NAME. *status is as from waitpid. Fails with the messages of process_run if it cannot be started. */
bool process_show(const char *const *argv, const char *const *variables, str text, int *status, struct err *e);

/* Work for a child process. */
struct process_work {
    void (*run)(void *context, int fd); /* sends bytes to the parent by writing them to fd, which is -1 without a
                                           child */
    void *context;
};
/* Does the work in a child that shares our memory as it is now, and waits for it; Ctrl-C ends only the child. *output
 * is the bytes that it wrote to fd, in `a`; *status is as from waitpid. If no child can be started, does the work in
 * this process. */
void process_fork(struct arena *a, const struct process_work *work, str *output, int *status);

/* How a shell and the work whose output it reads have ended. */
struct process_ends {
    str output;      /* as of process_fork */
    int work, shell; /* as from waitpid; 0 where none was started */
};
/* Runs `text`, which the user typed, by /bin/sh with our standard output and error, to its end. Its standard input is
 * what `work`, as in process_fork, writes to standard output; with a NULL `work` it is our terminal, or empty without
 * one. Ctrl-C ends both, not us. Nothing that comes from a profile may be part of `text`. */
bool process_shell(struct arena *a, const char *text, const struct process_work *work, struct process_ends *ends,
                   struct err *e);

#endif
