/* What one run of cprof works on: the loaded profile, the settings, and the files it must remove at the end. */
#ifndef CPROF_SESSION_SESSION_H
#define CPROF_SESSION_SESSION_H

#include "cli/command.h"
#include "gate/gate.h"
#include "options/options.h"
#include "out/whole_file.h"
#include "profile/profile.h"
#include "session/progress.h"

/* A gate's runs and rules, and its verdict. */
struct session_gate {
    struct gate_runs runs;
    struct gate_words words;
    int exit_status;
};

struct session {
    struct arena *arena;           /* lives as long as the session */
    const struct profile *profile; /* loaded and merged, never modified */
    struct options options;        /* the settings: from the command line, changed at the prompt */
    struct session_gate *gate;     /* NULL unless the call is a gate's; profile is then gate->runs.merged */
    struct watch *watch;           /* may be NULL */
    struct arena command;          /* of the command that runs; its first block stays for the next one */
    bool interactive;              /* at the prompt, with a user or a script */
    VEC(str) temporary;            /* files handed to viewers, in `arena`; removed by session_end */
    int temporary_fd;              /* where a forked command reports such files to its parent; -1 otherwise */
};

/* session/fetch.c: loads, merges, symbolizes and prunes all that the command line names (pprof.md 4). Messages about
 * single sources are printed as they come. */
struct argv_call;
bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e);

/* Loads n sources side by side, each a profile of its own; symbolized and pruned. False, naming the first that cannot
 * be loaded. */
bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e);

/* session/fetch_runs.c: loads all that a gate's command line names, each run apart, into s->gate. A run that cannot be
 * loaded is an error: a gate must not pass because something was not looked at. */
bool fetch_runs(struct session *s, const struct argv_call *call, struct err *e);

/* session/run.c: makes one report and puts it where it belongs. */
bool run_command(struct session *s, const struct command *c, struct err *e);
/* The lines of the profile's header under the current settings, and the total of the selected value. False when the
 * settings select none. */
bool run_header(struct session *s, struct arena *a, struct notes *notes, struct report_lines *lines, int64_t *total);

/* session/graphviz.c: a report in DOT, drawn by Graphviz; for POST_SVG made to pan and zoom in a browser. */
bool post_draw(struct arena *a, const struct report *r, str dot, str *image, struct err *e);

/* out/output.c: where a report goes, by settings, report and terminal. It is written to `sink` between output_open and
 * output_finish, or output_drop where it failed. */
struct output {
    struct sink sink; /* memory, unless the report may go where it belongs at once */
    struct session *session;
    const struct command *command;
    struct arena *arena;
    struct whole_file file; /* being written when sink is a file other than standard output */
};
void output_open(struct arena *a, struct session *s, const struct command *c, struct output *out);
/* `bytes` is the finished report where the sink is memory. */
bool output_finish(struct output *out, str bytes, struct err *e);
void output_drop(struct output *out);
void output_remember_temporary(struct session *s, str path);
void output_remove_temporaries(struct session *s);
/* A new file PREFIXnnnSUFFIX in `directory` (empty: the current one), nnn from 001. */
int output_create_numbered(struct arena *a, str directory, str prefix, str suffix, str *path, struct err *e);

/* prompt/prompt.c: reads and runs commands until the end of input or `quit`. */
void prompt_run(struct session *s);

#endif
