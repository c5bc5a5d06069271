/* The slope and the change points of one series of numbers. */
#include "trend/change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gate/stats.h"

enum { PLACES_TRIED = 8 }; /* places whose ranks are looked at, from the largest |t| on */
#define RANKS_AGREE 0.002

double change_slope(const double *y, size_t n) {
    double mean_x = ((double)n - 1) / 2, mean_y = 0, xy = 0, xx = 0;
    for (size_t i = 0; i < n; i++) mean_y += y[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        xy += ((double)i - mean_x) * (y[i] - mean_y);
        xx += ((double)i - mean_x) * ((double)i - mean_x);
    }
    return xx > 0 ? xy / xx : 0;
}

static int compare_numbers(const void *x, const void *y) {
    const double *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static const double *sorted(struct arena *scratch, const double *y, size_t n) {
    double *out = ARENA_ARRAY(scratch, double, n);
    memcpy(out, y, n * sizeof *y);
    qsort(out, n, sizeof *out, compare_numbers);
    return out;
}

static double median(const double *sorted, size_t n) { return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2; }

/* Whether the change is one of most values, and not of a few odd ones. */
static bool ranks_agree(struct arena *scratch, const double *y, size_t n, size_t at) {
    const double *before = sorted(scratch, y, at), *after = sorted(scratch, y + at, n - at);
    struct stats_sample a = {before, at}, b = {after, n - at};
    double delta = stats_mean(b) - stats_mean(a), of_medians = median(after, n - at) - median(before, at);
    if (of_medians * delta <= 0 || fabs(of_medians) < fabs(delta) / 2) return false;
    if (before[at - 1] < after[0] || after[n - at - 1] < before[0]) return true;
    double p = delta > 0 ? stats_mann_whitney_growth(a, b) : stats_mann_whitney_growth(b, a);
    return p <= RANKS_AGREE;
}

bool change_find(struct arena *scratch, const double *y, size_t n, double floor, double level, struct change *out) {
    *out = (struct change){.p = 1};
    if (n < 2 * (size_t)CHANGE_LEAST) return false;
    /* sums of the values minus the first one, which loses no digits when all are alike */
    double *sum = ARENA_ARRAY(scratch, double, n + 1), squares = 0;
    unsigned char *tried = ARENA_ZERO(scratch, unsigned char, n);
    sum[0] = 0;
    for (size_t i = 0; i < n; i++) {
        sum[i + 1] = sum[i] + (y[i] - y[0]);
        squares += (y[i] - y[0]) * (y[i] - y[0]);
    }
    double df = (double)n - 2, n_places = (double)(n - 2 * (size_t)CHANGE_LEAST + 1);
    for (int round = 0; round < PLACES_TRIED; round++) {
        double best = 0;
        size_t at = 0;
        for (size_t k = CHANGE_LEAST; k + CHANGE_LEAST <= n; k++) {
            if (tried[k]) continue;
            double n0 = (double)k, n1 = (double)(n - k), m0 = sum[k] / n0, m1 = (sum[n] - sum[k]) / n1;
            double variance = fmax((squares - n0 * m0 * m0 - n1 * m1 * m1) / df, floor);
            double noise = variance * (1 / n0 + 1 / n1), delta = fabs(m1 - m0);
            double t = noise > 0 ? delta / sqrt(noise) : delta > 0 ? INFINITY : 0;
            if (t > best) {
                best = t;
                at = k;
            }
        }
        double p = at ? fmin(1, 2 * stats_student_tail(best, df) * n_places) : 1;
        if (!(p <= level)) return false;
        if (ranks_agree(scratch, y, n, at)) {
            *out = (struct change){.at = at, .before = stats_mean((struct stats_sample){y, at}), .p = p};
            out->after = stats_mean((struct stats_sample){y + at, n - at});
            return true;
        }
        tried[at] = 1;
    }
    return false;
}

static int compare_places(const void *x, const void *y) {
    const struct change *a = x, *b = y;
    return (a->at > b->at) - (a->at < b->at);
}

size_t change_find_all(struct arena *a, const double *y, size_t n, double floor, double level, struct change **out) {
    struct change_part {
        size_t from, to;
    };
    VEC(struct change_part) part = {0};
    VEC(struct change) found = {0};
    *VEC_PUSH(a, &part) = (struct change_part){0, n};
    for (size_t i = 0; i < part.n; i++) {
        struct arena scratch = {0};
        struct change_part of = part.at[i];
        struct change c;
        if (n && change_find(&scratch, y + of.from, of.to - of.from, floor, level, &c)) {
            c.at += of.from;
            *VEC_PUSH(a, &found) = c;
            *VEC_PUSH(a, &part) = (struct change_part){of.from, c.at};
            *VEC_PUSH(a, &part) = (struct change_part){c.at, of.to};
        }
        arena_release(&scratch);
    }
    if (found.n) qsort(found.at, found.n, sizeof *found.at, compare_places);
    for (size_t i = 0; i < found.n; i++) {
        size_t from = i ? found.at[i - 1].at : 0, to = i + 1 < found.n ? found.at[i + 1].at : n, at = found.at[i].at;
        found.at[i].before = stats_mean((struct stats_sample){y + from, at - from});
        found.at[i].after = stats_mean((struct stats_sample){y + at, to - at});
    }
    *out = found.at;
    return found.n;
}
