/* For unit tests of reports: a small profile, and a way to run a report on it.
 *
 * Values are samples/count and cpu/nanoseconds. main (m.c, from line 1) calls work (w.c, from line 10), into which
 * step (w.c, from line 3) is inlined. */
#ifndef CPROF_TESTING_REPORT_PROFILE_H
#define CPROF_TESTING_REPORT_PROFILE_H

#include "profile/build.h"
#include "report/report.h"

struct test_profile {
    struct arena arena;
    struct build build;
    loc_id main, work; /* main at line 5; work at line 12 with step at line 4 inside */
    struct profile profile;
    struct options options;
    struct notes notes;
    struct filter_units units;
    struct report_in in;
};

static inline func_id test_function(struct build *b, str name, str file, int64_t start_line) {
    str_id id = build_string(b, name);
    return build_function(b,
                          (struct profile_function){
                              .name = id, .system_name = id, .file = build_string(b, file), .start_line = start_line});
}

/* Starts a profile. Afterwards add samples to t->build and call test_seal. */
static inline void test_begin(struct test_profile *t) {
    *t = (struct test_profile){.arena = {0}};
    struct build *b = &t->build;
    build_init(b, &t->arena);
    build_type(b, build_string(b, STR("samples")), build_string(b, STR("count")));
    build_type(b, build_string(b, STR("cpu")), build_string(b, STR("nanoseconds")));
    map_id m = build_mapping(
        b, (struct profile_mapping){.start = 0x1000, .limit = 0x2000, .file = build_string(b, STR("/bin/prog"))});
    struct profile_line main_line = {test_function(b, STR("main"), STR("m.c"), 1), 5, 2};
    struct profile_line work_lines[] = {{test_function(b, STR("step"), STR("w.c"), 3), 4, 0},
                                        {test_function(b, STR("work"), STR("w.c"), 10), 12, 0}};
    t->main = build_location(b, (struct profile_location){.address = 0x1010, .mapping = m}, &main_line, 1);
    t->work = build_location(b, (struct profile_location){.address = 0x1020, .mapping = m}, work_lines, 2);
}

static inline bool test_seal(struct test_profile *t, struct err *e) {
    if (!build_seal(&t->build, &t->profile, e)) return false;
    options_defaults(&t->options);
    t->options.nodecount = 0;
    t->options.nodefraction = t->options.edgefraction = 0;
    t->notes = (struct notes){.arena = &t->arena};
    t->units = filter_label_units(&t->arena, &t->profile, &t->notes);
    t->in = (struct report_in){.loaded = &t->profile,
                               .view = &t->profile,
                               .options = &t->options,
                               .units = &t->units,
                               .value = {.type = 1, .ratio = 1, .type_label = STR("cpu"), .unit = STR("nanoseconds")},
                               .pattern = STR_EMPTY,
                               .arena = &t->arena,
                               .notes = &t->notes};
    return true;
}

/* Runs the report and returns its text, which lives as long as the profile; empty, with *e set, on failure. */
static inline str test_run(struct test_profile *t, report_fn *run, struct err *e) {
    struct sink out;
    sink_to_memory(&out);
    bool ok = run(&t->in, &out, e);
    str text = ok ? str_copy(&t->arena, sink_bytes(&out)) : STR_EMPTY;
    sink_drop(&out);
    return text;
}

static inline void test_end(struct test_profile *t) { arena_release(&t->arena); }

#endif
