/* The regression gate: decides whether functions of some new runs are more expensive than those of some old ones.
 * Everything is computed once, into a struct gate_result; the text, JSON … reports and the exit status all read it,
 * so they cannot disagree.
 *
 * A regression meets three conditions: it grew by more than the relative limit, it has at least the minimum share
 * of the total, and its growth is significant. The noise is estimated from the samples themselves if a side is one
 * run, and from the spread between runs if both sides have several. */
#ifndef CPROF_GATE_GATE_H
#define CPROF_GATE_GATE_H

#include "graph/graph.h"
#include "regex/regex.h"

/* The rules as texts from the command line, checked by gate_rules_read. */
struct gate_words {
    str max_growth, max_total_growth, max_new, min_share, confidence; /* "10%"; max_* also "off" */
    const str *budget;                                                /* -budget, in order */
    uint32_t n_budgets;
    str budgets_file; /* -budgets: the file's name, for messages; may be empty */
    str budgets_text; /* its content */
    bool require_power;
};

/* A limit on the functions that a pattern matches; the last budget that matches a function applies. */
struct gate_budget {
    str text;   /* as written */
    str origin; /* "-budget", or FILE:LINE */
    str pattern;
    const struct regex *regex;
    enum gate_limit { GATE_NO_LIMIT, GATE_SHARE, GATE_VALUE } limit;
    double share;               /* GATE_SHARE: of the new total, 0.05 for 5% */
    str value_text, value_unit; /* GATE_VALUE: as written, scaled once the profile's unit is known */
    double value;               /* GATE_VALUE: in value_unit */
    str group;                  /* the [group] above it in the file; may be empty */
    str until, reason;          /* "2026-12-31"; an accepted regression, may be empty */
    int64_t until_day;          /* days since 1970; the last day on which it applies */
    bool expired;               /* at the time of the new profile */
    uint32_t matched;           /* number of functions */
};

struct gate_rules {
    double max_growth, max_total_growth, max_new; /* 0.1 for 10%; INFINITY: off */
    double min_share, confidence;
    bool require_power;
    struct gate_budget *budget;
    uint32_t n_budgets;
};

/* Type and unit of the judged values: "cpu" in "nanoseconds", "goroutine" in "count". */
struct gate_values {
    str type, unit;
};
/* Parses the words, and the text of the budgets file if there is one. `now_ns` is the time of the new profile;
 * until-dates are compared with it. */
bool gate_rules_read(struct arena *a, const struct gate_words *w, struct gate_values of, int64_t now_ns,
                     struct gate_rules *out, struct err *e);

/* Several runs as one profile: tables are shared, samples are kept per run. */
struct gate_runs {
    struct profile merged;
    const uint32_t *run_of_row; /* per row of merged; base runs come first */
    uint32_t n_base, n_new;
    int64_t time_nanos;            /* the latest of the new runs */
    const int64_t *duration_nanos; /* indexed by run */
    const str *name;               /* indexed by run: its source */
    struct notes warnings;         /* hints that the sides may be mixed up */
};
struct gate_sides {
    const struct profile *const *run; /* n_base of the base, then n_new new ones */
    const str *name;                  /* indexed by run: its source */
    uint32_t n_base, n_new;
    str sample_index;  /* -sample_index; may be empty */
    bool any_duration; /* durations may differ: values are normalized, or the work was the same */
};
/* Refuses runs that gate_comparable refuses; merges the others as -diff_base does: with the types they have in
 * common, in the first run's order, in the finest units. */
bool gate_runs_merge(struct arena *a, const struct gate_sides *sides, struct gate_runs *out, struct err *e);

/* How the values were measured, which decides how their noise is estimated. */
enum gate_kind {
    GATE_SAMPLES, /* events sampled by a timer or counter: noise from their number, and from the spread between runs */
    GATE_ALLOCATIONS, /* allocations sampled by size: the same, with the number corrected for the sampling rate */
    GATE_CONTENTIONS, /* contention events, each with its own delay: the same */
    GATE_EXACT,       /* complete counts (goroutines, threads, connections): noise only from the spread between runs */
};

enum gate_verdict { GATE_UNCHANGED, GATE_IMPROVEMENT, GATE_INCONCLUSIVE, GATE_REGRESSION };
/* Outcome of the whole check. GATE_CANNOT_TELL passes unless -require_power is set. */
enum gate_outcome { GATE_PASS, GATE_FAIL, GATE_CANNOT_TELL };
enum gate_presence { GATE_BOTH, GATE_NEW, GATE_GONE };
/* Which rules a row broke (bits). */
enum { GATE_BROKE_GROWTH = 1, GATE_BROKE_NEW = 2, GATE_BROKE_BUDGET = 4, GATE_BROKE_TOTAL = 8 };

struct gate_row {
    str name;                      /* the printable name; "total" for the total */
    const struct graph_node *node; /* NULL for the total */
    double old_value, new_value;   /* mean over the runs, in the profile's unit; normalized with -normalize */
    double old_share, new_share;   /* of the total */
    double growth;                 /* new/old - 1; INFINITY when old is 0 */
    double p;                      /* one-sided, in the direction of the change */
    double noise;                  /* standard error of new - old, in the profile's unit */
    double detectable;             /* the smallest growth that these runs would detect 80 % of the time */
    double more_samples; /* factor by which more samples would make the growth significant; INFINITY: no number would */
    double seen;         /* GATE_ALLOCATIONS: share of its objects that were sampled */
    bool tested;         /* has at least min_share on one side, so it can break a rule */
    bool significant;
    enum gate_presence presence;
    enum gate_verdict verdict;
    unsigned broke;
    const struct gate_budget *budget; /* the one that applies, or NULL */
    bool accepted;                    /* grew, but a budget's until-date accepts it */
    str path;                         /* regressions: the call path that grew most, root first, "; " between */
    double path_delta;
    const uint32_t *path_node; /* the path as numbers of nodes */
    uint32_t n_path;
    uint32_t n_folded; /* callers, or functions of the runtime, with the same growth, folded into this row */
    str file;          /* source position that grew most; may be empty */
    str own_file;      /* `file` as a file of the checkout, for annotations; may be empty */
    int64_t line;
};

struct gate_result {
    struct gate_row total;
    struct gate_row *row; /* every function, sorted from the worst */
    uint32_t n_rows;
    uint32_t n_tested; /* number of rows with `tested` set */
    uint32_t n_regressions, n_improvements, n_unchanged, n_inconclusive;
    uint32_t n_folded; /* -cum: number of rows folded into others and left out */
    /* own functions whose total with callees grew beyond the limits while no row shows it; they do not count for the
     * outcome */
    struct gate_row *hidden;
    uint32_t n_hidden;
    double noise_floor; /* median standard error of the tested functions' growth */
    const char *method; /* "sample counts", "Mann-Whitney", "Welch's t", "moderated t", "plain difference" */
    enum gate_kind kind;
    double rate;        /* GATE_ALLOCATIONS: the sampling rate in bytes */
    double run_seconds; /* the longest run; 0 if durations are unknown */
    uint32_t n_base, n_new;
    double old_samples, new_samples; /* events behind each side's total; 0 for GATE_EXACT */
    enum gate_outcome outcome;
    const struct gate_row *doubt; /* GATE_CANNOT_TELL: the row that more samples would settle first; may be NULL */
    double doubt_samples;         /* factor of samples that this takes; INFINITY: no number suffices */
    int exit_status;              /* 0, 1 or 3 */
};

struct gate_in {
    const struct gate_runs *runs;
    const struct profile *view; /* runs->merged, filtered and aggregated; row numbers are unchanged */
    const struct options *options;
    const struct gate_rules *rules;
    struct graph_value value;
    const double *run_total; /* per run: the base of shares and of -normalize */
};

/* Judges the runs. Fails if a side, or one of its runs, has no samples, or if a budget matches no function. */
bool gate_judge(struct arena *a, const struct gate_in *in, struct gate_result *out, struct err *e);
/* For each run, the sum of |value| over `p`'s samples. */
const double *gate_run_totals(struct arena *a, const struct gate_runs *runs, const struct profile *p, uint32_t type);

#endif
