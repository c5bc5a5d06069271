/* Unit tests of gate/judge.c: small pairs of profiles and the verdict that each must have, worked out by hand. */
#include <math.h>
#include <stdio.h>

#include "gate/report.h"
#include "testing/sketch.h"
#include "testing/test.h"

enum { RUNS_MOST = 8 };

/* Properties shared by the runs of one call. */
struct world {
    const char *types, *period_type, *period_unit;
    int64_t period, duration;
    struct gate_words words; /* empty members get the defaults */
    bool cum;
};

static const struct world cpu = {.types = "types samples/count cpu/nanoseconds",
                                 .period_type = "cpu",
                                 .period_unit = "nanoseconds",
                                 .period = 10000000,
                                 .duration = 3000000000};
static const struct world goroutines = {
    .types = "types goroutine/count", .period_type = "goroutine", .period_unit = "count", .period = 1};
static const struct world heap = {.types = "types inuse_objects/count inuse_space/bytes",
                                  .period_type = "space",
                                  .period_unit = "bytes",
                                  .period = 4096};
static const struct world contentions = {.types = "types contentions/count delay/nanoseconds",
                                         .period_type = "contentions",
                                         .period_unit = "count",
                                         .period = 1};

struct judged {
    struct arena a;
    struct profile run[2 * RUNS_MOST], view;
    str name[2 * RUNS_MOST];
    struct gate_runs runs;
    struct options options;
    struct gate_rules rules;
    struct gate_result result;
    struct report_in in;
    struct gate_page page;
    struct err e;
    bool ok;
};

static str or_default(str word, const char *other) { return word.len ? word : str_from(other); }

/* Judges the last column. `sides` is "RUN|RUN>RUN|RUN": base runs and new runs, each a profile in the form of
 * testing/sketch.h. */
static void judge(struct judged *j, const struct world *w, const char *sides) {
    *j = (struct judged){0};
    options_defaults(&j->options);
    j->options.sort = w->cum ? SORT_CUM : SORT_FLAT;
    uint32_t n[2] = {0, 0};
    str rest = str_from(sides), side, text;
    const struct profile *all[2 * RUNS_MOST];
    for (int s = 0; s < 2; s++) {
        str_cut(&rest, '>', &side);
        while (str_cut(&side, '|', &text)) {
            uint32_t i = n[0] + n[1];
            struct profile *p = &j->run[i];
            *p = sketch_profile(&j->a, str_c(&j->a, str_format(&j->a, "%s\n%.*s\n", w->types, STR_ARG(text))));
            p->period = w->period;
            p->period_type =
                (struct profile_value_type){.type = profile_add_string(p, &j->a, str_from(w->period_type)),
                                            .unit = profile_add_string(p, &j->a, str_from(w->period_unit))};
            p->duration_nanos = w->duration;
            j->name[i] = str_format(&j->a, "%s%u", s ? "new" : "base", ++n[s]);
            all[i] = p;
        }
    }
    struct gate_sides in = {.run = all, .name = j->name, .n_base = n[0], .n_new = n[1]};
    struct gate_words words = w->words;
    words.max_growth = or_default(words.max_growth, "10%");
    words.max_total_growth = or_default(words.max_total_growth, "off");
    words.max_new = or_default(words.max_new, "1%");
    words.min_share = or_default(words.min_share, "1%");
    words.confidence = or_default(words.confidence, "99%");
    j->ok = gate_runs_merge(&j->a, &in, &j->runs, &j->e);
    assert_true(j->ok);
    j->view = j->runs.merged;
    j->view.shown = (struct profile_shown){.function = true};
    uint32_t type = j->view.n_types - 1;
    struct graph_value value = {.type = type,
                                .unit = profile_str(&j->view, j->view.type[type].unit),
                                .type_label = profile_str(&j->view, j->view.type[type].type),
                                .ratio = 1};
    assert_true(
        gate_rules_read(&j->a, &words, (struct gate_values){value.type_label, value.unit}, 0, &j->rules, &j->e));
    struct gate_in judged = {.runs = &j->runs,
                             .view = &j->view,
                             .options = &j->options,
                             .rules = &j->rules,
                             .value = value,
                             .run_total = gate_run_totals(&j->a, &j->runs, &j->view, type)};
    j->ok = gate_judge(&j->a, &judged, &j->result, &j->e);
    j->in = (struct report_in){
        .options = &j->options, .view = &j->view, .loaded = &j->view, .arena = &j->a, .value = value};
    j->page = (struct gate_page){.in = &j->in, .runs = &j->runs, .rules = &j->rules, .result = &j->result};
}

static void end(struct judged *j) {
    err_clear(&j->e);
    arena_release(&j->a);
}

static const struct gate_row *row(const struct judged *j, const char *name) {
    for (uint32_t i = 0; i < j->result.n_rows; i++)
        if (str_equal(j->result.row[i].name, str_from(name))) return &j->result.row[i];
    fail_msg("no row %s", name);
    return NULL;
}

static void is_text(str got, const char *want) {
    if (!str_equal(got, str_from(want))) fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void refuses(const struct world *w, const char *sides, const char *message) {
    struct judged j;
    judge(&j, w, sides);
    assert_false(j.ok);
    assert_string_equal(err_text(&j.e), message);
    end(&j);
}

static void a_run_of_nothing(void **state) {
    (void)state;
    const char *const of_cpu[][2] = {
        {"main;x 1 10000000>", "new1"},
        {">main;x 1 10000000", "base1"},
        {"main;x 1 10000000|main;x 1 10000000>main;x 1 10000000||main;x 1 10000000", "new2"},
        /* samples, but none of this type */
        {"main;x 1 10000000>main;x 1 0", "new1"},
    };
    for (size_t i = 0; i < sizeof of_cpu / sizeof *of_cpu; i++) {
        char message[100];
        snprintf(message, sizeof message, "%s has no samples of type cpu, so there is nothing to compare",
                 of_cpu[i][1]);
        refuses(&cpu, of_cpu[i][0], message);
    }
    refuses(&goroutines, "main;x 10>", "new1 has no samples of type goroutine, so there is nothing to compare");
}

/* With one sample a side, neither new nor removed functions are judged. */
static void nothing_can_be_told(void **state) {
    (void)state;
    struct judged j;
    judge(&j, &cpu, "main;x 1 10000000>main;y 1 10000000");
    assert_true(j.ok);
    assert_int_equal(j.result.outcome, GATE_CANNOT_TELL);
    assert_int_equal(j.result.exit_status, 0);
    assert_int_equal(j.result.n_inconclusive, 2);
    is_text(gate_summary(&j.page), "cannot tell: 0 regressions, 0 improvements, 0 unchanged, 2 inconclusive");
    /* 1 event for 0: the noise is as large as the growth, so (z of 99.5 % + z of 80 %)^2 = 11.68 times 3 s */
    is_text(gate_help(&j.page), "about 36s of profile a side would show whether y grew");
    end(&j);

    struct world strict = cpu;
    strict.words.require_power = true;
    judge(&j, &strict, "main;x 1 10000000>main;y 1 10000000");
    assert_int_equal(j.result.exit_status, 3);
    end(&j);
    /* if some can be judged, the others are counted */
    judge(&j, &strict,
          "main;x 90000 900000000000\nmain;z 1000 10000000000>main;x 90000 900000000000\nmain;z 1000 10000000000");
    assert_int_equal(j.result.outcome, GATE_PASS);
    assert_int_equal(j.result.exit_status, 0);
    is_text(gate_summary(&j.page), "pass: 0 regressions, 0 improvements, 1 unchanged, 1 inconclusive");
    end(&j);
    /* without a limit for functions, the total alone decides */
    strict.words.max_growth = STR("off");
    strict.words.max_total_growth = STR("10%");
    judge(&j, &strict, "main;x 1 10000000>main;x 1 10000000");
    assert_int_equal(j.result.exit_status, 3);
    end(&j);
    judge(&j, &strict, "main;x 90000 900000000000>main;x 90000 900000000000");
    assert_int_equal(j.result.exit_status, 0);
    end(&j);
}

static void exact_counts(void **state) {
    (void)state;
    struct judged j;
    judge(&j, &goroutines, "main;x 10\nmain;y 20>main;x 17\nmain;y 20");
    assert_int_equal(j.result.kind, GATE_EXACT);
    assert_int_equal(j.result.exit_status, 1);
    assert_int_equal(row(&j, "x")->verdict, GATE_REGRESSION);
    assert_int_equal(row(&j, "y")->verdict, GATE_UNCHANGED);
    assert_true(!(j.result.old_samples > 0) && !(j.result.new_samples > 0));
    end(&j);
    /* as samples, the same numbers prove nothing */
    struct world sampled = goroutines;
    sampled.types = "types samples/count";
    sampled.period_unit = "nanoseconds";
    judge(&j, &sampled, "main;x 10\nmain;y 20>main;x 17\nmain;y 20");
    assert_int_equal(j.result.kind, GATE_SAMPLES);
    assert_int_equal(row(&j, "x")->verdict, GATE_INCONCLUSIVE);
    end(&j);
    /* within the limit */
    judge(&j, &goroutines, "main;x 100>main;x 110");
    assert_int_equal(j.result.exit_status, 0);
    assert_int_equal(row(&j, "x")->verdict, GATE_UNCHANGED);
    end(&j);
    /* runs that agree: the difference is real; a side of one run gets the other's spread */
    judge(&j, &goroutines, "main;x 10|main;x 10|main;x 10>main;x 17|main;x 17|main;x 17");
    assert_int_equal(row(&j, "x")->verdict, GATE_REGRESSION);
    assert_string_equal(j.result.method, "Welch's t");
    end(&j);
    judge(&j, &goroutines, "main;x 10|main;x 10|main;x 11>main;x 17");
    assert_int_equal(row(&j, "x")->verdict, GATE_REGRESSION);
    end(&j);
    /* runs that disagree: it may be chance. mean 20 and 27, variance 300 each: t = 7/sqrt(200) = 0.495 */
    judge(&j, &goroutines, "main;x 10|main;x 10|main;x 40>main;x 17|main;x 17|main;x 47");
    assert_int_equal(row(&j, "x")->verdict, GATE_INCONCLUSIVE);
    assert_true(fabs(row(&j, "x")->noise - sqrt(200)) < 1e-9);
    end(&j);
    judge(&j, &goroutines, "main;x 10|main;x 10|main;x 40>main;x 27");
    assert_int_equal(row(&j, "x")->verdict, GATE_INCONCLUSIVE);
    assert_true(fabs(row(&j, "x")->noise - 20) < 1e-9); /* 300/3 + 300/1 */
    end(&j);
    judge(&j, &goroutines, "main;x 27>main;x 10|main;x 10|main;x 40");
    assert_true(fabs(row(&j, "x")->noise - 20) < 1e-9);
    end(&j);
    judge(&j, &heap, "main;x 1 512>main;x 1 512");
    assert_int_equal(j.result.kind, GATE_ALLOCATIONS);
    end(&j);
    judge(&j, &contentions, "main;x 1 512>main;x 1 512");
    assert_int_equal(j.result.kind, GATE_CONTENTIONS);
    end(&j);
}

/* Advice follows from the growth seen, never from the limit. */
static void advice(void **state) {
    (void)state;
    static const char *const limits[] = {"10%", "5%", "1%"};
    struct judged j;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct world w = cpu;
        w.words.max_growth = str_from(limits[i]);
        /* +30 of 100: noise sqrt(230), so (z of 99 % + z of 80 %)^2 * 230/900 = 10.04 * 0.256 = 2.56 times 3 s */
        judge(&j, &w, "main;x 100 1000000000>main;x 130 1300000000");
        is_text(gate_need(&j.page, row(&j, "x")), "about 8s of profile a side");
        end(&j);
    }
    /* samples of 10 ms, whatever the period says: 100 and 130 events as above */
    struct world no_counts = cpu;
    no_counts.types = "types cpu/nanoseconds";
    no_counts.period = 1000000000;
    judge(&j, &no_counts, "main;x 990000000\nmain;y;x 10000000>main;x 1300000000");
    is_text(gate_need(&j.page, row(&j, "x")), "about 8s of profile a side");
    end(&j);
    /* out of reach: 0.1 % takes 10.04 * 2 / 100 / 0.001^2 times the samples */
    struct world far = cpu;
    far.words.max_growth = STR("0.1%");
    judge(&j, &far, "main;x 100 1000000000>main;x 100 1000000000");
    is_text(gate_help(&j.page), "these runs show only a growth of 44.8% or more in x");
    end(&j);
    /* in runs: without durations, and where there are several runs already */
    struct world w = cpu;
    w.duration = 0;
    judge(&j, &w, "main;x 100 1000000000>main;x 130 1300000000");
    is_text(gate_need(&j.page, row(&j, "x")), "about 3 runs a side");
    end(&j);
    /* no growth was seen, so there is no advice */
    judge(&j, &cpu, "main;x 100 1000000000>main;x 100 1000000000");
    is_text(gate_need(&j.page, row(&j, "x")), "");
    assert_true(isinf(row(&j, "x")->more_samples));
    end(&j);
    /* objects of 40 bytes, of which a rate of 4 kB samples 0.972 %: 97 and 126; 2.64 times as many are 2.57 %,
     * which is the rate 4 kB * log(1 - 0.00972) / log(1 - 0.0257) */
    judge(&j, &heap, "main;x 10000 400000>main;x 13000 520000");
    assert_int_equal(row(&j, "x")->verdict, GATE_INCONCLUSIVE);
    is_text(gate_need(&j.page, row(&j, "x")), "a sampling rate of 1.50kB instead of 4kB");
    end(&j);
    /* objects far larger than the rate were all sampled: no rate finds more */
    judge(&j, &heap, "main;x 100 40000000>main;x 130 52000000");
    is_text(gate_need(&j.page, row(&j, "x")), "about 3 runs a side");
    end(&j);
}

/* Goroutines always wait in the same function of the runtime, which must not be named as the culprit. */
static void the_culprit(void **state) {
    (void)state;
    static const struct world *const worlds[] = {&goroutines, &contentions};
    static const char *const sides[] = {"main.main;shop/web.Serve;sync.(*Mutex).Lock;runtime.gopark "
                                        "10\nruntime.goexit;net/http.(*conn).serve;runtime.gopark 3>"
                                        "main.main;shop/web.Serve;sync.(*Mutex).Lock;runtime.gopark "
                                        "17\nruntime.goexit;net/http.(*conn).serve;runtime.gopark 3",
                                        "main.main;shop/web.Serve;sync.(*Mutex).Lock;runtime.gopark 10000 10000\n"
                                        "runtime.goexit;net/http.(*conn).serve;runtime.gopark 3000 3000>"
                                        "main.main;shop/web.Serve;sync.(*Mutex).Lock;runtime.gopark 17000 17000\n"
                                        "runtime.goexit;net/http.(*conn).serve;runtime.gopark 3000 3000"};
    for (size_t i = 0; i < 2; i++) {
        for (int cum = 0; cum < 2; cum++) {
            struct judged j;
            struct world w = *worlds[i];
            w.cum = cum;
            judge(&j, &w, sides[i]);
            assert_int_equal(j.result.n_regressions, 1);
            const struct gate_row *culprit = row(&j, "shop/web.Serve");
            assert_int_equal(culprit->verdict, GATE_REGRESSION);
            is_text(culprit->path, "main.main; shop/web.Serve");
            /* with cum main.main grew by the same, so it is folded into the row of its callee */
            assert_int_equal(culprit->n_folded, cum);
            assert_int_equal(row(&j, "net/http.(*conn).serve")->verdict, GATE_UNCHANGED);
            assert_int_equal(j.result.n_rows, 2 + cum); /* with runtime.goexit */
            end(&j);
        }
    }
    /* samples are attributed to their leaf */
    struct judged j;
    judge(&j, &cpu, "main.main;runtime.memmove 1000 10000000000>main.main;runtime.memmove 1700 17000000000");
    assert_int_equal(row(&j, "runtime.memmove")->verdict, GATE_REGRESSION);
    end(&j);
}

static void chains_become_one_row(void **state) {
    (void)state;
    struct judged j;
    struct world w = cpu;
    w.cum = true;
    /* main.main, shop.a and runtime.x grew by 1,000 samples, shop.b by 300 of them */
    static const char sides[] = "main.main;shop.a;runtime.x 1000 1000\nmain.main;shop.a;runtime.x;shop.b 1000 1000>"
                                "main.main;shop.a;runtime.x 1700 1700\nmain.main;shop.a;runtime.x;shop.b 1300 1300";
    judge(&j, &w, sides);
    assert_int_equal(j.result.n_regressions, 2);
    assert_int_equal(j.result.n_folded, 2);
    assert_int_equal(j.result.n_tested, 2);
    /* named by own code, though runtime.x is deeper */
    assert_int_equal(row(&j, "shop.a")->n_folded, 2);
    assert_int_equal(row(&j, "shop.b")->n_folded, 0);
    is_text(gate_summary(&j.page), "fail: 2 regressions, 0 improvements, 0 unchanged, 0 inconclusive");
    end(&j);
    /* a budget that was broken is always shown */
    str budget = STR("main\\.main<=10%");
    w.words.budget = &budget;
    w.words.n_budgets = 1;
    judge(&j, &w, sides);
    assert_true(row(&j, "main.main")->broke & GATE_BROKE_BUDGET);
    assert_int_equal(row(&j, "shop.a")->n_folded, 1);
    end(&j);
}

/* Two callees grew by 7 % each, within their limit of 20 %; their caller, one of many, grew by 70 %. */
static void growth_that_flat_values_hide(void **state) {
    (void)state;
    struct judged j;
    struct world w = cpu;
    w.words.max_growth = STR("20%");
    w.words.min_share = STR("10%");
    static const char sides[] =
        "main.main;shop.a;runtime.p 1000 1000\nmain.main;runtime.p 9000 9000\nmain.main;shop.a;runtime.q 1000 1000\n"
        "main.main;runtime.q 9000 9000>"
        "main.main;shop.a;runtime.p 1700 1700\nmain.main;runtime.p 9000 9000\nmain.main;shop.a;runtime.q 1700 1700\n"
        "main.main;runtime.q 9000 9000";
    judge(&j, &w, sides);
    assert_int_equal(j.result.n_regressions, 0);
    assert_int_equal(j.result.outcome, GATE_PASS);
    assert_int_equal(j.result.n_hidden, 1);
    is_text(j.result.hidden[0].name, "shop.a");
    is_text(gate_hidden_sentence(&j.page, &j.result.hidden[0]),
            "shop.a grew by 70.0% with all that it calls (2us to 3.40us), which flat values do not show; -cum judges "
            "that");
    end(&j);
    /* functions of the runtime are not reported */
    char of_runtime[sizeof sides];
    memcpy(of_runtime, sides, sizeof sides);
    for (char *at = of_runtime; (at = strstr(at, "shop.a"));) memcpy(at, "time.a", 6);
    judge(&j, &w, of_runtime);
    assert_int_equal(j.result.n_hidden, 0);
    end(&j);
    /* growth that a regression shows already is not reported again */
    w.words.max_growth = STR("5%");
    judge(&j, &w, sides);
    assert_int_equal(j.result.n_regressions, 2);
    assert_int_equal(j.result.n_hidden, 0);
    end(&j);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_of_nothing),
        cmocka_unit_test(nothing_can_be_told),
        cmocka_unit_test(exact_counts),
        cmocka_unit_test(advice),
        cmocka_unit_test(the_culprit),
        cmocka_unit_test(chains_become_one_row),
        cmocka_unit_test(growth_that_flat_values_hide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
