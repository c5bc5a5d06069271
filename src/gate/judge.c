/* From sums to verdicts: chooses the method; the formulas are in gate/stats.h.
 *
 * One run on a side: the numbers of events behind two values are compared by the exact conditional test. Several
 * runs on both sides: the spread between runs is used, because it includes effects that sampling theory does not
 * know (correlated samples, a busy machine). From ten runs up by Welch's t, with the sampling noise as a lower
 * bound of its variance. With fewer by Mann-Whitney, which assumes least, if its smallest possible probability can
 * pass the corrected level; otherwise by a t test whose spread is weighed against that of all functions, since
 * three runs cannot show one function's spread.
 *
 * Exact counts have no sampling noise: only the spread between the runs of a side can explain a difference between
 * the sides, so with one run a side every difference is real. */
#include <math.h>
#include <stdlib.h>

#include "gate/own.h"
#include "gate/paths.h"
#include "gate/stats.h"
#include "gate/sums.h"

enum { FEW_RUNS = 10, PATHS_MOST = 200 };
/* Probability with which a growth of the limit's size should be detected. */
#define POWER 0.8

enum method { BY_COUNTS, BY_RANKS, BY_WELCH, BY_MODERATED, BY_DIFFERENCE };

struct judge {
    const struct gate_in *in;
    const struct gate_sums *sums;
    const double *scale; /* per run: the factor of -normalize, or 1 */
    enum method method;
    double dispersion;            /* BY_MODERATED: relative variance between runs that all functions share */
    struct stats_prior prior;     /* and the distribution of a function's own variance around it */
    double z;                     /* quantile of the confidence plus quantile of the power */
    double z_all;                 /* the same, with the confidence corrected for the number of tested functions */
    double base_total, new_total; /* means of run_total, scaled */
    double *base_at, *new_at;     /* one value per run, reused for each function */
};

/* Mean and variance of one side's runs for one function. */
struct side {
    double mean;
    double variance;      /* sampling noise of the mean */
    double seen, objects; /* sums over all runs */
    double floor;         /* mean sampling variance of one run */
    struct stats_sample runs;
};

static struct side side_of(const struct judge *j, const struct gate_cell *cell, size_t stride, uint32_t from,
                           uint32_t n, double *at) {
    struct side s = {0};
    double variance = 0;
    for (uint32_t r = 0; r < n; r++) {
        const struct gate_cell *c = &cell[(size_t)(from + r) * stride];
        double k = j->scale[from + r];
        at[r] = c->value * k;
        variance += c->variance * k * k;
        s.seen += c->seen;
        s.objects += c->objects;
    }
    s.runs = (struct stats_sample){at, n};
    s.mean = stats_mean(s.runs);
    s.floor = variance / n;
    s.variance = s.floor / n;
    return s;
}

static double counts_p(const struct side *low, const struct side *high) {
    /* the weight of one event is variance/mean; a side without events gets the other's */
    double w_low = low->mean > 0 ? low->variance / low->mean : 0;
    double w_high = high->mean > 0 ? high->variance / high->mean : 0;
    if (!(w_low > 0)) w_low = w_high;
    if (!(w_high > 0)) w_high = w_low;
    if (!(w_high > 0)) return high->mean > low->mean ? 0 : 1;
    return stats_counts_growth(fmax(low->mean, 0) / w_low, w_low, fmax(high->mean, 0) / w_high, w_high);
}

/* Expected variance of one run: sampling noise plus the jitter common to all functions, which grows with the value
 * (the quadratic variance of edgeR, McCarthy, Chen & Smyth 2012). */
static double expected_variance(double dispersion, const struct side *s) {
    return s->floor + dispersion * s->mean * s->mean;
}

/* Ratio of a function's variance on both sides to the expected one. */
static double spread_ratio(double dispersion, const struct side *a, const struct side *b) {
    double da = (double)a->runs.n - 1, db = (double)b->runs.n - 1;
    double ea = expected_variance(dispersion, a), eb = expected_variance(dispersion, b);
    double ra = ea > 0 ? stats_variance(a->runs) / ea : 1;
    double rb = eb > 0 ? stats_variance(b->runs) / eb : 1;
    return (da * ra + db * rb) / (da + db);
}

static double spread_df(const struct judge *j) { return j->in->runs->n_base + j->in->runs->n_new - 2.0; }

static double moderated_noise(const struct judge *j, const struct side *a, const struct side *b) {
    double ratio = stats_moderate(j->prior, spread_ratio(j->dispersion, a, b), spread_df(j));
    double between = ratio * (expected_variance(j->dispersion, a) / (double)a->runs.n +
                              expected_variance(j->dispersion, b) / (double)b->runs.n);
    /* runs agree no better than their sampling noise allows */
    return sqrt(fmax(between, a->variance + b->variance));
}

static double moderated_p(const struct judge *j, const struct side *low, const struct side *high) {
    double noise = moderated_noise(j, low, high), delta = high->mean - low->mean;
    if (!(noise > 0)) return delta > 0 ? 0 : 1;
    return stats_student_tail(delta / noise, spread_df(j) + j->prior.df);
}

/* The variance of each side's mean from the spread alone; a side of one run gets the other's spread. */
static void spread_between_runs(const struct side *a, const struct side *b, double *va, double *vb) {
    double sa = stats_variance(a->runs), sb = stats_variance(b->runs);
    *va = (a->runs.n > 1 ? sa : sb) / (double)a->runs.n;
    *vb = (b->runs.n > 1 ? sb : sa) / (double)b->runs.n;
}

static double difference_p(const struct side *low, const struct side *high) {
    double v_low, v_high, delta = high->mean - low->mean;
    if (low->runs.n > 1 && high->runs.n > 1) return stats_welch_growth(low->runs, high->runs, 0, 0);
    spread_between_runs(low, high, &v_low, &v_high);
    if (!(v_low + v_high > 0)) return delta > 0 ? 0 : 1;
    return stats_student_tail(delta / sqrt(v_low + v_high), (double)(low->runs.n + high->runs.n) - 2);
}

static double one_sided_p(const struct judge *j, const struct side *low, const struct side *high) {
    switch (j->method) {
    case BY_RANKS: return stats_mann_whitney_growth(low->runs, high->runs);
    case BY_WELCH: return stats_welch_growth(low->runs, high->runs, low->floor, high->floor);
    case BY_MODERATED: return moderated_p(j, low, high);
    case BY_DIFFERENCE: return difference_p(low, high);
    default: return counts_p(low, high);
    }
}

static double noise_of(const struct judge *j, const struct side *a, const struct side *b) {
    if (j->method == BY_COUNTS) return sqrt(a->variance + b->variance);
    if (j->method == BY_MODERATED) return moderated_noise(j, a, b);
    if (j->method == BY_DIFFERENCE) {
        double v_old, v_new;
        spread_between_runs(a, b, &v_old, &v_new);
        return sqrt(v_old + v_new);
    }
    double va = fmax(stats_variance(a->runs), a->floor) / (double)a->runs.n;
    double vb = fmax(stats_variance(b->runs), b->floor) / (double)b->runs.n;
    return sqrt(va + vb);
}

static void measure(const struct judge *j, const struct gate_cell *cell, size_t stride, struct gate_row *row) {
    const struct gate_runs *runs = j->in->runs;
    struct side old_side = side_of(j, cell, stride, 0, runs->n_base, j->base_at);
    struct side new_side = side_of(j, cell, stride, runs->n_base, runs->n_new, j->new_at);
    row->old_value = old_side.mean;
    row->new_value = new_side.mean;
    row->old_share = j->base_total > 0 ? old_side.mean / j->base_total : 0;
    row->new_share = j->new_total > 0 ? new_side.mean / j->new_total : 0;
    bool grew = new_side.mean >= old_side.mean;
    row->p = grew ? one_sided_p(j, &old_side, &new_side) : one_sided_p(j, &new_side, &old_side);
    row->noise = noise_of(j, &old_side, &new_side);
    double objects = old_side.objects + new_side.objects;
    row->seen = objects > 0 ? (old_side.seen + new_side.seen) / objects : 0;
    bool had = fabs(old_side.mean) > 0, has = fabs(new_side.mean) > 0;
    row->presence = had && has ? GATE_BOTH : has ? GATE_NEW : GATE_GONE;
    /* a negative value that moves towards zero has grown */
    double sign = old_side.mean < 0 ? -1 : 1;
    row->growth = had ? sign * (new_side.mean / old_side.mean - 1) : has ? INFINITY : 0;
    row->detectable = had ? j->z * row->noise / fabs(old_side.mean) : INFINITY;
    double delta = fabs(new_side.mean - old_side.mean), ratio = delta > 0 ? j->z_all * row->noise / delta : INFINITY;
    row->more_samples = fmax(1, ratio * ratio);
}

static bool is_tested(const struct gate_rules *r, const struct gate_row *row) {
    return fmax(fabs(row->old_share), fabs(row->new_share)) >= r->min_share &&
           fmax(fabs(row->old_value), fabs(row->new_value)) > 0;
}

/* Finds the row's budget: the last one whose pattern matches. An accepted regression expires after its day. */
static void find_budget(const struct gate_rules *rules, struct gate_row *row) {
    for (uint32_t i = rules->n_budgets; i-- > 0;) {
        struct gate_budget *b = &rules->budget[i];
        if (!regex_match(b->regex, row->name)) continue;
        b->matched++;
        if (!row->budget) row->budget = b;
    }
    row->accepted = row->budget && row->budget->until.len && !row->budget->expired;
}

static bool over_budget(const struct gate_row *row) {
    const struct gate_budget *b = row->budget;
    if (!b || b->expired) return false;
    if (b->limit == GATE_SHARE) return row->new_share > b->share;
    return b->limit == GATE_VALUE && row->new_value > b->value;
}

/* True if the row is above the limit; 110 is not above 10 % over 100, however 0.1 is rounded. */
static bool grew_beyond(const struct gate_row *row, double limit) {
    return row->growth > limit + 1e-12 * (1 + fabs(limit));
}

static void judge_row(const struct judge *j, struct gate_row *row) {
    const struct gate_rules *r = j->in->rules;
    bool over = row->presence == GATE_NEW ? row->new_share > r->max_new : grew_beyond(row, r->max_growth);
    if (over_budget(row)) row->broke |= GATE_BROKE_BUDGET;
    if (row->tested && over && row->significant && !row->accepted)
        row->broke |= row->presence == GATE_NEW ? GATE_BROKE_NEW : GATE_BROKE_GROWTH;
    bool shrank = row->growth < -r->max_growth && row->significant;
    bool blind = over ? !row->significant : row->detectable > r->max_growth && row->presence != GATE_NEW;
    if (row->broke)
        row->verdict = GATE_REGRESSION;
    else if (row->tested && shrank)
        row->verdict = GATE_IMPROVEMENT;
    else if (row->tested && blind && !row->accepted)
        row->verdict = GATE_INCONCLUSIVE;
    else
        row->verdict = GATE_UNCHANGED;
}

static void judge_total(const struct judge *j, struct gate_row *row) {
    const struct gate_rules *r = j->in->rules;
    row->significant = row->p <= 1 - r->confidence;
    bool over = grew_beyond(row, r->max_total_growth);
    if (over && row->significant) row->broke |= GATE_BROKE_TOTAL;
    bool blind = over ? !row->significant : row->detectable > r->max_total_growth;
    row->verdict = row->broke                                               ? GATE_REGRESSION
                   : row->growth < -r->max_total_growth && row->significant ? GATE_IMPROVEMENT
                   : blind                                                  ? GATE_INCONCLUSIVE
                                                                            : GATE_UNCHANGED;
}

static int compare_rows(const void *x, const void *y) {
    const struct gate_row *a = x, *b = y;
    int broke_a = a->verdict == GATE_REGRESSION, broke_b = b->verdict == GATE_REGRESSION;
    if (broke_a != broke_b) return broke_b - broke_a;
    double da = a->new_value - a->old_value, db = b->new_value - b->old_value;
    if (da > db || da < db) return da > db ? -1 : 1;
    int by_name = str_compare(a->name, b->name);
    return by_name ? by_name : (a->node > b->node) - (a->node < b->node);
}

static const double *scales(struct arena *a, const struct gate_in *in) {
    const struct gate_runs *runs = in->runs;
    uint32_t n = runs->n_base + runs->n_new;
    double *scale = ARENA_ARRAY(a, double, n);
    double base = stats_mean((struct stats_sample){in->run_total, runs->n_base});
    for (uint32_t r = 0; r < n; r++)
        scale[r] = in->options->normalize && in->run_total[r] > 0 ? base / in->run_total[r] : 1;
    return scale;
}

static double mean_total(const struct gate_in *in, const double *scale, uint32_t from, uint32_t n) {
    double sum = 0;
    for (uint32_t r = from; r < from + n; r++) sum += in->run_total[r] * scale[r];
    return n ? sum / n : 0;
}

static enum method choose_method(const struct gate_in *in, enum gate_kind kind, uint32_t n_tested) {
    if (kind == GATE_EXACT) return BY_DIFFERENCE;
    uint32_t b = in->runs->n_base, n = in->runs->n_new;
    if (b < 2 || n < 2) return BY_COUNTS;
    double corrected = (1 - in->rules->confidence) / (n_tested ? n_tested : 1);
    bool few = b < FEW_RUNS || n < FEW_RUNS;
    if (!few) return BY_WELCH;
    return stats_mann_whitney_least(b, n) <= corrected ? BY_RANKS : BY_MODERATED;
}

/* Mean spread ratio of the tested functions; also fills ratio[] unless it is NULL. */
static double mean_ratio(const struct judge *j, const struct gate_result *r, double dispersion, double *ratio) {
    const struct gate_runs *runs = j->in->runs;
    size_t n = 0, n_nodes = j->sums->n_nodes;
    double sum = 0;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        if (!r->row[i].tested) continue;
        const struct gate_cell *cell = &j->sums->cell[r->row[i].node - j->sums->names->node];
        struct side old_side = side_of(j, cell, n_nodes, 0, runs->n_base, j->base_at);
        struct side new_side = side_of(j, cell, n_nodes, runs->n_base, runs->n_new, j->new_at);
        double one = spread_ratio(dispersion, &old_side, &new_side);
        if (ratio) ratio[n] = one;
        sum += one;
        n++;
    }
    return n ? sum / (double)n : 0;
}

/* Estimates the common spread of the tested functions: first the jitter that makes them as expected on average,
 * then how much they differ around it. */
static void find_prior(struct arena *a, struct judge *j, const struct gate_result *r) {
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double mid = (low + high) / 2;
        if (mean_ratio(j, r, mid, NULL) > 1)
            low = mid;
        else
            high = mid;
    }
    j->dispersion = low;
    double *ratio = ARENA_ARRAY(a, double, r->n_rows);
    mean_ratio(j, r, j->dispersion, ratio);
    j->prior = stats_prior_of(a, ratio, r->n_tested, spread_df(j));
}

static int compare_doubles(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The median of the tested functions' standard errors of growth. */
static double noise_floor(struct arena *a, const struct gate_result *r) {
    double *relative = ARENA_ARRAY(a, double, r->n_rows);
    size_t n = 0;
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (r->row[i].tested && fabs(r->row[i].old_value) > 0)
            relative[n++] = r->row[i].noise / fabs(r->row[i].old_value);
    if (n == 0) return 0;
    qsort(relative, n, sizeof *relative, compare_doubles);
    return relative[n / 2];
}

static void test_rows(struct arena *a, const struct judge *j, struct gate_result *r) {
    double *p = ARENA_ARRAY(a, double, r->n_rows);
    unsigned char *significant = ARENA_ARRAY(a, unsigned char, r->n_rows);
    r->n_tested = 0;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        r->row[i].tested = is_tested(j->in->rules, &r->row[i]);
        if (r->row[i].tested) p[r->n_tested++] = r->row[i].p;
    }
    stats_benjamini_hochberg(a, p, r->n_tested, 1 - j->in->rules->confidence, significant);
    for (uint32_t i = 0, t = 0; i < r->n_rows; i++)
        if (r->row[i].tested) r->row[i].significant = significant[t++];
}

static void tally(struct gate_result *r, const struct gate_row *row) {
    r->n_regressions += row->verdict == GATE_REGRESSION;
    r->n_improvements += row->verdict == GATE_IMPROVEMENT;
    r->n_inconclusive += row->verdict == GATE_INCONCLUSIVE;
    r->n_unchanged += row->tested && row->verdict == GATE_UNCHANGED;
}

/* Number of events behind one side's total: value^2 / variance, summed over the runs. */
static double events(const struct judge *j, uint32_t from, uint32_t n) {
    double sum = 0;
    for (uint32_t r = from; r < from + n; r++) {
        const struct gate_cell *c = &j->sums->total[r];
        if (c->variance > 0) sum += c->value * c->value / c->variance;
    }
    return sum;
}

static void measure_rows(struct arena *a, const struct judge *j, struct gate_result *r) {
    uint32_t n = j->sums->n_nodes;
    r->row = ARENA_ZERO(a, struct gate_row, n);
    r->n_rows = 0;
    for (uint32_t node = 0; node < n; node++) {
        struct gate_row *row = &r->row[r->n_rows];
        *row = (struct gate_row){.node = &j->sums->names->node[node]};
        measure(j, &j->sums->cell[node], n, row);
        if (!(fabs(row->old_value) > 0) && !(fabs(row->new_value) > 0)) continue;
        row->name = graph_node_name(a, row->node);
        r->n_rows++;
    }
}

/* A first pass finds which functions are tested, because the choice of method depends on them. */
static void measure_all(struct arena *a, struct judge *j, struct gate_result *r) {
    const struct gate_rules *rules = j->in->rules;
    measure_rows(a, j, r);
    test_rows(a, j, r);
    double corrected = (1 - rules->confidence) / (r->n_tested ? r->n_tested : 1);
    j->z_all = stats_normal_quantile(1 - corrected) + stats_normal_quantile(POWER);
    j->method = choose_method(j->in, j->sums->noise.kind, r->n_tested);
    if (j->method == BY_MODERATED) find_prior(a, j, r);
    measure_rows(a, j, r);
    test_rows(a, j, r);
}

static bool is_on_path(const struct gate_row *of, uint32_t node) {
    for (uint32_t i = 0; i < of->n_path; i++)
        if (of->path_node[i] == node) return true;
    return false;
}

static uint32_t node_of(const struct judge *j, const struct gate_row *row) {
    return (uint32_t)(row->node - j->sums->names->node);
}

static bool same_growth(const struct gate_row *a, const struct gate_row *b) {
    double da = a->new_value - a->old_value, db = b->new_value - b->old_value;
    return fabs(da - db) <= 1e-9 * fmax(fabs(da), fabs(db));
}

/* True if `a` rather than `b` should name a chain: own code before the runtime's, then the deeper function. */
static bool names_better(const struct judge *j, const bool *own, const struct gate_row *a, const struct gate_row *b) {
    bool own_a = own[node_of(j, a)], own_b = own[node_of(j, b)];
    return own_a != own_b ? own_a : a->n_path > b->n_path;
}

/* Cumulative values: callers and callees with the same growth become one row. Rows that broke a budget stay. */
static void fold_chains(struct arena *a, const struct judge *j, uint32_t n_paths, struct gate_result *r) {
    const bool *own = own_nodes(a, j->in->view, j->sums->names);
    uint32_t *chain = ARENA_ARRAY(a, uint32_t, n_paths);
    for (uint32_t i = 0; i < n_paths; i++) chain[i] = i;
    for (uint32_t i = 0; i < n_paths; i++) {
        for (uint32_t k = 0; k < n_paths; k++) {
            const struct gate_row *caller = &r->row[i], *callee = &r->row[k];
            if (i == k || chain[i] == chain[k] || (caller->broke | callee->broke) & GATE_BROKE_BUDGET) continue;
            if (!same_growth(caller, callee) || !is_on_path(callee, node_of(j, caller))) continue;
            uint32_t from = chain[i], to = chain[k];
            for (uint32_t m = 0; m < n_paths; m++)
                if (chain[m] == from) chain[m] = to;
        }
    }
    uint32_t *best = ARENA_ARRAY(a, uint32_t, n_paths);
    for (uint32_t i = 0; i < n_paths; i++) best[i] = n_paths;
    for (uint32_t i = 0; i < n_paths; i++) {
        uint32_t *b = &best[chain[i]];
        if (*b == n_paths || names_better(j, own, &r->row[i], &r->row[*b])) *b = i;
    }
    for (uint32_t i = 0; i < n_paths; i++)
        if (best[chain[i]] != i) r->row[best[chain[i]]].n_folded++;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (i >= n_paths || best[chain[i]] == i) r->row[kept++] = r->row[i];
    r->n_folded = r->n_rows - kept;
    r->n_rows = kept;
    r->n_regressions -= r->n_folded;
    r->n_tested -= r->n_folded;
}

/* Flat values of CPU profiles: a function's growth may show only in its callees, or be spread over callees that are
 * each too small (inlining, preemption, allocation). Judges cumulative values the same way, and keeps the deepest
 * own functions beyond the limits that are not on a regression's path. */
static void find_hidden(struct arena *a, const struct judge *flat, uint32_t n_paths, struct gate_result *r) {
    enum { HIDDEN_MOST = 5 };
    struct judge j = *flat;
    struct gate_result all = {0};
    j.sums = gate_sum(a, j.in, true);
    measure_all(a, &j, &all);
    const bool *own = own_nodes(a, j.in->view, j.sums->names);
    bool *shown = ARENA_ZERO(a, bool, j.sums->n_nodes);
    struct gate_paths flat_paths = gate_paths_begin(a, flat->in, flat->sums, flat->scale);
    for (uint32_t i = 0; i < r->n_rows; i++) {
        struct gate_row row = r->row[i];
        /* an accepted growth is shown elsewhere, too */
        bool accepted = row.accepted && row.significant && grew_beyond(&row, flat->in->rules->max_growth);
        if (accepted) gate_find_path(a, &flat_paths, &row);
        for (uint32_t k = 0; (accepted || i < n_paths) && k < row.n_path; k++) shown[row.path_node[k]] = true;
    }
    for (uint32_t i = 0; i < all.n_rows; i++) judge_row(&j, &all.row[i]);
    qsort(all.row, all.n_rows, sizeof *all.row, compare_rows);
    struct gate_paths paths = gate_paths_begin(a, j.in, j.sums, j.scale);
    uint32_t n = 0;
    for (uint32_t i = 0; i < all.n_rows && i < PATHS_MOST; i++) {
        struct gate_row *row = &all.row[i];
        uint32_t node = node_of(&j, row);
        if (row->verdict != GATE_REGRESSION || !own[node] || shown[node]) continue;
        gate_find_path(a, &paths, row);
        all.row[n++] = *row;
    }
    r->hidden = ARENA_ARRAY(a, struct gate_row, HIDDEN_MOST);
    for (uint32_t i = 0; i < n && r->n_hidden < HIDDEN_MOST; i++) {
        bool deepest = true;
        for (uint32_t k = 0; k < n && deepest; k++)
            deepest = k == i || !is_on_path(&all.row[k], node_of(&j, &all.row[i]));
        if (deepest) r->hidden[r->n_hidden++] = all.row[i];
    }
}

static bool all_budgets_match(const struct gate_rules *rules, struct err *e) {
    for (uint32_t i = 0; i < rules->n_budgets; i++) {
        const struct gate_budget *b = &rules->budget[i];
        if (!b->matched) return err_set(e, "%.*s: %.*s matches no function", STR_ARG(b->origin), STR_ARG(b->pattern));
    }
    return true;
}

/* Fails if a run has no samples: comparing it with anything would prove nothing. */
static bool all_have_samples(const struct gate_in *in, struct err *e) {
    const struct gate_runs *runs = in->runs;
    for (uint32_t r = 0; r < runs->n_base + runs->n_new; r++) {
        if (in->run_total[r] > 0) continue;
        return err_set(e, "%.*s has no samples of type %.*s, so there is nothing to compare", STR_ARG(runs->name[r]),
                       STR_ARG(in->value.type_label));
    }
    return true;
}

/* True if the filters left samples on a side. */
static bool side_is_left(const struct gate_sums *s, uint32_t from, uint32_t n) {
    for (uint32_t r = from; r < from + n; r++)
        if (s->total[r].weight > 0) return true;
    return false;
}

static bool both_are_left(const struct gate_in *in, const struct gate_sums *s, struct err *e) {
    const struct gate_runs *runs = in->runs;
    bool base = side_is_left(s, 0, runs->n_base), new_side = side_is_left(s, runs->n_base, runs->n_new);
    if (base && new_side) return true;
    uint32_t first = base ? runs->n_base : 0;
    return err_set(e, "the filters leave no samples of the %s (%.*s), so there is nothing to compare",
                   base ? "new side" : "base", STR_ARG(runs->name[first]));
}

/* Finds the row that more samples would settle first: one that seems to have grown by more than the limit, judged
 * by its growth; otherwise the largest row, judged by a growth of the limit's size. */
static void find_doubt(const struct judge *j, struct gate_result *r) {
    const struct gate_rules *rules = j->in->rules;
    r->doubt_samples = INFINITY;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        const struct gate_row *row = &r->row[i];
        if (row->verdict != GATE_INCONCLUSIVE || !(row->growth > rules->max_growth)) continue;
        if (!(row->more_samples < r->doubt_samples)) continue;
        r->doubt = row;
        r->doubt_samples = row->more_samples;
    }
    if (r->doubt) return;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        const struct gate_row *row = &r->row[i];
        if (row->verdict != GATE_INCONCLUSIVE || row->presence != GATE_BOTH || !(rules->max_growth > 0)) continue;
        if (!r->doubt || row->old_value > r->doubt->old_value) r->doubt = row;
    }
    if (!r->doubt) return;
    double ratio = j->z_all * r->doubt->noise / (fabs(r->doubt->old_value) * rules->max_growth);
    r->doubt_samples = fmax(1, ratio * ratio);
}

/* The gate cannot tell if there are functions subject to its limit and none could be judged. If no function can
 * break a rule, or growth is off, the total alone decides. */
static enum gate_outcome outcome_of(const struct gate_rules *rules, const struct gate_result *r) {
    if (r->n_regressions || r->total.verdict == GATE_REGRESSION) return GATE_FAIL;
    bool functions_count = isfinite(rules->max_growth) && r->n_tested > 0;
    bool blind = functions_count ? r->n_inconclusive == r->n_tested : r->total.verdict == GATE_INCONCLUSIVE;
    return blind ? GATE_CANNOT_TELL : GATE_PASS;
}

static double longest_run(const struct gate_runs *runs) {
    int64_t most = 0;
    for (uint32_t r = 0; runs->duration_nanos && r < runs->n_base + runs->n_new; r++)
        if (runs->duration_nanos[r] > most) most = runs->duration_nanos[r];
    return (double)most / 1e9;
}

bool gate_judge(struct arena *a, const struct gate_in *in, struct gate_result *out, struct err *e) {
    static const char *const method_name[] = {"sample counts", "Mann-Whitney", "Welch's t", "moderated t",
                                              "plain difference"};
    const struct gate_runs *runs = in->runs;
    *out = (struct gate_result){.n_base = runs->n_base, .n_new = runs->n_new, .run_seconds = longest_run(runs)};
    if (!all_have_samples(in, e)) return false;
    struct judge j = {.in = in, .sums = gate_sum(a, in, in->options->sort == SORT_CUM), .scale = scales(a, in)};
    if (!both_are_left(in, j.sums, e)) return false;
    out->kind = j.sums->noise.kind;
    out->rate = j.sums->noise.rate;
    j.z = stats_normal_quantile(in->rules->confidence) + stats_normal_quantile(POWER);
    j.base_total = mean_total(in, j.scale, 0, runs->n_base);
    j.new_total = mean_total(in, j.scale, runs->n_base, runs->n_new);
    j.base_at = ARENA_ARRAY(a, double, runs->n_base);
    j.new_at = ARENA_ARRAY(a, double, runs->n_new);
    measure_all(a, &j, out);
    out->method = method_name[j.method == BY_DIFFERENCE && (runs->n_base > 1 || runs->n_new > 1) ? BY_WELCH : j.method];
    out->total.name = STR("total");
    measure(&j, j.sums->total, 1, &out->total);
    judge_total(&j, &out->total);
    for (uint32_t i = 0; i < out->n_rows; i++) {
        find_budget(in->rules, &out->row[i]);
        judge_row(&j, &out->row[i]);
        tally(out, &out->row[i]);
    }
    if (!all_budgets_match(in->rules, e)) return false;
    out->noise_floor = noise_floor(a, out);
    out->old_samples = events(&j, 0, runs->n_base);
    out->new_samples = events(&j, runs->n_base, runs->n_new);
    qsort(out->row, out->n_rows, sizeof *out->row, compare_rows);
    struct gate_paths paths = gate_paths_begin(a, in, j.sums, j.scale);
    uint32_t n_paths = 0;
    for (; n_paths < out->n_rows && n_paths < PATHS_MOST && out->row[n_paths].verdict == GATE_REGRESSION; n_paths++)
        gate_find_path(a, &paths, &out->row[n_paths]);
    if (j.sums->cum)
        fold_chains(a, &j, n_paths, out);
    else if (out->kind == GATE_SAMPLES)
        find_hidden(a, &j, n_paths, out);
    out->outcome = outcome_of(in->rules, out);
    if (out->outcome == GATE_CANNOT_TELL) find_doubt(&j, out);
    out->exit_status = out->outcome == GATE_FAIL                                      ? 1
                       : out->outcome == GATE_CANNOT_TELL && in->rules->require_power ? 3
                                                                                      : 0;
    return true;
}
