/* Unit tests of header.c. */
#include <stdlib.h>

#include "testing/report_profile.h"
#include "testing/test.h"

static void expect(struct test_profile *t, struct report_lines l, const char *want) {
    str text = str_join(&t->arena, l.at, l.n, STR("\n"));
    assert_string_equal(str_c(&t->arena, text), want);
}

static void tells_what_the_profile_is(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    t.build.mappings.at[0].build_id = build_string(&t.build, STR("abc"));
    *VEC_PUSH(&t.arena, &t.build.comments) = build_string(&t.build, STR("#hidden"));
    *VEC_PUSH(&t.arena, &t.build.comments) = build_string(&t.build, STR("shown"));
    t.build.header.doc_url = build_string(&t.build, STR("ftp://x"));
    t.build.header.time_nanos = 1500000000000000000;
    t.build.header.duration_nanos = 2000000000;
    assert_true(test_seal(&t, &e));
    setenv("TZ", "UTC", 1);
    t.in.value.total = 250000000;
    expect(&t, report_profile_labels(&t.in, STR("ms")),
           "File: prog\nBuild ID: abc\nshown\nType: cpu\nDoc: ftp://x\nTime: 2017-07-14 02:40:00 UTC\n"
           "Duration: 2s, Total samples = 250ms (12.50%)");
    /* without a percentage of time the space stays */
    t.in.value.unit = STR("count");
    expect(&t, report_profile_labels(&t.in, STR("minimum")),
           "File: prog\nBuild ID: abc\nshown\nType: cpu\nDoc: ftp://x\nTime: 2017-07-14 02:40:00 UTC\n"
           "Duration: 2s, Total samples = 250000000 ");
    test_end(&t);
}

static void tells_what_is_shown(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    assert_true(test_seal(&t, &e));
    struct graph_node node[] = {{.flat = 30}, {.flat = 20}};
    struct graph g = {.node = node, .order = (uint32_t[]){0, 1}, .n_nodes = 2, .orig_count = 3, .dropped_nodes = 1};
    t.in.value.total = 100;
    t.options.compact_labels = true;
    t.options.nodefraction = 0.1;
    t.options.focus = STR("main");
    /* cut after 80 bytes, including the name */
    t.options.taghide = STR("0123456789012345678901234567890123456789012345678901234567890123456789abc");
    t.options.prune_from = STR("never listed");
    expect(&t, report_header(&t.in, &g, STR("ns"), false),
           "Active filters:\n   focus=main\n"
           "   taghide=0123456789012345678901234567890123456789012345678901234567890123456789ab…\n"
           "Showing nodes accounting for 50ns, 50.00% of 100ns total\n"
           "Dropped 1 node (cum <= 10ns)\nShowing top 2 nodes out of 3");
    t.options.focus = t.options.taghide = STR_EMPTY;
    t.in.value.total = 0;
    g.dropped_edges = 2;
    expect(&t, report_header(&t.in, &g, STR("ns"), false), "Showing nodes accounting for 50ns, 0% of 0 total");
    t.in.value.total = -100; /* means may have such totals */
    t.options.edgefraction = 0.5;
    expect(&t, report_header(&t.in, &g, STR("ns"), true),
           "File: prog\nType: cpu\nShowing nodes accounting for 50ns, 50.00% of -100ns total\n"
           "Dropped 1 node (cum <= 10ns)\nDropped 2 edges (freq <= 50ns)\nShowing top 2 nodes out of 3");
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_the_profile_is),
        cmocka_unit_test(tells_what_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
