/* The meaning of a line at the prompt (pprof.md 2). The report of the command line is put into the same struct. */
#ifndef CPROF_CLI_COMMAND_H
#define CPROF_CLI_COMMAND_H

#include "base/err.h"
#include "options/options.h"
#include "profile/profile.h"
#include "report/report.h"

/* One report to run. */
struct command {
    const struct report *report;
    str pattern;            /* the report's parameter; empty if it takes none */
    uint32_t most;          /* of a listing: report_in.most */
    struct options options; /* the settings, changed by the command's own words */
    bool append;            /* add the report to the file options.output instead of replacing it */
};

enum command_kind {
    COMMAND_NOTHING, /* an empty line, or an assignment, which is carried out */
    COMMAND_REPORT,  /* *out is filled in */
    COMMAND_FAILED   /* the error is in *e */
};

/* Returns true if the line is an assignment, or an option's name alone. */
bool command_is_assignment(str line);
/* Returns true for the name of a report whose first word is a pattern, also with digits after it. */
bool command_takes_pattern(str name);

/* Expands shortcuts: ":" and the names of sample types stand for several lines, any other line for itself. Returns
 * the number of lines, at most COMMAND_LINES. */
enum { COMMAND_LINES = 6 };
unsigned command_expand(struct arena *a, const struct profile *p, str line, str out[COMMAND_LINES]);

/* What a line at the prompt refers to. */
struct command_place {
    struct arena *keep; /* for the texts of settings */
    const struct profile *profile;
    struct options *settings; /* changed by assignments */
};

/* Reads one expanded line. Assignments change the settings. What *out refers to lives in `a`, in `line` or in the
 * settings. */
enum command_kind command_read(struct arena *a, const struct command_place *place, str line, struct command *out,
                               struct err *e);

#endif
