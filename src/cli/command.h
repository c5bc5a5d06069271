/* What a line at the prompt means (pprof.md 2). The command line's report ends up in the same struct. */
#ifndef CPROF_CLI_COMMAND_H
#define CPROF_CLI_COMMAND_H

#include "base/err.h"
#include "options/options.h"
#include "profile/profile.h"
#include "report/report.h"

/* One report to make. */
struct command {
    const struct report *report;
    str pattern;            /* the report's parameter; empty when it takes none */
    struct options options; /* the settings with the command's own words applied */
};

enum command_kind {
    COMMAND_NOTHING, /* an empty line, or an assignment that is done */
    COMMAND_REPORT,  /* *out is filled in */
    COMMAND_OPTIONS, /* list the settings */
    COMMAND_HELP,    /* out->pattern is the topic, empty for all */
    COMMAND_QUIT,
    COMMAND_FAILED /* the sentence is in *e */
};

/* The lines that `line` stands for: shortcuts like ":" and the names of sample types stand for several, any
 * other line for itself. Returns how many there are, at most COMMAND_LINES. */
enum { COMMAND_LINES = 5 };
unsigned command_expand(struct arena *a, const struct profile *p, str line, str out[COMMAND_LINES]);

/* Reads one expanded line. Assignments change *settings; what they keep is copied into `keep`. The rest lives
 * in `a` or points into `line`. */
enum command_kind command_read(struct arena *a, struct arena *keep, const struct profile *p, str line,
                               struct options *settings, struct command *out, struct err *e);

#endif
