/* Where a report goes: standard output, a file, or a viewer; by settings, report and terminal. */
#ifndef CPROF_SESSION_OUTPUT_H
#define CPROF_SESSION_OUTPUT_H

#include <sys/types.h>

#include "out/whole_file.h"
#include "session/session.h"

/* A report is written to `sink` between output_open and output_finish, or output_drop where the report failed. */
struct output {
    struct sink sink; /* memory, unless the report may go where it belongs at once */
    struct session *session;
    const struct command *command;
    struct arena *arena;
    struct whole_file file; /* being written when sink is a file other than standard output */
};
struct report_screen output_screen(const struct command *c); /* where the report will be seen */
void output_open(struct arena *a, struct session *s, const struct command *c, struct output *out);
/* `bytes` is the finished report where the sink is memory. */
bool output_finish(struct output *out, str bytes, struct err *e);
void output_drop(struct output *out);
/* What a failed gate leaves where its report was to go, in the report's form, so that neither silence nor an older file
 * can be taken for its result. Text goes to a file alone: standard error has the message anyway. Does nothing for other
 * reports and for the prompt. False when that file could not be written. */
struct argv_call;
bool output_trouble(struct arena *a, const struct argv_call *call, str sentence, struct err *e);
/* Starts the first of report.viewers that can be started to show `what`, a file or a URL. With `own_group` the
 * terminal's Ctrl-C does not reach it. */
bool output_start_viewer(struct arena *a, const char *const *viewers, const char *what, bool own_group, pid_t *pid,
                         struct err *e);
void output_remember_temporary(struct session *s, str path);
void output_remove_temporaries(struct session *s);
/* A new file PREFIXnnnSUFFIX in `directory` (empty: the current one), nnn from 001. */
int output_create_numbered(struct arena *a, str directory, str prefix, str suffix, str *path, struct err *e);

#endif
