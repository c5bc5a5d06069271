/* libFuzzer: a line with the value of -trend_by, and a line for each profile: its source, which also is a label's
 * value, its time and a value. The points are in order, and shares are of the whole. */
#include "trend/series.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "profile/build.h"
#include "testing/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum { PROFILES_MOST = 24 };

static struct profile make_profile(struct arena *a, str source, int64_t time, int64_t value) {
    struct build b;
    struct profile p;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("cpu")), build_string(&b, STR("nanoseconds")));
    b.header.time_nanos = time;
    const struct profile_line line[] = {
        {build_function(&b, (struct profile_function){.name = build_string(&b, STR("main"))}), 1, 0},
        {build_function(&b, (struct profile_function){.name = build_string(&b, source)}), 1, 0}};
    const loc_id frame[] = {build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, &line[1], 1),
                            build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, &line[0], 1)};
    const str_id key = build_string(&b, STR("k"));
    label_id label[] = {build_label(&b, (struct profile_label){.key = key, .value = build_string(&b, source)}),
                        build_label(&b, (struct profile_label){.key = key, .number = time, .numeric = true})};
    build_sample(&b, frame, 2, &value, &label[0], 1);
    build_sample(&b, frame, 1, &value, &label[1], 1);
    build_sample(&b, frame + 1, 1, &value, NULL, 0);
    if (!build_seal(&b, &p, NULL)) abort();
    return p;
}

static void check(struct arena *a, const struct trend *t) {
    double *share = ARENA_ARRAY(a, double, t->n_points);
    assert(t->n_points >= 2);
    for (size_t i = 1; i < t->n_points && t->by == TREND_BY_TIME; i++)
        assert(!t->point[i - 1].time || !t->point[i].time || t->point[i - 1].time <= t->point[i].time);
    for (uint32_t i = 0; i < t->n_functions; i++) {
        const struct trend_function *f = &t->function[i];
        assert(f->p >= 0 && f->p <= 1 && isfinite(f->mean) && isfinite(f->slope));
        trend_shares(t, f, share);
        for (size_t k = 0; k < t->n_points; k++) assert(isfinite(share[k]));
        for (size_t k = 0; k < f->n_changes; k++) assert(f->change[k].at < t->n_points);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct err e = {0};
    struct trend t;
    struct options o;
    str text = {(const char *)data, size}, line, by = STR_EMPTY;
    if (size) str_cut(&text, '\n', &by);
    options_defaults(&o);
    bool ok = trend_init(&t, &a, by, &e);
    t.min_share = 0.01;
    t.confidence = 0.95;
    for (int i = 0; ok && i < PROFILES_MOST && text.len && str_cut(&text, '\n', &line); i++) {
        str source = STR_EMPTY, number = STR_EMPTY;
        if (str_next_word(&line, &source)) str_next_word(&line, &number);
        int64_t time = strtoll(str_c(&a, number), NULL, 10), value = strtoll(str_c(&a, line), NULL, 10);
        struct profile p = make_profile(&a, source, time, value);
        struct graph_value of = {
            .type_label = STR("cpu"), .unit = STR("nanoseconds"), .ratio = 1, .total = value > 0 ? value : 0};
        ok = trend_add(&t, &p, &of, &o, source, &e);
    }
    ok = ok && trend_judge(&t, &e);
    assert(ok == !e.text);
    if (ok) check(&a, &t);
    err_clear(&e);
    arena_release(&a);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    return mutate_text(data, size, max_size, seed);
}
