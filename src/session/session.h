/* What one run of cprof works on: the loaded profile, the settings, and the files it must remove at the end. */
#ifndef CPROF_SESSION_SESSION_H
#define CPROF_SESSION_SESSION_H

#include "cli/command.h"
#include "gate/gate.h"
#include "options/options.h"
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
    str tools;                     /* the value of -tools: where reports find programs */
    struct session_gate *gate;     /* NULL unless the call is a gate's; profile is then gate->runs.merged */
    struct watch *watch;           /* may be NULL */
    struct arena command;          /* of the command that runs; its first block stays for the next one */
    bool interactive;              /* at the prompt, with a user or a script */
    VEC(str) temporary;            /* files handed to viewers, in `arena`; removed by output_remove_temporaries */
    int temporary_fd;              /* where a forked command reports such files to its parent; -1 otherwise */
};

struct argv_call;

/* session/fetch.c: loads, merges, symbolizes and prunes all that the command line names (pprof.md 4). Messages about
 * single sources are printed as they come. */
bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e);

/* Loads n sources side by side, each a profile of its own; symbolized and pruned. False, naming the first that cannot
 * be loaded. */
bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e);

/* session/fetch_runs.c: loads all that a gate's command line names, each run apart, into s->gate. A run that cannot be
 * loaded is an error: a gate must not pass because something was not looked at. */
bool fetch_runs(struct session *s, const struct argv_call *call, struct err *e);

#endif
