/* Distributions and tests for noisy measurements. Each formula names its source. All probabilities are one-sided:
 * the probability of a growth at least as large as the one seen if nothing changed. */
#ifndef CPROF_GATE_STATS_H
#define CPROF_GATE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

double stats_normal_tail(double z);     /* P(Z > z) */
double stats_normal_quantile(double p); /* z with P(Z <= z) = p, 0 < p < 1 */
/* The regularized incomplete beta function I_x(a, b), a, b > 0 (DLMF 8.17). */
double stats_beta(double a, double b, double x);
double stats_student_tail(double t, double df); /* P(T > t) */

/* Compares two counts of events, each event worth `w0` or `w1`. If both sides have the same value, then given k0 +
 * k1 events in total, k1 is binomial with share w0/(w0+w1) (Przyborowski & Wilenski 1940, "Homogeneity of results
 * in testing samples from Poisson series"); the test is exact, so it errs towards no alarm. Counts need not be
 * whole. Returns P(k1 or more | no change). */
double stats_counts_growth(double k0, double w0, double k1, double w1);

struct stats_sample {
    const double *at;
    size_t n;
};
double stats_mean(struct stats_sample s);
double stats_variance(struct stats_sample s); /* of the sample, n-1; 0 if n < 2 */

/* Welch's t test (Welch 1947) that b's mean is above a's. `floor` is the minimum variance of one value (its
 * sampling noise), so that a few runs that agree by chance do not fake certainty. */
double stats_welch_growth(struct stats_sample a, struct stats_sample b, double floor_a, double floor_b);

/* A few runs show little about one function's spread, but all functions together show much: the common prior of
 * variance ratios with `df` degrees of freedom each (Smyth 2004, "Linear models and empirical Bayes methods",
 * section 6.2; for overdispersion of counts Lund et al. 2012). */
struct stats_prior {
    double ratio; /* the expected ratio */
    double df;    /* degrees of freedom it is worth; INFINITY if all functions are alike */
};
struct stats_prior stats_prior_of(struct arena *scratch, const double *ratio, size_t n, double df);
/* One function's ratio, weighed against the prior; the result has df + prior.df degrees of freedom. */
double stats_moderate(struct stats_prior prior, double ratio, double df);

/* Mann & Whitney 1947: P(U as large | no change) for b above a; exact if no two values are equal and both sides
 * have at most 30, else by the normal approximation, corrected for ties and continuity. */
double stats_mann_whitney_growth(struct stats_sample a, struct stats_sample b);
/* The smallest probability that this test can return for these numbers of runs. */
double stats_mann_whitney_least(size_t n_a, size_t n_b);

/* Benjamini & Hochberg 1995: sets significant[i] to whether p[i], in any order, is significant at false discovery
 * rate `rate`. O(n log n). significant[] is n long. */
void stats_benjamini_hochberg(struct arena *scratch, const double *p, size_t n, double rate,
                              unsigned char *significant);

#endif
