/* Unit tests of all forms. */
#include <stdio.h>

#include "report/forms/forms.h"
#include "testing/report_profile.h"
#include "testing/test.h"

static str run(struct test_profile *t, str report, str format) {
    struct err e = {0};
    t->in.report = report_find(report);
    t->options.format = format;
    str text = test_run(t, report_run, &e);
    if (e.text) print_error("%s\n", e.text);
    assert_null(e.text);
    return text;
}

static void check(struct test_profile *t, str report, str format, const char *want) {
    str got = run(t, report, format);
    if (!str_equal(got, str_from(want))) print_error("got:\n%.*s", STR_ARG(got));
    assert_true(str_equal(got, str_from(want)));
}

/* Compares the part after the fields that all reports have. */
static void check_end(struct test_profile *t, str report, const char *want) {
    str got = run(t, report, STR("json")), end = STR("\"time_nanos\": 0,\n");
    got = str_from_offset(got, str_find(got, end) + end.len);
    if (!str_equal(got, str_from(want))) print_error("got:\n%.*s", STR_ARG(got));
    assert_true(str_equal(got, str_from(want)));
}

static void check_refused(struct test_profile *t, str report, str format, const char *message) {
    struct err e = {0};
    t->in.report = report_find(report);
    t->options.format = format;
    assert_int_equal(test_run(t, report_run, &e).len, 0);
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
}

/* main -> main -> work (with step inlined): 30 ns; main by itself: -10 ns; the total is `total`. */
static void begin(struct test_profile *t, int64_t total) {
    struct err e = {0};
    test_begin(t);
    build_sample(&t->build, (loc_id[]){t->work, t->main, t->main}, 3, (int64_t[]){1, 30}, NULL, 0);
    build_sample(&t->build, (loc_id[]){t->main}, 1, (int64_t[]){1, -10}, NULL, 0);
    assert_true(test_seal(t, &e));
    t->profile.shown = (struct profile_shown){.function = true};
    t->in.value.total = total;
}

static void which_reports_have_forms(void **state) {
    (void)state;
    struct test_profile t;
    begin(&t, 40);
    check_refused(&t, STR("top"), STR("xml"), "-format=xml: top takes text, json, csv or markdown");
    check_refused(&t, STR("peek"), STR("JSON"), "-format=JSON: peek takes text, json, csv or markdown");
    check_refused(&t, STR("raw"), STR("json"),
                  "-format is for check, compare, peek, rows, tags, text, top, traces and tree");
    check_refused(&t, STR("svg"), STR("xml"),
                  "-format is for check, compare, peek, rows, tags, text, top, traces and tree");
    /* a gate's report needs runs to compare, or fails */
    check_refused(&t, STR("check"), STR("sarif"), "check needs a base, on the command line: -check -base=OLD NEW");
    str plain = run(&t, STR("tree"), STR_EMPTY);
    assert_true(plain.len > 0);
    assert_true(str_equal(run(&t, STR("tree"), STR("text")), plain));
    assert_true(run(&t, STR("raw"), STR("text")).len > 0);
    test_end(&t);
}

static void top(void **state) {
    (void)state;
    struct test_profile t;
    begin(&t, 40);
    check(
        &t, STR("top"), STR("csv"),
        "name,flat,flat_text,flat_percent,sum_percent,cum,cum_text,cum_percent,unit,inline,address,function,file,line,"
        "column\n"
        "step,30,30ns,75,75,30,30ns,75,nanoseconds,inline,,,,,\n"
        "main,-10,-10ns,-25,50,20,20ns,50,nanoseconds,,,,,,\n"
        "work,0,0,0,50,30,30ns,75,nanoseconds,,,,,,\n");
    check(&t, STR("text"), STR("markdown"),
          "### text (cpu)\n\nFile: prog<br>\nType: cpu<br>\nShowing nodes accounting for 20ns, 50.00% of 40ns total\n\n"
          "| flat | flat% | sum% | cum | cum% | name |\n| ---: | ---: | ---: | ---: | ---: | --- |\n"
          "| 30ns | 75.00% | 75.00% | 30ns | 75.00% | step (inline) |\n"
          "| -10ns | 25.00% | 50.00% | 20ns | 50.00% | main |\n"
          "| 0 | 0% | 50.00% | 30ns | 75.00% | work |\n");
    t.profile.shown = (struct profile_shown){.function = true, .file = true, .line = true, .column = true};
    t.in.value.ratio = 0.1;
    t.in.value.total = 0; /* no total */
    check_end(&t, STR("top"),
              "  \"nodes\": 3,\n  \"dropped_nodes\": 0,\n  \"rows\": [\n"
              "    {\n      \"name\": \"step w.c:4\",\n      \"function\": \"step\",\n      \"file\": \"w.c\",\n"
              "      \"line\": 4,\n      \"flat\": 3,\n      \"flat_text\": \"3ns\",\n      \"flat_percent\": 0,\n"
              "      \"sum_percent\": 0,\n      \"cum\": 3,\n      \"cum_text\": \"3ns\",\n      \"cum_percent\": 0,\n"
              "      \"inline\": true\n    },\n"
              "    {\n      \"name\": \"main m.c:5:2\",\n      \"function\": \"main\",\n      \"file\": \"m.c\",\n"
              "      \"line\": 5,\n      \"column\": 2,\n      \"flat\": -1,\n      \"flat_text\": \"-1ns\",\n"
              "      \"flat_percent\": 0,\n      \"sum_percent\": 0,\n      \"cum\": 2,\n      \"cum_text\": \"2ns\",\n"
              "      \"cum_percent\": 0\n    },\n"
              "    {\n      \"name\": \"work w.c:12\",\n      \"function\": \"work\",\n      \"file\": \"w.c\",\n"
              "      \"line\": 12,\n      \"flat\": 0,\n      \"flat_text\": \"0\",\n      \"flat_percent\": 0,\n"
              "      \"sum_percent\": 0,\n      \"cum\": 3,\n      \"cum_text\": \"3ns\",\n      \"cum_percent\": 0\n"
              "    }\n  ]\n}\n");
    test_end(&t);
}

/* main calls itself, which makes no edge. */
static void tree(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    begin(&t, 40);
    t.in.pattern = STR("^main$");
    t.in.regex = regex_compile(&t.arena, t.in.pattern, &e);
    check(&t, STR("peek"), STR("csv"),
          "node,relation,name,flat,flat_text,flat_percent,sum_percent,cum,cum_text,cum_percent,weight,weight_text,"
          "weight_percent,unit,inline,address,function,file,line,column\n"
          "main,self,main,-10,-10ns,-25,-25,20,20ns,50,,,,nanoseconds,,,,,,\n"
          "main,callee,work,,,,,,,,30,30ns,150,nanoseconds,,,,,,\n");
    t.in.pattern = STR("^work$");
    t.in.regex = regex_compile(&t.arena, t.in.pattern, &e);
    check_end(
        &t, STR("peek"),
        "  \"nodes\": 3,\n  \"dropped_nodes\": 0,\n  \"rows\": [\n"
        "    {\n      \"name\": \"work\",\n      \"flat\": 0,\n      \"flat_text\": \"0\",\n      \"flat_percent\": "
        "0,\n"
        "      \"sum_percent\": 0,\n      \"cum\": 30,\n      \"cum_text\": \"30ns\",\n      \"cum_percent\": 75,\n"
        "      \"callers\": [\n        {\"name\": \"main\", \"weight\": 30, \"weight_text\": \"30ns\", "
        "\"weight_percent\": 100}\n      ],\n"
        "      \"callees\": [\n        {\"name\": \"step\", \"weight\": 30, \"weight_text\": \"30ns\", "
        "\"weight_percent\": 100, \"inline\": true}\n      ]\n    }\n  ]\n}\n");
    check(&t, STR("peek"), STR("markdown"),
          "### peek (cpu)\n\nFile: prog<br>\nType: cpu<br>\nShowing nodes accounting for 20ns, 50.00% of 40ns total\n\n"
          "| flat | flat% | sum% | cum | cum% | calls | calls% | name |\n"
          "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
          "| | | | | | 30ns | 100% | from main |\n"
          "| 0 | 0% | 0% | 30ns | 75.00% | | | **work** |\n"
          "| | | | | | 30ns | 100% | to step (inline) |\n");
    t.in.pattern = STR("nobody");
    t.in.regex = regex_compile(&t.arena, t.in.pattern, &e);
    check_refused(&t, STR("peek"), STR("json"), "no matches found for regexp: nobody");
    test_end(&t);
}

static label_id number(struct build *b, int64_t v) {
    str_id key = build_string(b, STR("size")), unit = build_string(b, STR("bytes"));
    return build_label(b, (struct profile_label){.key = key, .unit = unit, .numeric = true, .number = v});
}
static label_id text(struct build *b, str value) {
    return build_label(b, (struct profile_label){.key = build_string(b, STR("op")), .value = build_string(b, value)});
}

static void tags(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    struct build *b = &t.build;
    label_id first[] = {number(b, 1048576), text(b, STR("a|b"))}, second[] = {number(b, 1048577)},
             third[] = {number(b, 4096)};
    build_sample(b, &t.main, 1, (int64_t[]){1, 20}, first, 2);
    build_sample(b, &t.main, 1, (int64_t[]){1, 10}, second, 1);
    build_sample(b, &t.main, 1, (int64_t[]){1, 5}, third, 1);
    assert_true(test_seal(&t, &e));
    t.in.value.total = 40;
    /* two numbers with the same text are one value, which is not a number */
    check_end(
        &t, STR("tags"),
        "  \"keys\": [\n    {\n      \"name\": \"op\",\n      \"total\": 20,\n      \"total_text\": \"20ns\",\n"
        "      \"total_percent\": 50,\n      \"values\": [\n"
        "        {\"name\": \"a|b\", \"total\": 20, \"total_text\": \"20ns\", \"total_percent\": 50}\n"
        "      ]\n    },\n    {\n      \"name\": \"size\",\n      \"total\": 35,\n      \"total_text\": \"35ns\",\n"
        "      \"total_percent\": 87.5,\n      \"values\": [\n"
        "        {\"name\": \"1MB\", \"total\": 30, \"total_text\": \"30ns\", \"total_percent\": 75},\n"
        "        {\"name\": \"4kB\", \"number\": 4096, \"unit\": \"bytes\", \"total\": 5, \"total_text\": \"5ns\", "
        "\"total_percent\": 12.5}\n      ]\n    }\n  ]\n}\n");
    check(&t, STR("tags"), STR("csv"),
          "key,name,number,number_unit,total,total_text,total_percent,unit\nop,a|b,,,20,20ns,50,nanoseconds\n"
          "size,1MB,,,30,30ns,75,nanoseconds\nsize,4kB,4096,bytes,5,5ns,12.5,nanoseconds\n");
    check(&t, STR("tags"), STR("markdown"),
          "### tags (cpu)\n\nTotal 40ns\n\n| total | total% | key | value |\n| ---: | ---: | --- | --- |\n"
          "| 20ns | 50.00% | **op** | |\n| 20ns | 50.00% | | a\\|b |\n"
          "| 35ns | 87.50% | **size** | |\n| 30ns | 75.00% | | 1MB |\n| 5ns | 12.50% | | 4kB |\n");
    test_end(&t);
}

static void traces(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    struct build *b = &t.build;
    label_id label[] = {number(b, 4096), text(b, STR("a;\"b\""))};
    build_sample(b, NULL, 0, (int64_t[]){1, 9}, NULL, 0); /* not shown, because it has no stack */
    build_sample(b, (loc_id[]){t.work, t.main}, 2, (int64_t[]){1, 20}, label, 2);
    build_sample(b, NULL, 0, (int64_t[]){1, 9}, NULL, 0);
    build_sample(b, &t.main, 1, (int64_t[]){1, -3}, NULL, 0);
    assert_true(test_seal(&t, &e));
    t.in.value.total = 40;
    t.profile.shown = (struct profile_shown){.function = true, .file = true, .line = true};
    check_end(
        &t, STR("traces"),
        "  \"samples\": [\n    {\n      \"value\": 20,\n      \"value_text\": \"20ns\",\n      \"labels\": [\n"
        "        {\"key\": \"op\", \"value\": \"a;\\\"b\\\"\"},\n"
        "        {\"key\": \"size\", \"number\": 4096, \"unit\": \"bytes\", \"text\": \"4kB\"}\n      ],\n"
        "      \"frames\": [\n"
        "        {\"name\": \"step w.c:4\", \"function\": \"step\", \"file\": \"w.c\", \"line\": 4, \"inline\": "
        "true},\n"
        "        {\"name\": \"work w.c:12\", \"function\": \"work\", \"file\": \"w.c\", \"line\": 12},\n"
        "        {\"name\": \"main m.c:5\", \"function\": \"main\", \"file\": \"m.c\", \"line\": 5}\n      ]\n    },\n"
        "    {\n      \"value\": -3,\n      \"value_text\": \"-3ns\",\n      \"labels\": [],\n      \"frames\": [\n"
        "        {\"name\": \"main m.c:5\", \"function\": \"main\", \"file\": \"m.c\", \"line\": 5}\n      ]\n    }\n"
        "  ]\n}\n");
    t.profile.shown = (struct profile_shown){.function = true};
    check(&t, STR("traces"), STR("csv"),
          "value,value_text,unit,labels,stack\n"
          "20,20ns,nanoseconds,\"op=a\\x3b\"\"b\"\";size=4kB\",\"step;work;main\"\n"
          "-3,-3ns,nanoseconds,\"\",\"main\"\n");
    check(&t, STR("traces"), STR("markdown"),
          "### traces (cpu)\n\nFile: prog<br>\nType: cpu\n\n| value | labels | stack |\n| ---: | --- | --- |\n"
          "| 20ns | op: a;\"b\"<br>size: 4kB | step (inline)<br>work<br>main |\n| -3ns |  | main |\n");
    test_end(&t);
}

static void nothing_to_show(void **state) {
    (void)state;
    struct test_profile t;
    struct err e = {0};
    test_begin(&t);
    build_sample(&t.build, NULL, 0, (int64_t[]){1, 9}, NULL, 0);
    assert_true(test_seal(&t, &e));
    check_end(&t, STR("traces"), "  \"samples\": []\n}\n");
    check_end(&t, STR("tags"), "  \"keys\": []\n}\n");
    check_end(&t, STR("tree"), "  \"nodes\": 0,\n  \"dropped_nodes\": 0,\n  \"rows\": []\n}\n");
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(which_reports_have_forms),
                                       cmocka_unit_test(top),
                                       cmocka_unit_test(tree),
                                       cmocka_unit_test(tags),
                                       cmocka_unit_test(traces),
                                       cmocka_unit_test(nothing_to_show)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
