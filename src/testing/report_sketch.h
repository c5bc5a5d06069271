/* For unit tests of graph reports: runs a report on a profile in the text form of testing/sketch.h. */
#ifndef CPROF_TESTING_REPORT_SKETCH_H
#define CPROF_TESTING_REPORT_SKETCH_H

#include "report/report.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* Has inlining, recursion, labels, a negative value, and a node (x) whose values cancel out. */
static const char sketch_work[] = "types samples/count cpu/nanoseconds\n"
                                  "main;run@r.c+helper;leaf 1 50 req=a\n"
                                  "main;run@r.c+helper 2 20 req=b bytes:4096\n"
                                  "main;run@r.c;leaf;leaf;run@r.c 1 10 req=b bytes:100 bytes:9000\n"
                                  "main;idle::Pool::Wait 4 -30\n"
                                  "main;x;y 1 5\n"
                                  "main;x;z 1 -5\n";

/* Parses "nodecount=2 lines": options as at the prompt, on top of the defaults (but with no limit on nodes). */
static inline struct options sketch_options(const char *text) {
    struct options o;
    struct err e = {0};
    str rest = str_from(text), word;
    options_defaults(&o);
    o.nodecount = 0;
    while (str_next_word(&rest, &word)) {
        const struct options_choice *choice = options_find_choice(word);
        str name, value = word;
        str_cut(&value, '=', &name);
        if (choice)
            options_set_choice(choice, &o);
        else if (!options_find(name) || !options_set(options_find(name), &o, value, &e))
            abort();
    }
    return o;
}

/* Runs the report on the last column and returns its text, followed by a NUL; on failure the error message. */
static inline const char *sketch_report(struct arena *a, report_fn *run, const char *text, const char *options,
                                        const struct regex *regex) {
    struct options o = sketch_options(options);
    struct profile loaded = sketch_profile(a, text), view = loaded;
    struct notes notes = {.arena = a};
    struct filter_units units = filter_label_units(a, &view, &notes);
    filter_aggregate(a, &view, &o);
    uint32_t type = view.n_types - 1;
    struct graph_value value = {.type = type, .mean = o.mean, .ratio = 1 / o.divide_by};
    value.type_label = profile_str(&view, view.type[type].type);
    value.unit = profile_str(&view, view.type[type].unit);
    int64_t divisor = 0;
    for (uint32_t i = 0; i < view.n_samples; i++) {
        value.total += graph_abs(view.value[type][profile_row(&view, i)]);
        divisor += view.value[0][profile_row(&view, i)];
    }
    if (o.mean) {
        value.type_label = str_format(a, "mean_%.*s", STR_ARG(value.type_label));
        value.total = graph_mean(value.total, divisor);
    }
    struct report_in in = {.loaded = &loaded,
                           .view = &view,
                           .options = &o,
                           .units = &units,
                           .value = value,
                           .pattern = regex ? STR("pattern") : STR_EMPTY,
                           .regex = regex,
                           .arena = a,
                           .notes = &notes};
    struct sink out;
    struct err e = {0};
    sink_to_memory(&out);
    bool ok = run(&in, &out, &e);
    const char *got = str_copy(a, ok ? sink_bytes(&out) : str_from(err_text(&e))).ptr;
    err_clear(&e);
    sink_close(&out, &e);
    return got;
}

static inline void sketch_expect(report_fn *run, const char *profile, const char *options, const char *report) {
    struct arena a = {0};
    assert_string_equal(sketch_report(&a, run, profile, options, NULL), report);
    arena_release(&a);
}

#endif
