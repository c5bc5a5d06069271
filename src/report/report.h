/* The types of a report. Each report has a file in this folder and a row in reports.def; its flag, prompt command,
 * help, completion and manual follow from the row. */
#ifndef CPROF_REPORT_REPORT_H
#define CPROF_REPORT_REPORT_H

#include "base/sink.h"
#include "filter/filter.h"
#include "graph/graph.h"
#include "options/options.h"
#include "out/terminal.h"
#include "profile/profile.h"
#include "regex/regex.h"
#include "report/paint.h"

/* Where samples come from. */
struct report_source {
    str name; /* as in messages */
    int64_t time_nanos;
};
struct report_sources {
    const struct report_source *at;
    uint32_t n;
    const uint32_t *of_row; /* [row of the loaded profile]; NULL: sources were merged, or there is one */
};

/* All inputs of a report. */
struct report_in {
    const struct report *report;
    const struct profile *loaded;     /* as loaded and merged, before filters: for headers */
    const struct profile *view;       /* filtered and aggregated */
    const struct options *options;    /* after overrides of the row */
    const struct filter_units *units; /* of numeric labels */
    struct graph_value value;
    struct report_sources sources;
    int64_t side_nanos[2];     /* duration of the new side and of the base (stacks/sides.h); 0: unknown */
    str only_below;            /* folders of the files that it may read, as in the session; empty: no limit */
    str tools;                 /* folders of programs, as -tools names them; empty: $PATH */
    str pattern;               /* parameter of the command (list, peek, disasm, weblist), else empty */
    const struct regex *regex; /* the compiled pattern; NULL if the report takes none */
    uint32_t most;             /* maximum of routines or files in a listing, heaviest first; 0: all, by name */
    struct arena *arena;       /* of the command */
    struct notes *notes;
    struct terminal_screen screen; /* on which the report is shown */
    struct paint *paint;           /* NULL: it is written as it is */
};

typedef bool report_fn(const struct report_in *in, struct sink *out, struct err *e);

/* Further inputs of a gate's report: the runs to which the view's samples belong, and the rules. */
struct report_gate {
    const struct gate_runs *runs;
    const double *run_total; /* per run, over the samples to which percentages refer */
    const struct gate_words *words;
};
/* The function of a gate's report. It also sets *status, the exit status of the program (0, 1 or 3). */
typedef bool report_gate_fn(const struct report_in *in, const struct report_gate *gate, struct sink *out, int *status,
                            struct err *e);

enum report_post { POST_NONE, POST_DOT, POST_SVG }; /* how the bytes are processed */
enum report_where {
    TO_STDOUT,     /* text */
    AWAY_FROM_TTY, /* to profileNNN.EXT when standard output is a terminal or at the prompt */
    TO_VIEWER,     /* to a temporary file, which a program opens */
    VIEWER_ON_TTY  /* as TO_VIEWER if standard output is a terminal or at the prompt, else to standard output */
};

enum report_noinlines { NOINLINES_AS_ASKED, NOINLINES_OFF, NOINLINES_ON };

/* The writers of -format=json, csv and markdown. */
struct report_forms {
    report_fn *json, *csv, *markdown;
};

/* A row of reports.def. 0 is the usual value of each field. */
struct report {
    const char *name;
    report_fn *run;                             /* NULL in rows with a `gate` */
    const char *help;                           /* one line, in pprof's words */
    const char *usage;                          /* further help lines at the prompt, or NULL */
    bool has_param;                             /* takes a regular expression */
    bool unlimited;                             /* a nodecount of -1 means all nodes; in other reports it means 80 */
    int prompt_nodecount;                       /* the meaning of a nodecount of -1 at the prompt; 0: as elsewhere */
    bool no_trim;                               /* trimming off: nodecount, nodefraction and edgefraction are 0 */
    enum options_granularity granularity;       /* forced, unless GRANULARITY_UNSET */
    enum options_granularity granularity_unset; /* unless the user chooses one */
    enum report_noinlines noinlines;            /* forced, unless NOINLINES_AS_ASKED */
    bool words_are_tags;              /* words at the prompt set tagfocus and tagignore, not focus and ignore */
    bool words_are_show_from;         /* words at the prompt set show_from, not focus */
    const struct report_forms *forms; /* NULL: text only */
    enum report_post post;
    const char *format; /* POST_DOT: the format for dot -T */
    enum report_where where;
    const char *extension;      /* of the file, if it is not text */
    const char *const *viewers; /* candidates in order, NULL-terminated */
    bool writes_stacks;         /* writes each stack line by line */
    bool writes_samples;        /* writes_stacks for each sample, even where several have the same stack */
    bool writes_ids;            /* writes the frames of each sample by their numbers */
    bool writes_names;          /* writes the names of each line, and of both ends of each edge */
    bool writes_labels;         /* writes the labels of each sample */
    bool no_stacks;             /* reads labels and values of samples only: loading may leave the stacks empty */
    bool needs_sides;           /* shows the sides of a difference, and so needs samples of both */
    bool keeps_sources;         /* loading keeps the samples of each source separate */
    bool two_sides;             /* keeps the samples of -base separate, as -diff_base does */
    bool keeps_lines;           /* needs no names of one line: it spells newlines out, or prints texts of several */
    bool reads_narrow;          /* as text without options that change stacks, it reads stacks by profile_frames */
    bool styled;                /* uses colours on a terminal, and no other control characters */
    bool painted;               /* marks names and weights for a screen (paint.h) */
    bool reads_series;          /* reads its sources one after the other (session/trend_run.c), so none is loaded */
    bool ours;                  /* pprof does not have this report */
    report_gate_fn *gate;       /* compares runs, so sources and bases are not merged; NULL for other reports */
};

extern const struct report report_table[];
extern const unsigned report_table_n;
const struct report *report_find(str name); /* NULL if there is no such report */

/* Declares the function of each row. */
#define REPORT(name, run, ...) report_fn run;
#define GATE(name, gate, ...) report_gate_fn gate;
#include "report/reports.def"

/* Writes in->report in the form that the format option names; without one as text. Fails, before it writes anything, if
 * the report does not have the form. */
bool report_run(const struct report_in *in, struct sink *out, struct err *e);

/* In header.c: the lines above a report (pprof.md 8.1), without newlines. */
struct report_lines {
    str *at;
    uint32_t n;
};
struct report_lines report_profile_labels(const struct report_in *in, str unit); /* File:, Type:, Time: … */
/* Labels, active filters and the Showing/Dropped lines. `unit` is the output unit of the report. */
struct report_lines report_header(const struct report_in *in, const struct graph *g, str unit, bool full_labels);
/* Labels, active filters and the shown sum, for reports on stacks. `utc`: the time does not depend on $TZ. */
struct report_lines report_stacks_header(const struct report_in *in, int64_t shown, bool utc);
/* Labels, unless compact_labels is set, and active filters. */
struct report_lines report_head(const struct report_in *in, str unit);
/* A value as the report prints it: scaled, in `unit`. */
str report_value(const struct report_in *in, int64_t v, str unit);

#endif
