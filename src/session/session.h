/* The state of one run of cprof: the loaded profile, the settings, and the files that it must remove at the end. */
#ifndef CPROF_SESSION_SESSION_H
#define CPROF_SESSION_SESSION_H

#include "bytes/http.h"
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

struct argv_call;

/* The sides of a difference. */
struct session_sides {
    int64_t nanos[2];             /* duration of the new side and of the base; 0: unknown, or there is no base */
    const struct argv_call *call; /* loads both sides again, where -base has subtracted one from the other; else NULL */
};

struct session {
    struct arena *arena;           /* lives as long as the session */
    const struct profile *profile; /* loaded and merged, never modified */
    struct arena loaded;           /* holds the profile of session_load, and nothing else */
    struct options options;        /* the settings: from the command line, changed at the prompt */
    str tools;                     /* the value of -tools: folders in which reports find programs */
    str only_below;                /* folders of files that reports may read, separated by ':'; empty: no limit */
    struct session_gate *gate;     /* NULL unless the call is a gate's; profile is then gate->runs.merged */
    struct http_identity identity; /* what tells servers who asks */
    struct session_sides sides;    /* of a difference */
    struct report_sources sources; /* of the loaded profile, in its memory */
    struct progress *progress;     /* may be NULL */
    struct arena command;          /* memory of the current command; its first block is reused by the next one */
    size_t command_total;          /* bytes of memory that the last command took */
    bool interactive;              /* at the prompt, with a user or a script */
    VEC(str) temporary;            /* files handed to viewers, in `arena`; removed by output_remove_temporaries */
    int temporary_fd;              /* a forked command writes the names of such files to it for its parent; -1
                                      otherwise */
};

/* In session/fetch.c: loads, merges, symbolizes and prunes all profiles that the command line names (pprof.md 4).
 * Prints messages about single sources immediately. */
bool fetch_profile(struct session *s, const struct argv_call *call, struct profile *out, struct err *e);
/* Does the same without a copy of what was fetched; *any_url tells whether a source was a URL. All memory is in
 * s->arena. */
bool fetch_sources(struct session *s, const struct argv_call *call, struct profile *out, bool *any_url, struct err *e);

/* In session/reload.c: does the same in memory of its own. The memory of the profile that session_load made before is
 * then freed. On failure that one, and *out, stay as they are. */
bool session_load(struct session *s, const struct argv_call *call, struct profile *out, struct err *e);

/* In session/two_sides.c: if -base has subtracted a side from the other, loads both again, with samples of their own,
 * for the report of `c`. *s then points to *with_sides, whose profile lives in `a`. Fails if a source is not a regular
 * file: it cannot be read a second time. */
bool two_sides_load(struct session **s, struct arena *a, const struct command *c, struct session *with_sides,
                    struct err *e);

/* Loads n sources in parallel, each as a profile of its own, symbolized and pruned. Fails with the name of the first
 * one that cannot be loaded. */
bool fetch_each(struct session *s, const struct argv_call *call, const str *source, uint32_t n, struct profile *out,
                struct err *e);

/* In session/fetch_runs.c: loads all profiles that a gate's command line names, each run separately, into s->gate. A
 * run that cannot be loaded is an error, because a gate must not pass without having read all runs. */
bool fetch_runs(struct session *s, const struct argv_call *call, struct err *e);

#endif
