/* Chooses the destination of a report, from settings, report and terminal: standard output, a file, or a viewer. */
#ifndef CPROF_SESSION_OUTPUT_H
#define CPROF_SESSION_OUTPUT_H

#include <sys/types.h>

#include "out/whole_file.h"
#include "session/session.h"

/* The destination of a report, which is written to `sink` between output_open and output_finish, or output_drop if the
 * report failed. */
struct output {
    struct sink sink; /* in memory, unless the report is written to its destination while it is made */
    struct session *session;
    const struct command *command;
    struct arena *arena;
    struct whole_file file;        /* used if sink is a file other than standard output */
    struct terminal_screen screen; /* on which the report will be shown */
    struct paint paint;
    bool painted; /* the report fills `paint` */
};
/* The screen on which the report will be shown. What a user says about it holds for files and pipes, too. Fails if an
 * option that is about screens has a bad value. */
bool output_screen(const struct command *c, struct terminal_screen *screen, struct err *e);
/* Fails as output_screen does; then nothing is open. */
bool output_open(struct arena *a, struct session *s, const struct command *c, struct output *out, struct err *e);
/* The same for a report that the caller shows on standard output: the sink is in memory, until output_close_text frees
 * it and returns its text, ready for the screen, in the arena; or output_drop. */
bool output_open_text(struct arena *a, struct session *s, const struct command *c, struct output *out, struct err *e);
str output_close_text(struct output *out);
/* `bytes` is the finished report if the sink is in memory. */
bool output_finish(struct output *out, str bytes, struct err *e);
void output_drop(struct output *out);
/* Replaces a file by these bytes, or appends them to it; on failure the file is as it was. */
bool output_to_file(struct arena *a, str name, bool append, str bytes, struct err *e);
/* Writes the message of a failed gate to its report's destination, in the report's form, so that neither an empty nor
 * an older file can be taken for its result. Text goes only to files, because standard error has the message anyway.
 * Does nothing for other reports and for the prompt. Returns false if the file could not be written. */
struct argv_call;
bool output_trouble(struct arena *a, const struct argv_call *call, str message, struct err *e);
/* Starts the first program of report.viewers that can be started to show `what`, a file or a URL. Its process and its
 * standard error are as of process_start. With `own_group` the terminal's Ctrl-C does not reach it. */
struct output_viewer {
    pid_t pid;
    int errors;
};
bool output_start_viewer(struct arena *a, const char *const *viewers, const char *what, bool own_group,
                         struct output_viewer *viewer, struct err *e);
void output_remember_temporary(struct session *s, str path);
void output_remove_temporaries(struct session *s);
/* Starts a file PREFIXnnnSUFFIX in `directory` (empty: the current one), with the first free nnn from 001. */
bool output_open_numbered(struct arena *a, str directory, str prefix, str suffix, struct whole_file *f, struct err *e);
/* Makes it appear under f->path, or discards it if writing failed with `write_errnum`. */
bool output_finish_numbered(struct arena *a, struct whole_file *f, int write_errnum, struct err *e);

#endif
