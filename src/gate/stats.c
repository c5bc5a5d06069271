/* Distribution functions, tests and estimates of the gate. */
#include "gate/stats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double stats_normal_tail(double z) { return 0.5 * erfc(z / sqrt(2)); }

double stats_normal_quantile(double p) {
    double low = -40, high = 40;
    for (int i = 0; i < 200; i++) {
        double mid = (low + high) / 2;
        if (stats_normal_tail(mid) > 1 - p)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

/* The continued fraction of DLMF 8.17.22, by the modified Lentz method (DLMF 3.10(iii)). */
static double beta_fraction(double a, double b, double x) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (fabs(d) < tiny) d = tiny;
    d = 1 / d;
    double f = d;
    for (int m = 1; m <= 100000; m++) {
        double two_m = 2.0 * m;
        double even = m * (b - m) * x / ((a + two_m - 1) * (a + two_m));
        d = 1 + even * d;
        c = 1 + even / c;
        if (fabs(d) < tiny) d = tiny;
        if (fabs(c) < tiny) c = tiny;
        d = 1 / d;
        f *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + two_m) * (a + two_m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        if (fabs(d) < tiny) d = tiny;
        if (fabs(c) < tiny) c = tiny;
        d = 1 / d;
        f *= d * c;
        if (fabs(d * c - 1) < 4 * DBL_EPSILON) break;
    }
    return f;
}

/* lgamma's signgam is a global, which two threads may not share. The arguments here are positive, so the sign is
 * not needed. */
static double log_gamma(double x) {
    int sign;
    return lgamma_r(x, &sign);
}

double stats_beta(double a, double b, double x) {
    if (!(x > 0)) return 0;
    if (x >= 1) return 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    /* the fraction converges fast on one side of the mean; the other side is its mirror image */
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double stats_student_tail(double t, double df) {
    if (df > 1e9) return stats_normal_tail(t);
    if (isinf(t)) return t > 0 ? 0 : 1;
    double half = 0.5 * stats_beta(df / 2, 0.5, df / (df + t * t));
    return t >= 0 ? half : 1 - half;
}

double stats_counts_growth(double k0, double w0, double k1, double w1) {
    if (!(k1 > 0)) return 1;
    double share = w0 / (w0 + w1);
    return stats_beta(k1, k0 + 1, share);
}

double stats_mean(struct stats_sample s) {
    double sum = 0;
    for (size_t i = 0; i < s.n; i++) sum += s.at[i];
    return s.n ? sum / (double)s.n : 0;
}

double stats_variance(struct stats_sample s) {
    if (s.n < 2) return 0;
    double mean = stats_mean(s), sum = 0;
    for (size_t i = 0; i < s.n; i++) sum += (s.at[i] - mean) * (s.at[i] - mean);
    return sum / (double)(s.n - 1);
}

double stats_welch_growth(struct stats_sample a, struct stats_sample b, double floor_a, double floor_b) {
    double na = (double)a.n, nb = (double)b.n;
    double va = fmax(stats_variance(a), floor_a) / na, vb = fmax(stats_variance(b), floor_b) / nb;
    double delta = stats_mean(b) - stats_mean(a);
    if (!(va + vb > 0)) return delta > 0 ? 0 : 1;
    /* Welch–Satterthwaite */
    double df = (va + vb) * (va + vb) / (va * va / (na - 1) + vb * vb / (nb - 1));
    return stats_student_tail(delta / sqrt(va + vb), df);
}

/* Computes by DLMF 5.5.2 and 5.15.5 up to x >= 8, then by the asymptotic series 5.11.2 and its derivative. */
static double digamma(double x) {
    double sum = 0;
    for (; x < 8; x++) sum -= 1 / x;
    double i = 1 / (x * x);
    return sum + log(x) - 0.5 / x - i * (1.0 / 12 - i * (1.0 / 120 - i * (1.0 / 252 - i / 240)));
}

static double trigamma(double x) {
    double sum = 0;
    for (; x < 8; x++) sum += 1 / (x * x);
    double i = 1 / (x * x);
    return sum + 1 / x + i / 2 + i / x * (1.0 / 6 - i * (1.0 / 30 - i * (1.0 / 42 - i / 30)));
}

/* trigamma decreases everywhere: bisection finds where its value is y > 0. */
static double trigamma_inverse(double y) {
    double low = 1e-8, high = 1e8;
    for (int i = 0; i < 200; i++) {
        double mid = sqrt(low * high);
        if (trigamma(mid) > y)
            low = mid;
        else
            high = mid;
    }
    return sqrt(low * high);
}

static int compare_doubles(const void *a, const void *b);

struct stats_prior stats_prior_of(struct arena *scratch, const double *ratio, size_t n, double df) {
    struct stats_prior none = {1, 0};
    if (n < 2) return none;
    double *sorted = ARENA_ARRAY(scratch, double, n);
    memcpy(sorted, ratio, n * sizeof *ratio);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    /* runs that agree by chance have a ratio of 0, which has no logarithm */
    double least = fmax(sorted[n / 2] * 1e-5, 1e-12), sum = 0, squares = 0;
    double shift = log(df / 2) - digamma(df / 2);
    for (size_t i = 0; i < n; i++) {
        double e = log(fmax(ratio[i], least)) + shift;
        sum += e;
        squares += e * e;
    }
    double mean = sum / (double)n;
    double spread = (squares - sum * mean) / (double)(n - 1) - trigamma(df / 2);
    if (!(spread > 0)) return (struct stats_prior){exp(mean), INFINITY};
    double prior_df = 2 * trigamma_inverse(spread);
    return (struct stats_prior){exp(mean + digamma(prior_df / 2) - log(prior_df / 2)), prior_df};
}

double stats_moderate(struct stats_prior prior, double ratio, double df) {
    if (isinf(prior.df)) return prior.ratio;
    return (prior.df * prior.ratio + df * ratio) / (prior.df + df);
}

enum { EXACT_MOST = 30 };

/* The share of all arrangements of n_a + n_b runs with U >= u. The number of arrangements with a given U is the
 * number of partitions of U into at most n_b parts of at most n_a (Mann & Whitney 1947, recurrence (3)); it is
 * built up one run of b at a time. */
static double exact_tail(size_t n_a, size_t n_b, size_t u) {
    double count[EXACT_MOST * EXACT_MOST + 1] = {1};
    size_t most = n_a * n_b;
    /* the Gaussian binomial coefficient: multiply by (1-q^(n_a+i)), divide by (1-q^i) */
    for (size_t i = 1; i <= n_b; i++) {
        for (size_t k = most; k >= n_a + i; k--) count[k] -= count[k - n_a - i];
        for (size_t k = i; k <= most; k++) count[k] += count[k - i];
    }
    double above = 0, all = 0;
    for (size_t k = 0; k <= most; k++) {
        all += count[k];
        if (k >= u) above += count[k];
    }
    return above / all;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The sum of t^3 - t over groups of t equal values, for the variance of U. */
static double tie_term(struct stats_sample a, struct stats_sample b) {
    enum { MOST = 4096 };
    double all[MOST];
    size_t n = 0;
    for (size_t i = 0; i < a.n && n < MOST; i++) all[n++] = a.at[i];
    for (size_t i = 0; i < b.n && n < MOST; i++) all[n++] = b.at[i];
    qsort(all, n, sizeof *all, compare_doubles);
    double sum = 0;
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i + 1; k < n && !(all[k] > all[i]); k++) {
        }
        double t = (double)(k - i);
        sum += t * t * t - t;
    }
    return sum;
}

double stats_mann_whitney_growth(struct stats_sample a, struct stats_sample b) {
    double u = 0;
    for (size_t i = 0; i < a.n; i++)
        for (size_t k = 0; k < b.n; k++) u += b.at[k] > a.at[i] ? 1 : b.at[k] < a.at[i] ? 0 : 0.5;
    double ties = tie_term(a, b);
    if (!(ties > 0) && a.n <= EXACT_MOST && b.n <= EXACT_MOST) return exact_tail(a.n, b.n, (size_t)u);
    double na = (double)a.n, nb = (double)b.n, n = na + nb;
    double variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));
    if (!(variance > 0)) return 1;
    return stats_normal_tail((u - na * nb / 2 - 0.5) / sqrt(variance));
}

double stats_mann_whitney_least(size_t n_a, size_t n_b) {
    double na = (double)n_a, nb = (double)n_b;
    return exp(log_gamma(na + 1) + log_gamma(nb + 1) - log_gamma(na + nb + 1));
}

void stats_benjamini_hochberg(struct arena *scratch, const double *p, size_t n, double rate,
                              unsigned char *significant) {
    memset(significant, 0, n);
    if (n == 0) return;
    double *sorted = ARENA_ARRAY(scratch, double, n);
    memcpy(sorted, p, n * sizeof *p);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    double limit = -1;
    for (size_t i = 0; i < n; i++)
        if (sorted[i] <= rate * (double)(i + 1) / (double)n) limit = sorted[i];
    for (size_t i = 0; i < n; i++) significant[i] = p[i] <= limit;
}
