/* The command line: arguments become options, a report to make (or the prompt), and sources. */
#ifndef CPROF_CLI_ARGV_H
#define CPROF_CLI_ARGV_H

#include "base/err.h"
#include "merge/rename.h"
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
    str executable;              /* the binary named before the sources; may be empty */
    const str *source;
    uint32_t n_sources;           /* at least 1 */
    bool zeros;                   /* -0: names in lists end in zero bytes */
    uint64_t memory;              /* -max_memory, as memory_limit takes it */
    uint64_t input;               /* -max_input, as source_limit takes it */
    struct rename_rules renames;  /* -rename_types */
    str weight_key;               /* of -weight=label:KEY; may be empty */
    str before_sources;           /* the flag whose value is the argument right before the sources; may be empty */
    VEC(struct argv_given) given; /* all flags of the command line itself, in order: some may be repeated */
};

/* Returns true for a source that is standard input, or a list that is read from it. */
static inline bool argv_is_standard_input(str source) {
    return str_equal(source, STR("-")) || str_equal(source, STR("@-"));
}

/* Returns true if the call writes profile.proto in canonical form. */
static inline bool argv_is_canonical(const struct argv_call *call) {
    return call->options.canonical && call->report && call->report->run == report_proto;
}

/* The values of a flag that may be repeated, in order; sets *n to their number. */
const str *argv_values(struct arena *a, const struct argv_call *call, str name, uint32_t *n);

/* Sets the sources. The first of several may be the profiled binary, which becomes the executable. */
void argv_set_sources(struct arena *a, struct argv_call *call, const str *source, uint32_t n);

enum argv_verdict {
    ARGV_RUN,
    ARGV_HELP,     /* print a help text of one screen */
    ARGV_HELP_ALL, /* print the usage text */
    ARGV_VERSION,  /* print the version */
    ARGV_CACHE,    /* list the cache of symbols */
    ARGV_CLEAR_CACHE,
    ARGV_MANUAL,     /* print the manual page (a hidden flag, used by the build) */
    ARGV_COMPLETION, /* print the script for the shell in out->pattern (a hidden flag, too) */
    ARGV_SYNTAX,     /* a flag is wrong: print the message, then usage, both without a prefix */
    ARGV_NO_SOURCE,  /* print usage, then the message as an error */
    ARGV_ERROR       /* print the message as an error */
};

/* Parses all arguments. On failure *out holds the report and the options read so far. Texts in *out point into argv
 * or live in `a`. Warnings are added to `notes`. */
enum argv_verdict argv_parse(struct arena *a, int argc, const char *const *argv, struct argv_call *out,
                             struct notes *notes, struct err *e);

#endif
