/* Tests the gate on pairs of profiles whose answer is known, and prints the table of the manual. */

#include <math.h>
#include <stdio.h>

#include "gate/gate.h"
#include "profile/build.h"
#include "testing/test.h"

enum { FUNCTIONS = 40, SLOWED = 1, RUNS_MOST = 24 };
static const int64_t period_ns = 10000000;

static uint64_t state = 88172645463325252u;
static double uniform(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

static double normal(void) {
    double u = uniform();
    return sqrt(-2 * log(u > 0 ? u : 0.5)) * cos(6.283185307179586 * uniform());
}

/* Knuth's method for small means, the normal approximation for others. */
static int64_t poisson(double mean) {
    if (mean > 200) {
        double x = floor(mean + sqrt(mean) * normal() + 0.5);
        return x > 0 ? (int64_t)x : 0;
    }
    double limit = exp(-mean), product = uniform();
    int64_t n = 0;
    while (product > limit) {
        product *= uniform();
        n++;
    }
    return n;
}

/* Function i's share of a run: the first has 30 %, SLOWED has 20 %, the others have decreasing parts of the rest. */
static double share_of(int i) {
    if (i == 0) return 0.3;
    if (i == SLOWED) return 0.2;
    double sum = 0;
    for (int k = 2; k < FUNCTIONS; k++) sum += 1.0 / k;
    return 0.5 / (i * sum);
}

struct world {
    uint32_t n_base, n_new;
    double samples;  /* expected in one run */
    double slowdown; /* of SLOWED on the new side: 0.05 for 5 % */
    double jitter;   /* relative spread of a function between runs, beyond sampling */
};

struct made {
    struct arena arena;
    struct profile profile;
    uint32_t run[FUNCTIONS * RUNS_MOST];
    struct gate_runs runs;
};

static void make(const struct world *w, struct made *m) {
    struct build b;
    *m = (struct made){0};
    build_init(&b, &m->arena);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    b.header.period_type = b.types.at[1];
    b.header.period = period_ns;
    loc_id loc[FUNCTIONS];
    for (int i = 0; i < FUNCTIONS; i++) {
        str name = str_format(&m->arena, "f%02d", i);
        struct profile_line line = {build_function(&b, (struct profile_function){.name = build_string(&b, name)}), 1,
                                    0};
        loc[i] = build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, &line, 1);
    }
    uint32_t n = 0;
    for (uint32_t run = 0; run < w->n_base + w->n_new; run++) {
        for (int i = 0; i < FUNCTIONS; i++) {
            double mean = w->samples * share_of(i) * (1 + w->jitter * normal());
            if (run >= w->n_base && i == SLOWED) mean *= 1 + w->slowdown;
            int64_t count = poisson(mean > 0 ? mean : 0);
            if (count == 0) continue;
            int64_t values[] = {count, count * period_ns};
            build_sample(&b, &loc[i], 1, values, NULL, 0);
            m->run[n++] = run;
        }
    }
    struct err e = {0};
    assert_true(build_seal(&b, &m->profile, &e));
    m->runs = (struct gate_runs){.merged = m->profile, .run_of_row = m->run, .n_base = w->n_base, .n_new = w->n_new};
}

struct outcome {
    bool alarm;  /* an unchanged function, or the total, was reported as a regression */
    bool caught; /* the slowed function was reported */
};

static struct outcome judge(const struct world *w, const char *max_growth) {
    struct made m;
    make(w, &m);
    struct err e = {0};
    struct gate_words words = {.max_growth = str_from(max_growth),
                               .max_total_growth = STR("off"),
                               .max_new = STR("1%"),
                               .min_share = STR("1%"),
                               .confidence = STR("99%"),
                               .budgets_file = STR_EMPTY};
    struct gate_rules rules;
    assert_true(gate_rules_read(&m.arena, &words, (struct gate_values){STR("cpu"), STR("nanoseconds")}, 0, &rules, &e));
    struct options o = {.unit = STR("minimum"), .divide_by = 1};
    struct profile view = m.profile;
    view.shown = (struct profile_shown){.function = true};
    struct gate_in in = {.runs = &m.runs,
                         .view = &view,
                         .options = &o,
                         .rules = &rules,
                         .value = {.type = 1, .unit = STR("nanoseconds"), .ratio = 1},
                         .run_total = gate_run_totals(&m.arena, &m.runs, &view, 1)};
    struct gate_result result;
    assert_true(gate_judge(&m.arena, &in, &result, &e));
    struct outcome out = {false, false};
    for (uint32_t i = 0; i < result.n_rows; i++) {
        if (result.row[i].verdict != GATE_REGRESSION) continue;
        bool slowed = str_equal(result.row[i].name, STR("f01")) && w->slowdown > 0;
        if (slowed)
            out.caught = true;
        else
            out.alarm = true;
    }
    arena_release(&m.arena);
    return out;
}

static double alarms(const struct world *w, int pairs) {
    int n = 0;
    for (int i = 0; i < pairs; i++) n += judge(w, "0%").alarm;
    return n / (double)pairs;
}

static double caught(const struct world *w, const char *max_growth, int pairs) {
    int n = 0;
    for (int i = 0; i < pairs; i++) n += judge(w, max_growth).caught;
    return n / (double)pairs;
}

/* With the relative limit at 0 only significance prevents an alarm by chance: of 1,000 unchanged pairs at 99 %,
 * about 10 may raise one. More than 20 would not be chance (three standard deviations of a binomial). */
static void no_change_no_alarm(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        struct world w;
    } row[] = {
        {"1 run, 1,000 samples", {1, 1, 1000, 0, 0}},
        {"1 run, 10,000 samples", {1, 1, 10000, 0, 0}},
        {"1 run, 100,000 samples", {1, 1, 100000, 0, 0}},
        {"3 runs of 10,000, 3 % jitter", {3, 3, 10000, 0, 0.03}},
        {"8 runs of 10,000, 3 % jitter", {8, 8, 10000, 0, 0.03}},
        {"12 runs of 10,000, 3 % jitter", {12, 12, 10000, 0, 0.03}},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double rate = alarms(&row[i].w, 1000);
        print_message("no change, %-30s false alarms %.1f %%\n", row[i].name, rate * 100);
        assert_true(rate <= 0.02);
    }
}

static void slowdowns_are_caught(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        struct world w;
        const char *max_growth;
        double least, most; /* of the detection rate */
    } row[] = {
        {"5 %, 1,000 samples", {1, 1, 1000, 0.05, 0}, "2%", 0, 0.2},
        {"5 %, 10,000 samples", {1, 1, 10000, 0.05, 0}, "2%", 0, 0.6},
        {"5 %, 100,000 samples", {1, 1, 100000, 0.05, 0}, "2%", 0.9, 1},
        {"10 %, 1,000 samples", {1, 1, 1000, 0.1, 0}, "5%", 0, 0.3},
        {"10 %, 10,000 samples", {1, 1, 10000, 0.1, 0}, "5%", 0.3, 1},
        {"10 %, 100,000 samples", {1, 1, 100000, 0.1, 0}, "5%", 0.95, 1},
        {"50 %, 1,000 samples", {1, 1, 1000, 0.5, 0}, "10%", 0.7, 1},
        {"50 %, 10,000 samples", {1, 1, 10000, 0.5, 0}, "10%", 0.99, 1},
        {"50 %, 100,000 samples", {1, 1, 100000, 0.5, 0}, "10%", 0.99, 1},
        {"10 %, 3 runs of 10,000, 3 % jitter", {3, 3, 10000, 0.1, 0.03}, "5%", 0, 1},
        {"10 %, 8 runs of 10,000, 3 % jitter", {8, 8, 10000, 0.1, 0.03}, "5%", 0.5, 1},
        {"50 %, 3 runs of 10,000, 3 % jitter", {3, 3, 10000, 0.5, 0.03}, "10%", 0.95, 1},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double rate = caught(&row[i].w, row[i].max_growth, 200);
        print_message("slower by %-36s limit %3s: caught %.0f %%\n", row[i].name, row[i].max_growth, rate * 100);
        assert_true(rate >= row[i].least && rate <= row[i].most);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_change_no_alarm),
        cmocka_unit_test(slowdowns_are_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
