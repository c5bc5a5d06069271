/* The prompt's own commands: those beside the reports (cli/prompt.def). */
#ifndef CPROF_PROMPT_COMMANDS_H
#define CPROF_PROMPT_COMMANDS_H

#include "cli/argv.h"
#include "prompt/changes.h"
#include "prompt/repl.h"
#include "session/session.h"

enum { PROMPT_SCRIPTS = 16 }; /* files that `source` may open from each other */

/* A file whose lines are being run. */
struct prompt_script {
    struct arena arena;
    str name, rest;
    unsigned line; /* the number of the present one */
};

struct prompt {
    struct session *session;
    struct profile *profile; /* session->profile */
    struct argv_call call;   /* its sources; texts live in session->arena */
    struct repl *input;
    struct changes changes;
    struct prompt_script script[PROMPT_SCRIPTS];
    unsigned n_scripts; /* the last one is read */
    bool ended;
};

/* Runs the command, if `line` starts with the name of one; *ok is whether that succeeded. Returns false for other
 * lines. What the command prints goes to `out`; names in it are safe for the terminal on standard error, unless
 * `elsewhere`. */
bool commands_run(struct prompt *p, str line, bool elsewhere, struct sink *out, bool *ok, struct err *e);

/* Writes the lines above the first prompt: the header of the profile. */
void commands_greet(const struct prompt *p);
void commands_close_script(struct prompt *p);

#endif
