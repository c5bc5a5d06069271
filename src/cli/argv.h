/* The command line: arguments become options, a report to make (or the prompt), and sources. */
#ifndef CPROF_CLI_ARGV_H
#define CPROF_CLI_ARGV_H

#include "base/err.h"
#include "options/options.h"
#include "report/report.h"

struct argv_given {
    str name, value;
};

struct argv_call {
    struct options options;
    struct options_call call;
    const struct report *report; /* NULL: the prompt */
    str pattern;                 /* the report's parameter */
    str executable;              /* the binary named before the sources, or empty */
    const str *source;
    uint32_t n_sources;           /* at least 1 */
    str before_sources;           /* the flag whose value is the argument right before the sources; may be empty */
    VEC(struct argv_given) given; /* every flag of the command line's own, in order: a gate takes some repeatedly */
};

/* The values of a flag that was given several times, in order; *n of them. */
const str *argv_values(struct arena *a, const struct argv_call *call, str name, uint32_t *n);

enum argv_verdict {
    ARGV_RUN,
    ARGV_HELP,      /* usage was asked for */
    ARGV_VERSION,   /* the version was asked for */
    ARGV_MANUAL,    /* the manual page was asked for (a hidden flag, for building it) */
    ARGV_SYNTAX,    /* a flag is wrong: the sentence, then usage, both as they are */
    ARGV_NO_SOURCE, /* usage, then the sentence as an error */
    ARGV_ERROR      /* the sentence as an error */
};

/* Reads all arguments. A failure leaves the report and the options in *out that could be read. Texts in *out point into
 * argv or live in `a`. `notes` gets what is worth saying. */
enum argv_verdict argv_parse(struct arena *a, int argc, const char *const *argv, struct argv_call *out,
                             struct notes *notes, struct err *e);

#endif
