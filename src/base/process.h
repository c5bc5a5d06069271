/* Starts other programs: the only file that does, which `make lint` checks. */
#ifndef CPROF_BASE_PROCESS_H
#define CPROF_BASE_PROCESS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* A file's name as an argument. No tool takes the result for an option ("-x", "--plugin=…"), for a file of options
 * ("@file") or for standard input ("-"). Every name that comes from a profile passes through here. Lives in `a`. */
const char *process_argument(struct arena *a, str name);

/* Is this a file that may be run? */
bool process_is_program(const char *path);
/* Where $PATH has a program; NULL: nowhere. As in Go, folders that cannot be entered are passed over, and what a
 * relative entry finds counts as not found. Lives in `a`. */
const char *process_find(struct arena *a, const char *name);

struct process_call {
    const char *const *argv; /* NULL at the end; argv[0] is a path, or a name that is looked up on $PATH */
    str input;               /* standard input */
    bool show_errors;        /* standard error is ours; else it is thrown away */
    /* What process_run leaves: */
    str output;   /* all of standard output, in the arena; with a failure, what was read until then */
    bool started; /* false: the program does not run here at all */
};
/* Runs a program to its end. Input and output are moved at the same time, so neither side can wait for ever on the
 * other. False with the reference's sentence ("exec: \"nm\": executable file not found in $PATH", "exit status 1"). */
bool process_run(struct arena *a, struct process_call *c, struct err *e);

/* Starts a program that shows something to the user: without input, and what it writes to standard output is thrown
 * away. With `own_group` the terminal's Ctrl-C does not reach it. Sentences are those of process_run. */
bool process_start(const char *const *argv, bool own_group, pid_t *pid, struct err *e);
bool process_wait(pid_t pid, struct err *e);

/* Work for a child of ours. */
struct process_work {
    void (*run)(void *context, int fd); /* what it writes to fd reaches the parent; fd is -1 where there is no child */
    void *context;
};
/* Does the work in a child that shares our memory as it is now, and waits for it: Ctrl-C ends the child alone. *said
 * is what it wrote to its fd, in `a`; *status is as from waitpid. Where no child can be made the work is done here. */
void process_fork(struct arena *a, const struct process_work *work, str *said, int *status);

#endif
