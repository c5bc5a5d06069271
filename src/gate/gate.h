/* The regression gate: are the functions of some new runs more expensive than those of some old ones?
 * Everything is computed here once, into a struct gate_result; the text, JSON … reports and the exit status
 * all read that, so they cannot disagree.
 *
 * A regression breaks three conditions at once: it grew by more than the relative limit, it holds at least
 * the least share of the total, and its growth is significant. Noise is taken from the samples themselves
 * where a side is one run, and from the spread between runs where both sides are several. */
#ifndef CPROF_GATE_GATE_H
#define CPROF_GATE_GATE_H

#include "graph/graph.h"
#include "regex/regex.h"

/* The rules as the user gave them: texts, checked by gate_rules_read. */
struct gate_words {
    str max_growth, max_total_growth, max_new, min_share, confidence; /* "10%"; max_* also "off" */
    const str *budget;                                                /* -budget, in order */
    uint32_t n_budgets;
    str budgets_file; /* -budgets: the file's name, for messages; empty: none */
    str budgets_text; /* its content */
    bool require_power;
};

/* A limit on the functions a pattern matches; the last budget that matches a function counts for it. */
struct gate_budget {
    str text;   /* as written */
    str origin; /* "-budget", or FILE:LINE */
    str pattern;
    const struct regex *regex;
    enum gate_limit { GATE_NO_LIMIT, GATE_SHARE, GATE_VALUE } limit;
    double share;               /* GATE_SHARE: of the new total, 0.05 for 5% */
    str value_text, value_unit; /* GATE_VALUE: as written, scaled once the profile's unit is known */
    double value;               /* GATE_VALUE: in value_unit */
    str group;                  /* the [group] it stands under; may be empty */
    str until, reason;          /* "2026-12-31"; an accepted regression, may be empty */
    int64_t until_day;          /* days since 1970; the last day on which it counts */
    bool expired;               /* at the time of the new profile */
    uint32_t matched;           /* how many functions */
};

struct gate_rules {
    double max_growth, max_total_growth, max_new; /* 0.1 for 10%; INFINITY: off */
    double min_share, confidence;
    bool require_power;
    struct gate_budget *budget;
    uint32_t n_budgets;
};

/* What the values are that are judged: "cpu" in "nanoseconds", "goroutine" in "count". */
struct gate_values {
    str type, unit;
};
/* Reads the words, and the budgets file's text when there is one. `now_ns` is the time of the new profile, by which
 * until-dates are judged. */
bool gate_rules_read(struct arena *a, const struct gate_words *w, struct gate_values of, int64_t now_ns,
                     struct gate_rules *out, struct err *e);

/* Several runs as one profile: tables shared, samples still apart. */
struct gate_runs {
    struct profile merged;
    const uint16_t *run_of_row; /* per row of merged; base runs come first */
    uint32_t n_base, n_new;
    int64_t time_nanos;            /* the latest of the new runs */
    const int64_t *duration_nanos; /* per run */
    const str *name;               /* per run: of its source */
    struct notes warnings;         /* what hints at sides that were mixed up */
};
struct gate_sides {
    const struct profile *const *run; /* n_base of the base, then n_new new ones */
    const str *name;                  /* per run: of its source */
    uint32_t n_base, n_new;
    str sample_index;  /* -sample_index; may be empty */
    bool any_duration; /* values are normalized, or the work was the same */
};
/* Refuses runs that cannot be compared, as gate_comparable does; others are merged as -diff_base merges: to the types
 * they have in common, in the first one's order, in the finest units. */
bool gate_runs_merge(struct arena *a, const struct gate_sides *sides, struct gate_runs *out, struct err *e);

/* What stands behind a value, which decides what its noise is. */
enum gate_kind {
    GATE_SAMPLES,     /* events that a timer or counter picked: the number of events, and the spread between runs */
    GATE_ALLOCATIONS, /* allocations sampled by their size: the same, with the number corrected for the sampling rate */
    GATE_CONTENTIONS, /* events of contention, each with its own delay: the same */
    GATE_EXACT, /* counts of all that was there (goroutines, threads, connections): only the spread between runs */
};

enum gate_verdict { GATE_UNCHANGED, GATE_IMPROVEMENT, GATE_INCONCLUSIVE, GATE_REGRESSION };
/* The whole check's. Without an answer: a call passes with GATE_CANNOT_TELL unless it has -require_power. */
enum gate_outcome { GATE_PASS, GATE_FAIL, GATE_CANNOT_TELL };
enum gate_presence { GATE_BOTH, GATE_NEW, GATE_GONE };
/* Which rules a row broke (bits). */
enum { GATE_BROKE_GROWTH = 1, GATE_BROKE_NEW = 2, GATE_BROKE_BUDGET = 4, GATE_BROKE_TOTAL = 8 };

struct gate_row {
    str name;                      /* the printable name; "total" for the total */
    const struct graph_node *node; /* NULL for the total */
    double old_value, new_value;   /* mean over the runs, in the profile's unit, normalized when asked for */
    double old_share, new_share;   /* of the total */
    double growth;                 /* new/old - 1; INFINITY when old is 0 */
    double p;                      /* one-sided, in the direction of the change */
    double noise;                  /* standard error of new - old, in the profile's unit */
    double detectable;             /* the smallest growth that these runs would show (80 % of the time) */
    double more_samples; /* how many times the samples would make the growth seen significant; INFINITY: none */
    double seen;         /* GATE_ALLOCATIONS: the share of the objects behind it that were sampled */
    bool tested;         /* holds min_share on a side: it can count */
    bool significant;
    enum gate_presence presence;
    enum gate_verdict verdict;
    unsigned broke;
    const struct gate_budget *budget; /* the one that counts, or NULL */
    bool accepted;                    /* a growth that the budget's until-date lets pass */
    str path;                         /* regressions: the call path that grew most, root first, "; " between */
    double path_delta;
    const uint32_t *path_node; /* the same as numbers of nodes, n_path long */
    uint32_t n_path;
    uint32_t n_folded; /* callers, or functions of the runtime, with the same growth that this row stands for */
    str file;          /* source position that grew most; may be empty */
    str own_file;      /* the same as a file of the checkout, for annotations; else empty */
    int64_t line;
};

struct gate_result {
    struct gate_row total;
    struct gate_row *row; /* every function, the worst first */
    uint32_t n_rows;
    uint32_t n_tested; /* rows with at least min_share on a side: the ones that can count */
    uint32_t n_regressions, n_improvements, n_unchanged, n_inconclusive;
    uint32_t n_folded; /* rows of -cum that others stand for; they are left out */
    struct gate_row
        *hidden; /* own code that grew beyond the limits with all it calls, which no row shows; no verdict */
    uint32_t n_hidden;
    double noise_floor; /* median standard error of the tested functions' growth */
    const char *method; /* "sample counts", "Mann-Whitney", "Welch's t", "moderated t", "plain difference" */
    enum gate_kind kind;
    double rate;        /* GATE_ALLOCATIONS: the sampling rate in bytes */
    double run_seconds; /* the longest run; 0 where durations are unknown */
    uint32_t n_base, n_new;
    double old_samples, new_samples; /* events behind each side's total; 0 for GATE_EXACT */
    enum gate_outcome outcome;
    const struct gate_row *doubt; /* GATE_CANNOT_TELL: the row that more samples would help first; may be NULL */
    double doubt_samples;         /* how many times the samples that takes; INFINITY: no number helps */
    int exit_status;              /* 0, 1 or 3 */
};

struct gate_in {
    const struct gate_runs *runs;
    const struct profile *view; /* runs->merged, filtered and aggregated; rows keep their numbers */
    const struct options *options;
    const struct gate_rules *rules;
    struct graph_value value;
    const double *run_total; /* per run: what shares and -normalize refer to */
};

/* Fails where a side, or one of its runs, has no samples, and where a budget matches no function. */
bool gate_judge(struct arena *a, const struct gate_in *in, struct gate_result *out, struct err *e);
/* Per run, sum of |value| over `p`'s samples. */
const double *gate_run_totals(struct arena *a, const struct gate_runs *runs, const struct profile *p, uint32_t type);

#endif
