/* The shares of functions in many profiles, in an order: of each profile only the sums of its functions are kept. */
#ifndef CPROF_TREND_SERIES_H
#define CPROF_TREND_SERIES_H

#include "base/hash.h"
#include "gate/gate.h"
#include "trend/change.h"

/* One place on the way: a profile, or all samples of a value of a label or a text in the sources' names. */
struct trend_point {
    str label;      /* a time in UTC, a value or a text; or the source's name */
    str source;     /* the first one that belongs to it */
    int64_t time;   /* in ns since 1970, of that one; 0: unknown */
    uint32_t order; /* of addition */
    uint32_t n;     /* number of profiles */
    double total;   /* in the unit of the first profile's values */
};

struct trend_function {
    str name;
    uint32_t first, n;  /* its sums: trend.of_function[first] … [first + n - 1] */
    double mean, slope; /* of the share; the slope for each point */
    double floor;       /* mean variance of a share by sampling alone */
    bool tested;
    double p; /* of the first change, corrected for the number of functions (Holm 1979); 1 if it has none */
    struct change *change;
    size_t n_changes;
};

/* How points are made of profiles, and ordered. */
enum trend_by { TREND_BY_TIME, TREND_AS_GIVEN, TREND_BY_LABEL, TREND_BY_PATH };

struct trend {
    struct arena *arena;
    enum trend_by by;
    str key;                   /* TREND_BY_LABEL */
    const struct regex *regex; /* TREND_BY_PATH */
    str type;                  /* of the values: "cpu" */
    double min_share, confidence;
    struct trend_point *point;
    size_t n_points, cap_points;
    struct intern names, labels; /* `labels`: of points, by label or path */
    struct trend_sums {
        struct trend_sum {
            uint32_t function, point;
            double value, variance; /* after trend_judge shares of the point's total, and `point` its place in order */
        } * at;
        size_t n, cap;
    } sums;                /* most functions are in few profiles: none where a function has no samples */
    uint32_t *of_function; /* after trend_judge: the sums by function, in the order of addition */
    uint32_t n_profiles;
    uint32_t n_without; /* profiles, or parts of them, that have no point */
    uint32_t n_tested;
    struct trend_function *function; /* after trend_judge: changed ones first, by p; then by mean share */
    uint32_t n_functions, n_changed;
};

/* Parses the value of -trend_by: time, given, label=KEY or path=REGEX. */
bool trend_init(struct trend *t, struct arena *a, str by, struct err *e);
/* Adds the samples of a filtered view. Fails if its values are of another type than those before. */
bool trend_add(struct trend *t, const struct profile *view, const struct graph_value *value, const struct options *o,
               str source, struct err *e);
/* Orders the points, and finds slopes and changes. Fails if there are less than two points. */
bool trend_judge(struct trend *t, struct err *e);
/* Fills share[trend.n_points], after trend_judge: the function's share of the total at each point, 0 where it is not.
 */
void trend_shares(const struct trend *t, const struct trend_function *f, double *share);

#endif
