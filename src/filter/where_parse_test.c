/* Tests of the parser of -where: what expressions mean, and the messages for faults. */
#include "base/sink.h"
#include "filter/where_parse.h"
#include "testing/test.h"

static void write_test(struct sink *out, const struct where_test *t) {
    static const char *const word[] = {"?", "=", "~", "<", "<=", ">", ">="};
    sink_printf(out, "[%.*s]", STR_ARG(t->key));
    if (t->compare != WHERE_PRESENT) sink_printf(out, "%s[%.*s]", word[t->compare], STR_ARG(t->value));
}

/* The expression in postfix order. */
static void expect(const char *text, const char *postfix) {
    struct arena a = {0};
    struct where_expression w;
    struct err e = {0};
    struct sink out;
    sink_to_memory(&out);
    if (!where_parse(&a, str_from(text), &w, &e)) fail_msg("%s: %s", text, err_text(&e));
    for (uint32_t i = 0; i < w.n_steps; i++) {
        static const char *const sign[] = {"", "!", "&", "|"};
        if (i) sink_char(&out, ' ');
        sink_str(&out, str_from(sign[w.step[i].kind]));
        if (w.step[i].kind == WHERE_TEST) write_test(&out, &w.test[w.step[i].test]);
    }
    str got = sink_bytes(&out);
    if (!str_equal(got, str_from(postfix))) fail_msg("%s: %.*s", text, STR_ARG(got));
    sink_drop(&out);
    arena_release(&a);
}

static void expect_error(const char *text, const char *message) {
    struct arena a = {0};
    struct where_expression w;
    struct err e = {0};
    if (where_parse(&a, str_from(text), &w, &e)) fail_msg("%s is accepted", text);
    if (strcmp(err_text(&e), message) != 0) fail_msg("%s: %s", text, err_text(&e));
    err_clear(&e);
    arena_release(&a);
}

static void operators_bind_as_in_c(void **state) {
    (void)state;
    expect("tenant", "[tenant]");
    expect(" a=b ", "[a]=[b]");
    expect("a | b & c", "[a] [b] [c] & |");
    expect("a & b | c", "[a] [b] & [c] |");
    expect("(a | b) & c", "[a] [b] | [c] &");
    expect("!a & b", "[a] ! [b] &");
    expect("!(a & b)", "[a] [b] & !");
    expect("!!a", "[a] ! !");
    expect("a & b & c | d | e", "[a] [b] & [c] & [d] | [e] |");
    expect("tenant=acme & (endpoint~\"/api/\" | bytes>=1MB) & !region=eu",
           "[tenant]=[acme] [endpoint]~[/api/] [bytes]>=[1MB] | & [region]=[eu] ! &");
}

static void words_are_operators(void **state) {
    (void)state;
    expect("a and b or not c", "[a] [b] & [c] ! |");
    expect("a AND b Or NOT c", "[a] [b] & [c] ! |");
    expect("a && b || c", "[a] [b] & [c] |");
    expect("not(a)and(b)", "[a] ! [b] &");
    expect("op=and & op=not", "[op]=[and] [op]=[not] &"); /* after an operator a word is a value */
    expect("\"and\"=1 | 'not'", "[and]=[1] [not] |");
    expect("android & order", "[android] [order] &");
}

static void every_comparison_is_read(void **state) {
    (void)state;
    expect("a=1", "[a]=[1]");
    expect("a == 1", "[a]=[1]");
    expect("a!=1", "[a]=[1] !");
    expect("a!~1", "[a]~[1] !");
    expect("a~1", "[a]~[1]");
    expect("a=~1", "[a]~[1]");
    expect("a<1", "[a]<[1]");
    expect("a<=1", "[a]<=[1]");
    expect("a>1.5s", "[a]>[1.5s]");
    expect("a >= -1kb", "[a]>=[-1kb]");
    expect("a<\"1 kb\"", "[a]<[1 kb]");
    expect("!a!=1", "[a]=[1] ! !");
}

static void any_text_can_be_quoted(void **state) {
    (void)state;
    expect("\"a b\" = 'c d'", "[a b]=[c d]");
    expect("\"\" = ''", "[]=[]");
    expect("'a\"b' = \"c'd\"", "[a\"b]=[c'd]");
    expect("\"a\\\"b\\\\c\\n\\t\\r\\x41\\'\"", "[a\"b\\c\n\t\rA']");
    /* in a pattern the backslash is the pattern's */
    expect("a~\"\\d+\\.\\\"x\\\\\"", "[a]~[\\d+\\.\"x\\\\]");
    expect("a~'it\\'s\\b'", "[a]~[it's\\b]");
    expect("http.method=GET & pprof::base & k8s/pod-name=x-1",
           "[http.method]=[GET] [pprof::base] & [k8s/pod-name]=[x-1] &");
    expect("clé=été", "[clé]=[été]");
}

static void equal_tests_are_one(void **state) {
    (void)state;
    struct arena a = {0};
    struct where_expression w;
    assert_true(where_parse(&a, STR("a=1 | b=1 & !(a=1) | a!=1 | a~1 | \"a\"=\"1\""), &w, NULL));
    assert_int_equal(w.n_tests, 3);
    arena_release(&a);
}

static void faults_have_a_place(void **state) {
    (void)state;
#define AT(n) "parsing where, column " #n ": "
    expect_error(" ", AT(2) "the key of a label is missing");
    expect_error("a &", AT(4) "the key of a label is missing");
    expect_error("a & & b", AT(5) "the key of a label is missing");
    expect_error("=a", AT(1) "the key of a label is missing");
    expect_error("()", AT(2) "the key of a label is missing");
    expect_error("a =", AT(4) "a value must follow =");
    expect_error("a = & b", AT(5) "a value must follow =");
    expect_error("a!~)", AT(4) "a value must follow !~");
    expect_error("a b", AT(3) "& or | must stand before b");
    expect_error("a=b=c", AT(4) "& or | must stand before =");
    expect_error("(a b)", AT(4) "& or | must stand before b");
    expect_error("a=1 MB", AT(5) "& or | must stand before MB");
    expect_error("(a | (b)", AT(1) "this ( is not closed");
    expect_error("a | b)", AT(6) "this ) closes nothing");
    expect_error(")", AT(1) "this ) closes nothing");
    expect_error("été = \"x", AT(7) "the quoted text does not end");
    expect_error("a = 'x\\'", AT(5) "the quoted text does not end");
    expect_error("'", AT(1) "the quoted text does not end");
    expect_error("a = \"x\\d\"", AT(7) "the escapes are \\\" \\' \\\\ \\n \\t \\r and \\xHH");
    expect_error("a = \"\\x4\"", AT(6) "the escapes are \\\" \\' \\\\ \\n \\t \\r and \\xHH");
    expect_error("a < b", AT(5) "a number, with or without a unit, must follow <");
    expect_error("a >= 10.0.0.1", AT(6) "a number, with or without a unit, must follow >=");
    expect_error("a ~ \"(\"", AT(5) "error parsing regexp: missing closing ): `(`");
    expect_error("a abcdefghijabcdefghijabcdefghijabcdefghijk",
                 AT(3) "& or | must stand before abcdefghijabcdefghijabcdefghijabcdefghij\u2026");
}

/* `text` n times, and `end`. */
static str repeat(struct arena *a, size_t n, const char *text, const char *end) {
    struct sink out;
    sink_to_memory(&out);
    for (size_t i = 0; i < n; i++) sink_printf(&out, text, i);
    sink_str(&out, str_from(end));
    str s = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return s;
}

static void size_and_depth_are_limited(void **state) {
    (void)state;
    struct arena a = {0};
    struct where_expression w;
    struct err e = {0};
    assert_true(where_parse(&a, repeat(&a, 64, "!", "a"), &w, NULL));
    assert_false(where_parse(&a, repeat(&a, 65, "!", "a"), &w, &e));
    assert_string_equal(err_text(&e), AT(65) "there are more than 64 levels of ( and !");
    assert_false(where_parse(&a, repeat(&a, 100000, "(", "a"), &w, &e));
    assert_true(where_parse(&a, repeat(&a, 1023, "a=%zu|", "b"), &w, NULL));
    assert_int_equal(w.n_tests, 1024);
    assert_false(where_parse(&a, repeat(&a, 1024, "a=%zu|", "b"), &w, &e));
    assert_non_null(strstr(err_text(&e), "there are more than 1024 different tests"));
    assert_true(where_parse(&a, repeat(&a, 4095, "a|", "a"), &w, NULL));
    assert_false(where_parse(&a, repeat(&a, 4096, "a|", "a"), &w, &e));
    assert_non_null(strstr(err_text(&e), "the expression is too long"));
    assert_false(where_parse(&a, repeat(&a, WHERE_BYTES, " ", "a"), &w, &e));
    err_clear(&e);
    arena_release(&a);
}

static void quantities_are_told_from_words(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_quantity, whole;
        double number;
        const char *unit;
    } row[] = {
        {"200", true, true, 200, ""},
        {"-3", true, true, -3, ""},
        {"+1MB", true, true, 1, "MB"},
        {"1.5 kB", true, false, 1.5, "kB"},
        {".5s", true, false, .5, "s"},
        {"1.", true, false, 1, ""},
        {" 7 ", true, true, 7, ""},
        {"1n*GCU", true, true, 1, "n*GCU"},
        {"99999999999999999999", true, false, 1e20, ""},
        {"", false, false, 0, ""},
        {"-", false, false, 0, ""},
        {".", false, false, 0, ""},
        {"MB", false, false, 0, ""},
        {"10:20", false, false, 0, ""},
        {"127.0.0.1", false, false, 0, ""},
        {"1e6", false, false, 0, ""},
        {"2026-11-27", false, false, 0, ""},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct where_quantity q;
        bool is_quantity = where_read_quantity(str_from(row[i].text), &q);
        if (is_quantity != row[i].is_quantity) fail_msg("%s", row[i].text);
        if (!is_quantity) continue;
        if (q.whole != row[i].whole || q.number != row[i].number || !str_equal(q.unit, str_from(row[i].unit)))
            fail_msg("%s: %g %.*s", row[i].text, q.number, STR_ARG(q.unit));
        assert_int_equal(q.integer, q.whole ? (int64_t)row[i].number : 0);
    }
}

static void expect_place(const char *text, enum where_place_kind kind, size_t from, const char *key) {
    struct arena a = {0};
    struct where_place p = where_find_place(&a, str_from(text));
    if (p.kind != kind || p.from != from || !str_equal(p.key, str_from(key)))
        fail_msg("%s: %d from %zu, %.*s", text, (int)p.kind, p.from, STR_ARG(p.key));
    arena_release(&a);
}

static void the_end_of_an_expression_is_known(void **state) {
    (void)state;
    expect_place("", WHERE_AT_KEY, 0, "");
    expect_place("ten", WHERE_AT_KEY, 0, "");
    expect_place("(!ten", WHERE_AT_KEY, 2, "");
    expect_place("a=b & te", WHERE_AT_KEY, 6, "a");
    expect_place("a=b and ", WHERE_AT_KEY, 8, "a");
    expect_place("tenant=", WHERE_AT_VALUE, 7, "tenant");
    expect_place("'a b' ~ \"x y", WHERE_AT_VALUE, 8, "a b");
    expect_place("tenant!=an", WHERE_AT_VALUE, 8, "tenant");
    expect_place("tenant!=and ", WHERE_AT_OPERATOR, 12, "tenant");
    expect_place("(a) ", WHERE_AT_OPERATOR, 4, "a");
    assert_true(where_find_place(&(struct arena){0}, STR("a!~")).pattern);
    assert_false(where_find_place(&(struct arena){0}, STR("a!=")).pattern);
}

/* Any text, quoted, is the key that it was. */
static void quoted_texts_are_read_back(void **state) {
    (void)state;
    static const char *const texts[] = {"tenant",   "a b",        "And", "not",          "x=y",
                                        "a\"b\\c'", "\n\x01\x7f", "",    "\xE6\x97\xA5", "a!"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena a = {0};
        struct where_expression w;
        str quoted = where_quote(&a, str_from(texts[i]));
        if (!where_parse(&a, quoted, &w, NULL)) fail_msg("%.*s", STR_ARG(quoted));
        assert_int_equal(w.n_steps, 1);
        if (!str_equal(w.test[0].key, str_from(texts[i]))) fail_msg("%.*s", STR_ARG(quoted));
        arena_release(&a);
    }
    struct arena a = {0};
    assert_true(str_equal(where_quote(&a, STR("k8s/pod:x")), STR("k8s/pod:x")));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_c),
        cmocka_unit_test(words_are_operators),
        cmocka_unit_test(every_comparison_is_read),
        cmocka_unit_test(any_text_can_be_quoted),
        cmocka_unit_test(equal_tests_are_one),
        cmocka_unit_test(faults_have_a_place),
        cmocka_unit_test(the_end_of_an_expression_is_known),
        cmocka_unit_test(quoted_texts_are_read_back),
        cmocka_unit_test(size_and_depth_are_limited),
        cmocka_unit_test(quantities_are_told_from_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
