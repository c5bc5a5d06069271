/* Unit tests of json.c. */
#include <stdio.h>

#include "base/json.h"
#include "base/sink.h"
#include "testing/test.h"

/* Records each event as a line "depth kind text". */
static bool record(void *context, enum json_kind kind, str text, uint32_t depth, struct err *e) {
    static const char names[] = "nb#skm[]";
    struct sink *out = context;
    char line[64];
    int n = snprintf(line, sizeof line, "%u%c ", depth, names[kind]);
    sink_str(out, (str){line, (size_t)n});
    sink_str(out, text);
    sink_char(out, '\n');
    return !str_equal(text, STR("stop")) || err_set(e, "stopped");
}

/* Reads `text` in pieces of `size` bytes. Returns the events, or "! " and the error. */
static str events(struct arena *a, str text, size_t size, bool many) {
    struct sink out;
    sink_to_memory(&out);
    struct err e = {0};
    struct json *j = json_new(record, &out, many);
    bool ok = true;
    for (size_t at = 0; ok && at < text.len; at += size) ok = json_feed(j, str_slice(text, at, at + size), &e);
    ok = ok && json_finish(j, &e);
    json_free(j);
    str result = ok ? str_copy(a, sink_bytes(&out)) : str_format(a, "! %s", err_text(&e));
    err_clear(&e);
    sink_drop(&out);
    return result;
}

static void expect(const char *text, bool many, const char *want) {
    struct arena a = {0};
    for (size_t size = 1; size < 70; size += 23)
        assert_string_equal(str_c(&a, events(&a, str_from(text), size, many)), want);
    arena_release(&a);
}

static void events_in_order(void **state) {
    (void)state;
    expect(" {\"a\\u00e9\": [1, -2.50e3, true, null], \"b\": {\"c\": \"x\\ny\"}}\n", false,
           "0m \n1k a\xc3\xa9\n1[ \n2# 1\n2# -2.50e3\n2b true\n2n null\n1] \n1k b\n1m \n2k c\n2s x\ny\n1] \n0] \n");
    expect("12", false, "0# 12\n");
    expect("{}\n[]\n", true, "0m \n0] \n0[ \n0] \n");
}

static void errors_name_the_line(void **state) {
    (void)state;
    expect("", false, "! there is no text");
    expect("{\"a\":\n[1,", false, "! line 2: the text ends too early");
    expect("{\"a\":\n\n1 2}", false, "! line 3: after key and value, inside map, I expect ',' or '}'");
    expect("[1]\nx", false, "! line 2: trailing garbage");
    expect("[\"a\",\n\"stop\"]", false, "! line 2: stopped");
    expect("[\"\xff\"]", false, "! line 1: invalid bytes in UTF8 string.");
}

static void depth_is_bounded(void **state) {
    (void)state;
    struct arena a = {0};
    char *deep = arena_alloc(&a, JSON_MOST_DEPTH + 1);
    memset(deep, '[', JSON_MOST_DEPTH + 1);
    assert_string_equal(str_c(&a, events(&a, (str){deep, JSON_MOST_DEPTH + 1}, 1 << 20, false)),
                        "! line 1: more than 200000 levels");
    arena_release(&a);
}

static void trees_keep_order_and_text(void **state) {
    (void)state;
    struct arena a = {0};
    struct json_node *root;
    struct err e = {0};
    assert_true(json_parse(&a, STR("{\"x\": [1, {\"y\": 2}], \"z\": \"t\", \"x\": 3}"), &root, &e));
    const struct json_node *x = json_member(root, STR("x"));
    assert_int_equal(x->kind, JSON_LIST);
    assert_true(str_equal(x->child->text, STR("1")));
    assert_true(str_equal(json_member(x->child->next, STR("y"))->text, STR("2")));
    assert_true(str_equal(json_member(root, STR("z"))->text, STR("t")));
    assert_null(json_member(root, STR("w")));
    assert_null(json_member(x, STR("x")));
    assert_false(json_parse(&a, STR("{"), &root, &e));
    assert_null(root);
    err_clear(&e);
    arena_release(&a);
}

static void numbers_are_exact_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool whole;
        int64_t value;
    } cases[] = {{"0", true, 0},
                 {"-12", true, -12},
                 {"9223372036854775807", true, INT64_MAX},
                 {"9223372036854775808", false, 0},
                 {"1.0", true, 1},
                 {"1e3", true, 1000},
                 {"1.5", false, 0},
                 {"1e300", false, 0},
                 {"12345678901234567890123456789012345", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 0;
        assert_int_equal(json_int(str_from(cases[i].text), &v), cases[i].whole);
        if (cases[i].whole) assert_int_equal(v, cases[i].value);
    }
    assert_true(json_double(STR("-2.5e1")) == -25);
    /* an exponent counts after any number of digits */
    assert_true(json_double(STR("0.0000000000000000000000000000000000000000000000000000000000000000000025e70")) == 25);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_in_order),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(trees_keep_order_and_text),
        cmocka_unit_test(numbers_are_exact_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
