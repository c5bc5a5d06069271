/* Tests of groups: which samples are in which, their order, the rest, and each way of writing them. */
#include "report/by/by.h"
#include "report/by/groups.h"
#include "testing/random.h"
#include "testing/report_sketch.h"

static const char shop[] = "types samples/count cpu/ms\n"
                           "main;search 1 60 tenant=acme region=us\n"
                           "main;pay 1 10 tenant=acme region=eu\n"
                           "main;search 1 40 tenant=globex size:2048bytes\n"
                           "main;both 1 25 tenant=globex tenant=acme\n"
                           "main;both 1 5 tenant=acme tenant=globex tenant=acme\n"
                           "main 1 -20\n"
                           "main;pay 1 7 tenant=tiny size:2048bytes\n"
                           "main;pay 1 3 tenant=small size:2050bytes\n";

static bool run(const char *report, const struct report_in *in, struct sink *out, struct err *e) {
    struct report_in with = *in;
    with.report = report_find(str_from(report));
    return report_by(&with, out, e);
}
static bool top(const struct report_in *in, struct sink *out, struct err *e) { return run("top", in, out, e); }
static bool tags(const struct report_in *in, struct sink *out, struct err *e) { return run("tags", in, out, e); }
static bool collapsed(const struct report_in *in, struct sink *out, struct err *e) {
    return run("collapsed", in, out, e);
}
static bool raw(const struct report_in *in, struct sink *out, struct err *e) { return run("raw", in, out, e); }
static bool peek(const struct report_in *in, struct sink *out, struct err *e) { return run("peek", in, out, e); }

/* Writes the name, the sum and the number of samples of each group. */
static bool outline(const struct report_in *in, struct sink *out, struct err *e) {
    struct by_groups groups;
    if (!by_groups_make(in, (uint32_t)in->options->by_count, &groups, e)) return false;
    for (uint32_t i = 0; i < groups.n; i++)
        sink_printf(out, "%.*s %lld of %u\n", STR_ARG(groups.at[i].name), (long long)groups.at[i].sum,
                    groups.at[i].n_rows);
    for (size_t i = 0; i < in->notes->n; i++) sink_printf(out, "%.*s\n", STR_ARG(in->notes->at[i].text));
    return true;
}

static void each_sample_is_in_one_group(void **state) {
    (void)state;
    sketch_expect(outline, shop, "by=tenant by_count=9",
                  "tenant=acme 70 of 2\n"
                  "tenant=globex 40 of 1\n"
                  "tenant=acme,globex 30 of 2\n" /* in any order and repetition */
                  "(no tenant) -20 of 1\n"
                  "tenant=tiny 7 of 1\n"
                  "tenant=small 3 of 1\n");
    sketch_expect(outline, shop, "by=tenant,region by_count=2",
                  "tenant=acme, region=us 60 of 1\n"
                  "tenant=globex, (no region) 40 of 1\n"
                  "(5 more) 30 of 6\n");
    /* numbers that read alike are one value */
    sketch_expect(outline, shop, "by=size by_count=9", "(no size) 80 of 5\nsize=2kB 50 of 3\n");
    sketch_expect(outline, shop, "by=,tenant,,tenant by_count=1", "tenant=acme 70 of 2\n(5 more) 60 of 6\n");
    sketch_expect(outline, shop, "by=nix by_count=1", "(no nix) 130 of 8\nby: no sample has the label nix\n");
}

static void options_are_checked(void **state) {
    (void)state;
    sketch_expect(top, shop, "by=,", "by needs the key of a label");
    sketch_expect(top, shop, "by=a,b,c,d,e,f,g,h,i", "by has more than 8 keys");
    sketch_expect(top, shop, "by=a by_count=1001", "by_count must be from 0 to 1000");
    sketch_expect(top, shop, "by=a by_count=51 by_columns=1", "by_count must be from 0 to 50 with by_columns");
    sketch_expect(top, shop, "by=a by_columns=1 format=csv",
                  "-by_columns is for top and text, and not for -format=csv or markdown");
    sketch_expect(tags, shop, "by=a by_columns=1",
                  "-by_columns is for top and text, and not for -format=csv or markdown");
    sketch_expect(top, shop, "by=a by_columns=1 columns=cum,name",
                  "-by_columns has one value for each group: -columns is for -by without -by_columns");
    sketch_expect(raw, shop, "by=a",
                  "raw has no groups: -by is for top, text, tree, peek, tags, flame graphs, speedscope and "
                  "collapsed; -tagroot adds values as frames everywhere");
    sketch_expect(top, shop, "by=a format=xml", "-format=xml: top takes text, json, csv or markdown");
}

static void reports_follow_each_other(void **state) {
    (void)state;
    sketch_expect(top, shop, "compact_labels=1 by=tenant by_count=2 where=x",
                  "Active filters:\n"
                  "   where=x\n"
                  "\n"
                  "tenant=acme: 70ms, 41.18% of 170ms total\n"
                  "Showing nodes accounting for 70ms, 41.18% of 170ms total\n"
                  "      flat  flat%   sum%        cum   cum%\n"
                  "      60ms 35.29% 35.29%       60ms 35.29%  search\n"
                  "      10ms  5.88% 41.18%       10ms  5.88%  pay\n"
                  "         0     0% 41.18%       70ms 41.18%  main\n"
                  "\n"
                  "tenant=globex: 40ms, 23.53% of 170ms total\n"
                  "Showing nodes accounting for 40ms, 23.53% of 170ms total\n"
                  "      flat  flat%   sum%        cum   cum%\n"
                  "      40ms 23.53% 23.53%       40ms 23.53%  search\n"
                  "         0     0% 23.53%       40ms 23.53%  main\n"
                  "\n"
                  "(4 more): 20ms, 11.76% of 170ms total\n"
                  "Showing nodes accounting for 20ms, 11.76% of 170ms total\n"
                  "      flat  flat%   sum%        cum   cum%\n"
                  "      30ms 17.65% 17.65%       30ms 17.65%  both\n"
                  "     -20ms 11.76%  5.88%       20ms 11.76%  main\n"
                  "      10ms  5.88% 11.76%       10ms  5.88%  pay\n");
    sketch_expect(tags, "types cpu/ms\na 3 k=v\nb 1 k=w\n", "compact_labels=1 by=k relative_percentages=1",
                  "\n"
                  "k=v: 3ms, 75.00% of 4ms total\n"
                  " k: Total 3ms of 3ms (  100%)\n"
                  "    3ms (  100%): v\n"
                  "\n"
                  "k=w: 1ms, 25.00% of 4ms total\n"
                  " k: Total 1ms of 1ms (  100%)\n"
                  "    1ms (  100%): w\n");
}

static void a_pattern_may_miss_some_groups(void **state) {
    (void)state;
    struct arena a = {0};
    const char *got =
        sketch_report(&a, peek, shop, "compact_labels=1 by=tenant", regex_compile(&a, STR("search"), NULL));
    assert_non_null(strstr(got, "tenant=acme: 70ms"));
    assert_non_null(strstr(got, "tenant=globex: 40ms"));
    assert_null(strstr(got, "tenant=tiny"));
    got = sketch_report(&a, peek, shop, "by=tenant", regex_compile(&a, STR("xyz"), NULL));
    assert_string_equal(got, "no matches found for regexp: pattern");
    arena_release(&a);
}

static void groups_are_columns(void **state) {
    (void)state;
    sketch_expect(top, shop, "compact_labels=1 by=tenant by_count=3 by_columns=1",
                  "Showing nodes accounting for 130ms, 76.47% of 170ms total\n"
                  "Columns show flat by tenant\n"
                  "            total             acme           globex      acme,globex         (3 more)\n"
                  "     130ms 76.47%      70ms 41.18%      40ms 23.53%      30ms 17.65%     -10ms  5.88%  (all)\n"
                  "     100ms 58.82%      60ms 35.29%      40ms 23.53%         .                .         search\n"
                  "      30ms 17.65%         .                .             30ms 17.65%         .         both\n"
                  "     -20ms 11.76%         .                .                .            -20ms 11.76%  main\n"
                  "      20ms 11.76%      10ms  5.88%         .                .             10ms  5.88%  pay\n");
    sketch_expect(top, "a 3 k=a-long-value-that-does-not-fit-in-its-column\na;b 100 k=\xE6\x97\xA5\n",
                  "compact_labels=1 by=k by_columns=1 cum",
                  "Showing nodes accounting for 103, 100% of 103 total\n"
                  "Columns show cum by k\n"
                  "            total               \xE6\x97\xA5  a-long-value-that-does-not-fi\xE2\x80\xA6\n"
                  "       103   100%       100 97.09%                        3  2.91%  (all)\n"
                  "       103   100%       100 97.09%                        3  2.91%  a\n"
                  "       100 97.09%       100 97.09%                        .         b\n");
}

static void stacks_begin_with_groups(void **state) {
    (void)state;
    sketch_expect(collapsed, shop, "by=tenant,region by_count=3",
                  "(4 more);main 20 0\n" /* base and new side, because a value is negative */
                  "(4 more);main;pay 0 20\n"
                  "tenant=acme,globex;(no region);main;both 0 30\n"
                  "tenant=acme;region=us;main;search 0 60\n"
                  "tenant=globex;(no region);main;search 0 40\n");
}

static void forms_have_columns_of_values(void **state) {
    (void)state;
    sketch_expect(tags, "a 3 k=x,y j=1\nb 1 k=\"\n", "by=k,j format=csv",
                  "label:k,label:j,key,name,number,number_unit,total,total_text,total_percent,unit\n"
                  "\"x,y\",1,j,1,,,3,3,75,count\n"
                  "\"x,y\",1,k,\"x,y\",,,3,3,75,count\n"
                  "\"\"\"\",(no j),k,\"\"\"\",,,1,1,25,count\n");
    sketch_expect(tags, "a 3 k=x|y\nb 1\n", "compact_labels=1 by=k format=markdown",
                  "### tags (samples)\n\n"
                  "k=x\\|y: 3, 75.00% of 4 total<br>\n"
                  "(no k): 1, 25.00% of 4 total\n\n"
                  "| k | total | total% | key | value |\n"
                  "| --- | ---: | ---: | --- | --- |\n"
                  "| x\\|y | 3 | 75.00% | **k** | |\n"
                  "| x\\|y | 3 | 75.00% | | x\\|y |\n");
}

/* On random profiles the groups are a partition of the samples by their labels, and columns sum to the rows. */
static bool check_partition(const struct report_in *in, struct sink *out, struct err *e) {
    struct by_groups groups;
    (void)out;
    assert_true(by_groups_make(in, 1000, &groups, e));
    uint32_t n = 0;
    for (uint32_t i = 0; i < groups.n; i++) {
        const struct by_group *g = &groups.at[i];
        int64_t sum = 0;
        if (i) assert_true(graph_abs(groups.at[i - 1].sum) >= graph_abs(g->sum));
        for (uint32_t k = 0; k < g->n_rows; k++) {
            sum += in->view->value[in->value.type][g->row[k]];
            if (k) assert_true(g->row[k] > g->row[k - 1]);
            for (uint32_t key = 0; key < groups.n_keys; key++) {
                /* the distinct texts of the row's labels with the key, sorted */
                const char *part[64];
                size_t parts = 0;
                const struct profile *p = in->loaded;
                for (uint32_t l = p->label_off[g->row[k]]; l < p->label_off[g->row[k] + 1]; l++) {
                    const struct profile_label *label = &p->label[p->label_ref[l]];
                    if (!str_equal(profile_str(p, label->key), groups.key[key])) continue;
                    const char *text = label->numeric ? str_format(in->arena, "%lld", (long long)label->number).ptr
                                                      : str_copy(in->arena, profile_str(p, label->value)).ptr;
                    size_t at = 0;
                    while (at < parts && strcmp(part[at], text) < 0) at++;
                    if (at < parts && strcmp(part[at], text) == 0) continue;
                    memmove(&part[at + 1], &part[at], (parts++ - at) * sizeof *part);
                    part[at] = text;
                }
                str joined = {NULL, 0};
                for (size_t t = 0; t < parts; t++)
                    joined = t ? str_format(in->arena, "%.*s,%s", STR_ARG(joined), part[t]) : str_from(part[t]);
                assert_int_equal(joined.ptr == NULL, g->value[key].ptr == NULL);
                if (!str_equal(joined, g->value[key]))
                    fail_msg("%.*s, not %.*s", STR_ARG(g->value[key]), STR_ARG(joined));
            }
        }
        assert_int_equal(sum, g->sum);
        n += g->n_rows;
        for (uint32_t k = 0; k < i; k++) assert_false(str_equal(groups.at[k].name, g->name));
    }
    assert_int_equal(n, in->view->n_samples);
    return true;
}

static void groups_are_a_partition(void **state) {
    (void)state;
    struct random r = {7};
    for (int round = 0; round < 300; round++) {
        struct arena a = {0};
        struct profile p = random_profile(&a, &r,
                                          (struct random_size){.functions = 3,
                                                               .locations = 3,
                                                               .lines = 2,
                                                               .samples = 60,
                                                               .depth = 3,
                                                               .labels = 6,
                                                               .value = 1000,
                                                               .negative = true});
        struct options o = sketch_options(random_one_in(&r, 2) ? "by=a,b" : "by=b");
        struct notes notes = {.arena = &a};
        struct filter_units units = {0};
        struct report_in in = {.loaded = &p,
                               .view = &p,
                               .options = &o,
                               .units = &units,
                               .value = {.type = 1, .ratio = 1},
                               .arena = &a,
                               .notes = &notes};
        check_partition(&in, NULL, NULL);
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sample_is_in_one_group),  cmocka_unit_test(options_are_checked),
        cmocka_unit_test(reports_follow_each_other),    cmocka_unit_test(a_pattern_may_miss_some_groups),
        cmocka_unit_test(groups_are_columns),           cmocka_unit_test(stacks_begin_with_groups),
        cmocka_unit_test(forms_have_columns_of_values), cmocka_unit_test(groups_are_a_partition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
