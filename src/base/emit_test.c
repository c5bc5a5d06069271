/* Unit tests of emit.c. */
#include <math.h>

#include "base/emit.h"
#include "testing/test.h"

static void expect(struct sink *s, const char *want) {
    assert_int_equal(sink_bytes(s).len, strlen(want));
    assert_memory_equal(sink_bytes(s).ptr, want, strlen(want));
    struct err e = {0};
    sink_close(s, &e);
    sink_to_memory(s);
}

static void json(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    struct emit_json j = {.out = &s};
    emit_open(&j, NULL, '{');
    emit_str(&j, "a", STR("q\" b\\ n\n c\x01 \xff \xc3\xa9"));
    emit_open(&j, "list", '[');
    emit_int(&j, NULL, -5);
    emit_number(&j, NULL, 0.5);
    emit_number(&j, NULL, INFINITY);
    emit_close(&j, ']');
    emit_open(&j, "none", '[');
    emit_close(&j, ']');
    emit_bool(&j, "yes", true);
    emit_close(&j, '}');
    emit_end(&j);
    expect(&s, "{\n  \"a\": \"q\\\" b\\\\ n\\n c\\u0001 \xEF\xBF\xBD \xc3\xa9\",\n  \"list\": [\n    -5,\n    0.5,\n   "
               " null\n  ],\n"
               "  \"none\": [],\n  \"yes\": true\n}\n");
}

static void json_lines(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    struct emit_json j = {.out = &s};
    emit_open(&j, NULL, '[');
    for (int i = 0; i < 2; i++) {
        struct emit_json line = emit_open_line(&j);
        emit_int(&line, "a", i);
        emit_bool(&line, "b", false);
        emit_close_line(&j);
    }
    emit_close(&j, ']');
    expect(&s, "[\n  {\"a\": 0, \"b\": false},\n  {\"a\": 1, \"b\": false}\n]");
    struct err e = {0};
    sink_close(&s, &e);
}

static void other_formats(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    emit_csv_field(&s, STR("plain"));
    emit_csv_field(&s, STR("a,\"b\""));
    expect(&s, "plain\"a,\"\"b\"\"\"");
    emit_csv_inside(&s, STR("a,\"b\""));
    expect(&s, "a,\"\"b\"\"");
    emit_xml(&s, STR("<a href=\"x\">&\n\x02\xfe"));
    expect(&s, "&lt;a href=&quot;x&quot;&gt;&amp;&#10;\xEF\xBF\xBD\xEF\xBF\xBD");
    emit_markdown(&s, STR("operator<|*x*\n`y`"));
    expect(&s, "operator&lt;\\|\\*x\\* \\`y\\`");
    emit_markdown(&s, STR("@octocat a~~b~~ &amp; $x$ #12 main@@V1"));
    expect(&s, "@&#8203;octocat a\\~\\~b\\~\\~ &amp;amp; \\$x\\$ #&#8203;12 main@&#8203;@&#8203;V1");
    emit_percent_encoded(&s, STR("a:b,c%\n"), ":,");
    expect(&s, "a%3Ab%2Cc%25%0A");
    emit_percent_encoded(&s, STR("\xff\xc3\xa9\x7f"), "");
    expect(&s, "\xEF\xBF\xBD\xc3\xa9%7F");
}

static void hostile_text(void **state) {
    (void)state;
    struct sink s;
    sink_to_memory(&s);
    emit_xml(&s, STR("\xEF\xBF\xBD\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBE\xBF"));
    expect(&s, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBE\xBF");
    emit_markdown(&s, STR("see https://a www.b xwww.c GH-1 wGH-2 GH-x !3 !x Www.d"));
    expect(&s, "see https:&#8203;//a www&#8203;.b xwww.c GH-&#8203;1 wGH-2 GH-x !&#8203;3 !x Www&#8203;.d");
    emit_markdown(&s, STR("> a"));
    expect(&s, "&gt; a");
    emit_markdown(&s, STR("- a"));
    expect(&s, "\\- a");
    emit_markdown(&s, STR("+"));
    expect(&s, "\\+");
    emit_markdown(&s, STR("-[NSArray count]"));
    expect(&s, "-\\[NSArray count\\]");
    emit_markdown(&s, STR("12) a"));
    expect(&s, "12\\) a");
    emit_markdown(&s, STR("12.5ms"));
    expect(&s, "12.5ms");
    emit_markdown(&s, STR("    a"));
    expect(&s, "&#32;   a");
    emit_markdown(&s, STR("a\xe2\x80\xae\xc2\x85z"));
    expect(&s, "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(json), cmocka_unit_test(json_lines),
                                       cmocka_unit_test(other_formats), cmocka_unit_test(hostile_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
