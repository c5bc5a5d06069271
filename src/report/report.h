/* What a report is. One report is one file in this folder and one row of reports.def; flag, prompt command, help,
 * completion and manual follow from the row. */
#ifndef CPROF_REPORT_REPORT_H
#define CPROF_REPORT_REPORT_H

#include "base/sink.h"
#include "filter/filter.h"
#include "graph/graph.h"
#include "options/options.h"
#include "profile/profile.h"
#include "regex/regex.h"

/* Where a report is seen. */
enum report_colours { COLOURS_NONE, COLOURS_16, COLOURS_256, COLOURS_TRUE };
struct report_screen {
    int columns; /* of the terminal; 0: it goes somewhere else */
    enum report_colours colours;
};

/* All a report may depend on. */
struct report_in {
    const struct report *report;
    const struct profile *loaded;     /* as loaded and merged: for headers */
    const struct profile *view;       /* filtered and aggregated */
    const struct options *options;    /* after the row's overrides */
    const struct filter_units *units; /* of numeric labels */
    struct graph_value value;
    str tools;                 /* where programs are, as -tools says; empty: on $PATH */
    str pattern;               /* the command's parameter (list, peek, disasm, weblist), else empty */
    const struct regex *regex; /* pattern compiled; NULL where the report takes none */
    uint32_t most;             /* routines or files of a listing at most, the heaviest first; 0: all, by name */
    struct arena *arena;       /* the command's */
    struct notes *notes;
    struct report_screen screen;
};

typedef bool report_fn(const struct report_in *in, struct sink *out, struct err *e);

/* What a gate's report gets beside a view: the runs that the view's samples belong to, and the rules. */
struct report_gate {
    const struct gate_runs *runs;
    const double *run_total; /* per run, over the samples that percentages refer to */
    const struct gate_words *words;
};
/* A gate's report also has a verdict: *status becomes the program's exit status (0, 1 or 3). */
typedef bool report_gate_fn(const struct report_in *in, const struct report_gate *gate, struct sink *out, int *status,
                            struct err *e);

enum report_post { POST_NONE, POST_DOT, POST_SVG }; /* what happens to the bytes */
enum report_where {
    TO_STDOUT,     /* text */
    AWAY_FROM_TTY, /* to profileNNN.EXT when standard output is a terminal or at the prompt */
    TO_VIEWER,     /* a temporary file, handed to a program */
    VIEWER_ON_TTY  /* the same when standard output is a terminal or at the prompt, else standard output */
};

enum report_noinlines { NOINLINES_AS_ASKED, NOINLINES_OFF, NOINLINES_ON };

/* What -format=json, csv and markdown write in place of a report's text. */
struct report_forms {
    report_fn *json, *csv, *markdown;
};

/* A row of reports.def. Zero is the usual value of a field. */
struct report {
    const char *name;
    report_fn *run;                       /* NULL where `gate` makes it */
    const char *help;                     /* one line, pprof's words */
    const char *usage;                    /* further help lines at the prompt, or NULL */
    bool has_param;                       /* takes a regular expression */
    bool unlimited;                       /* a nodecount of -1 means all nodes; else it means 80 */
    int prompt_nodecount;                 /* what a nodecount of -1 means at the prompt; 0: the same as elsewhere */
    bool no_trim;                         /* trimming off: nodecount, nodefraction and edgefraction are 0 */
    enum options_granularity granularity; /* forced, unless GRANULARITY_UNSET */
    enum report_noinlines noinlines;      /* forced, unless NOINLINES_AS_ASKED */
    bool words_are_tags;                  /* words at the prompt set tagfocus and tagignore, not focus and ignore */
    bool words_are_show_from;             /* words at the prompt set show_from, not focus */
    const struct report_forms *forms;     /* NULL: text only */
    enum report_post post;
    const char *format; /* POST_DOT: dot's -T word */
    enum report_where where;
    const char *extension;      /* of the file, where it is no text */
    const char *const *viewers; /* candidates in order, NULL-terminated */
    bool two_sides;             /* a -base stays beside the source, as a -diff_base does */
    bool styled;                /* it has colours on a terminal, and nothing else that a terminal takes for a command */
    bool ours;                  /* pprof does not have it */
    report_gate_fn *gate;       /* compares runs, so sources and bases are not merged; NULL for every other report */
};

extern const struct report report_table[];
extern const unsigned report_table_n;
const struct report *report_find(str name); /* NULL: no such report */

/* The report_fn of every row. */
#define REPORT(name, run, ...) report_fn run;
#define GATE(name, gate, ...) report_gate_fn gate;
#include "report/reports.def"

/* Makes in->report in the form that the format option names, as text without one. Fails, with nothing written, where
 * the report does not have the form. */
bool report_run(const struct report_in *in, struct sink *out, struct err *e);

/* header.c: the lines above a report (pprof.md 8.1), each without newline. */
struct report_lines {
    str *at;
    uint32_t n;
};
struct report_lines report_profile_labels(const struct report_in *in, str unit); /* File:, Type:, Time: … */
/* Labels, active filters and the Showing/Dropped lines. `unit` is the report's output unit. */
struct report_lines report_header(const struct report_in *in, const struct graph *g, str unit, bool full_labels);
/* Labels, active filters and the sum that is shown, of a report on stacks. `utc`: the time does not depend on $TZ. */
struct report_lines report_stacks_header(const struct report_in *in, int64_t shown, bool utc);
/* A value as the report prints it: ratio applied, in `unit`. */
str report_value(const struct report_in *in, int64_t v, str unit);

#endif
