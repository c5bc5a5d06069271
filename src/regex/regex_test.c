/* Unit tests of the regex folder: both engines, the parser and the caches. */
#include <stdlib.h>
#include <string.h>

#include "regex/regex.h"
#include "testing/test.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static struct regex *compile(struct arena *a, const char *pattern) {
    struct err e = {0};
    struct regex *r = regex_compile(a, str_from(pattern), &e);
    if (!r) print_error("%s\n", err_text(&e));
    assert_non_null(r);
    return r;
}

/* The expected results of this file were printed by Go's regexp package for the same pattern and text. `span` is
 * the leftmost match; "": none. Each row is checked with both engines. */
static const struct match_row {
    const char *pattern, *text;
    bool matches;
    const char *span;
} matches[] = {
    /* literals, matched without PCRE2 */
    {"", "", true, ""},
    {"", "a", true, ""},
    {"main", "runtime.main", true, "main"},
    {"main", "runtime.Main", false, ""},
    {"^main", "runtime.main", false, ""},
    {"^main$", "main", true, "main"},
    {"main$", "main\n", false, ""},
    {"^$", "", true, ""},
    {"^$", "a", false, ""},
    {"^(malloc|free)$", "free", true, "free"},
    {"^(malloc|free)$", "freed", false, ""},
    {"^malloc|free$", "xfree", true, "free"},
    {"a|b|", "zz", true, ""},
    {"runtime\\.go", "runtimexgo", false, ""},
    {"\\Qa.b*\\E", "xa.b*", true, "a.b*"},
    {"caf\xc3\xa9", "un caf\xc3\xa9", true, "caf\xc3\xa9"},
    {"\xc3\xa9", "\xff\xc3\xa9", true, "\xc3\xa9"},
    /* anchors and lines */
    {"(?m)^b$", "a\nb\nc", true, "b"},
    {"(?m)a$\n^$", "a\n", true, "a\n"},
    {"(?m)^$", "a\n", true, ""},
    {"^b$", "a\nb", false, ""},
    {"a\\z", "a\n", false, ""},
    {"\\bmap\\b", "a map.", true, "map"},
    {"\\bmap\\b", "amap", false, ""},
    {"\xc3\xa9\\b", "\xc3\xa9", false, ""},
    {"^*a", "ba", true, "a"},
    {"$+", "a", true, ""},
    /* any character */
    {"a.c", "a\nc", false, ""},
    {"(?s)a.c", "a\nc", true, "a\nc"},
    {"^.$", "\xe4\xb8\x96", true, "\xe4\xb8\x96"},
    {"^..$", "\xe4\xb8", true, "\xe4\xb8"},
    {"^.$", "\xff", true, "\xff"},
    {"^[^a]{3}$", "\xed\xa0\x80", true, "\xed\xa0\x80"},
    {"^\\W+$", "\xff\xfe ", true, "\xff\xfe "},
    /* classes */
    {"[[:alpha:]]+", "1abC2", true, "abC"},
    {"[^[:^upper:]x]", "xaB", true, "B"},
    {"[]a]+", "x]a", true, "]a"},
    {"[^]a]", "]ab", true, "b"},
    {"[a-]+", "b-a", true, "-a"},
    {"[a\\-z]+", "b-z", true, "-z"},
    {"\\d+",
     "a\xd9\xa1"
     "7",
     true, "7"},
    {"\\s+", "a\v\t b", true, "\t "},
    {"[\\d_]+", "a1_", true, "1_"},
    {"[^\\x00-\\x{10FFFF}]", "a", false, ""},
    {"[\\x{d800}]", "a", false, ""},
    {"\\x{d800}", "\xed\xa0\x80", false, ""},
    {"[\\x{d000}-\\x{e001}]", "\xee\x80\x80", true, "\xee\x80\x80"},
    {"\\pL+", "1\xc3\xa9\xe4\xb8\x96", true, "\xc3\xa9\xe4\xb8\x96"},
    {"\\p{Greek}", "a\xcf\x83", true, "\xcf\x83"},
    {"\\p{^Greek}", "\xcf\x83z", true, "z"},
    {"\\P{any}", "a", false, ""},
    {"\\p{greek}\\p{upper case letter}", "\xcf\x83\xce\xa3", true, "\xcf\x83\xce\xa3"},
    {"\\pN", "x\xd9\xa1", true, "\xd9\xa1"},
    /* case */
    {"(?i)MAIN", "xmain", true, "main"},
    {"(?i)k", "\xe2\x84\xaa", true, "\xe2\x84\xaa"},
    {"(?i)[r-t]", "\xc5\xbf", true, "\xc5\xbf"},
    {"(?i)\\w", "\xc5\xbf", true, "\xc5\xbf"},
    {"(?i)\\W", "\xc5\xbf", false, ""},
    {"(?i)[^s]", "S\xc5\xbfs", false, ""},
    {"(?i)\xcf\x83", "\xcf\x82", true, "\xcf\x82"},
    {"a(?i)b", "aB", true, "aB"},
    {"a(?i)b", "AB", false, ""},
    {"a(?i:b)c", "aBC", false, ""},
    {"(a(?i)b)c", "aBC", false, ""},
    {"(?i)a(?-i)b|c", "AB", false, ""},
    {"(?i)a(?-i)b|c", "C", false, ""},
    {"(?i)\\Qa.\\E", "xA.", true, "A."},
    /* code points without case beside those with it */
    {"(?i)[\\x{3400}-\\x{10ffff}\\x{3c3}]", "a\xcf\x82", true, "\xcf\x82"},
    {"(?i)[\\x{3400}-\\x{10ffff}]", "x\xe4\xb8\x80", true, "\xe4\xb8\x80"},
    {"(?i)[\\x{3400}-\\x{10ffff}]", "x\xe2\x85\xb0", false, ""},
    {"(?i)[^\\x{101}-\\x{10fffe}]", "\xc4\x80k\xe4\xb8\x80", false, ""},
    {"(?i)[^\\x{101}-\\x{10fffe}]", "kj", true, "j"},
    {"(?i)[^\\x{101}-\\x{10fffe}]", "k\xf4\x8f\xbf\xbf", true, "\xf4\x8f\xbf\xbf"},
    {"(?i)[\\x{4e00}-\\x{4e01}]+\\W", "a\xe4\xb8\x80\xe4\xb8\x81-", true, "\xe4\xb8\x80\xe4\xb8\x81-"},
    {"(?i)[^\\x{4e00}-\\x{9fff}]", "\xe4\xb8\x80", false, ""},
    /* repetition */
    {"a{2}", "aab", true, "aa"},
    {"a{2,}", "baaa", true, "aaa"},
    {"a{0}b", "ab", true, "b"},
    {"a{,2}", "a{,2}", true, "a{,2}"},
    {"a{x", "a{x", true, "a{x"},
    {"x{01}", "x{01}", true, "x{01}"},
    {"a+?", "aaa", true, "a"},
    {"(?U)a+", "aaa", true, "a"},
    {"(?U)a+?", "aaa", true, "aaa"},
    {"(a*)*b", "aab", true, "aab"},
    {"^(a|b*)*$", "abba", true, "abba"},
    {"(|a)+$", "aaa", true, "aaa"},
    {"^(|a){3}$", "aaa", true, "aaa"},
    {"(a|)+b", "aab", true, "aab"},
    {"a*(?i)*", "aaa", true, "aaa"},
    {"()*", "a", true, ""},
    /* wrong in PCRE2 10.42's compiler without NO_EARLY_FAIL */
    {"(1|)b*1", "1", true, "1"},
    {"(?:a|).K*[az]", "\naa\xc7\x85S", true, "aa"},
    {"(b|)b*[ab]", "bcd", true, "b"},
    {"(?i:^c|)(a[b-d](?s:.)d?|d*?)ca", "cabca", true, "ca"},
    {"\\b(a||)[b-d]*(ab([^a])*)\\w\\d", "abda1A", true, "abda1"},
    /* escapes */
    {"\\x41\\101\\x{42}", "AAB", true, "AAB"},
    {"\\012", "\n", true, "\n"},
    {"\\0", "a", false, ""},
    {"\\07", "\a", true, "\a"},
    {"\\a\\f\\t\\v", "\a\f\t\v", true, "\a\f\t\v"},
    {"\\_\\-\\@", "_-@", true, "_-@"},
    {"\\Qa", "a", true, "a"},
    /* groups */
    {"(?P<n>a)(?<n>b)", "ab", true, "ab"},
    {"(?P<32bytesandmoreareallowedinthisplace>a)", "a", true, "a"},
    {"std::.*<.*>::push_back", "std::vector<int>::push_back(int&&)", true, "std::vector<int>::push_back"},
    {"\\((.*)\\)", "f(g(x))y", true, "(g(x))"},
    /* with another meaning in PCRE2 */
    {"\\#", "#", true, "#"},
    {"[[.a.]]", ".]", true, ".]"},
    {"a#b", "a#b", true, "a#b"},
    {"(?i)[[=a=]]", "A]", true, "A]"},
};

static void matching(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(matches); i++) {
        const struct match_row *row = &matches[i];
        struct arena a = {0};
        const struct regex *r = compile(&a, row->pattern);
        str text = str_from(row->text), span = STR_EMPTY;
        bool matched = regex_match(r, text), found = regex_group(r, text, 0, &span);
        if (matched != row->matches || found != row->matches || !str_equal(span, str_from(row->span)))
            fail_msg("%s on \"%s\": match %d, found %d \"%.*s\"", row->pattern, row->text, matched, found,
                     STR_ARG(span));
        assert_false(regex_overran(r));
        arena_release(&a);
    }
}

#define ERROR(what, fragment) "error parsing regexp: " what ": `" fragment "`"
static const char *const errors[][2] = {
    {"(", ERROR("missing closing )", "(")},
    {"a)b", ERROR("unexpected )", "a)b")},
    {"[a", ERROR("missing closing ]", "[a")},
    {"x[a-", ERROR("missing closing ]", "[a-")},
    {"[z-a]", ERROR("invalid character class range", "z-a")},
    {"[[:foo:]]", ERROR("invalid character class range", "[:foo:]")},
    {"\\p{Foo}x", ERROR("invalid character class range", "\\p{Foo}")},
    {"\\p{Old_Italic}", ERROR("invalid character class range", "\\p{Old_Italic}")},
    {"\\p{", ERROR("invalid character class range", "\\p{")},
    {"\\p", ERROR("invalid character class range", "\\p")},
    {"a\\", ERROR("trailing backslash at end of expression", "")},
    {"*a", ERROR("missing argument to repetition operator", "*")},
    {"a|+?b", ERROR("missing argument to repetition operator", "+?")},
    {"({1})", ERROR("missing argument to repetition operator", "{1}")},
    {"a**", ERROR("invalid nested repetition operator", "**")},
    {"a++", ERROR("invalid nested repetition operator", "++")},
    {"a+?*?b", ERROR("invalid nested repetition operator", "+?*?")},
    {"a{2}{3}", ERROR("invalid nested repetition operator", "{2}{3}")},
    {"a{1001}", ERROR("invalid repeat count", "{1001}")},
    {"a{2,1}", ERROR("invalid repeat count", "{2,1}")},
    {"a{99999999999}", ERROR("invalid repeat count", "{99999999999}")},
    {"((a{100}){100}){100}", ERROR("invalid repeat count", "{100}")},
    {"(x{501,}){2}", ERROR("invalid repeat count", "{2}")},
    {"\\8", ERROR("invalid escape sequence", "\\8")},
    {"(a)\\1", ERROR("invalid escape sequence", "\\1")},
    {"\\C", ERROR("invalid escape sequence", "\\C")},
    {"\\K", ERROR("invalid escape sequence", "\\K")},
    {"\\R", ERROR("invalid escape sequence", "\\R")},
    {"\\X", ERROR("invalid escape sequence", "\\X")},
    {"\\h", ERROR("invalid escape sequence", "\\h")},
    {"\\N", ERROR("invalid escape sequence", "\\N")},
    {"\\g1", ERROR("invalid escape sequence", "\\g")},
    {"\\Z", ERROR("invalid escape sequence", "\\Z")},
    {"\\E", ERROR("invalid escape sequence", "\\E")},
    {"\\x", ERROR("invalid escape sequence", "\\x")},
    {"\\x1", ERROR("invalid escape sequence", "\\x1")},
    {"\\x{110000}", ERROR("invalid escape sequence", "\\x{110000")},
    {"\\x{}", ERROR("invalid escape sequence", "\\x{}")},
    {"[a-\\d]", ERROR("invalid escape sequence", "\\d")},
    {"(?P<n", ERROR("invalid named capture", "(?P<n")},
    {"(?P<a b>x)", ERROR("invalid named capture", "(?P<a b>")},
    {"(?<>x)", ERROR("invalid named capture", "(?<>")},
    {"(?<=a)b", ERROR("invalid named capture", "(?<=a)b")},
    {"(?=a)", ERROR("invalid or unsupported Perl syntax", "(?=")},
    {"(?!a)", ERROR("invalid or unsupported Perl syntax", "(?!")},
    {"(?>a)", ERROR("invalid or unsupported Perl syntax", "(?>")},
    {"(?#x)", ERROR("invalid or unsupported Perl syntax", "(?#")},
    {"(?|a)", ERROR("invalid or unsupported Perl syntax", "(?|")},
    {"(?R)", ERROR("invalid or unsupported Perl syntax", "(?R")},
    {"(?1)", ERROR("invalid or unsupported Perl syntax", "(?1")},
    {"(?C1)", ERROR("invalid or unsupported Perl syntax", "(?C")},
    {"(?(1)a)", ERROR("invalid or unsupported Perl syntax", "(?(")},
    {"(?x)a", ERROR("invalid or unsupported Perl syntax", "(?x")},
    {"(?i-)a", ERROR("invalid or unsupported Perl syntax", "(?i-)")},
    {"(?i", ERROR("invalid or unsupported Perl syntax", "(?i")},
    {"(?'n'a)", ERROR("invalid or unsupported Perl syntax", "(?'")},
    {"(?P=n)", ERROR("invalid or unsupported Perl syntax", "(?P")},
    {"(*UTF)a", ERROR("missing argument to repetition operator", "*")},
    {"a\xff", ERROR("invalid UTF-8", "\xff")},
    {"\\Qa\xffz\\Ey", ERROR("invalid UTF-8", "\xffz")},
    {"(?<\xff>a)", ERROR("invalid UTF-8", "\xff")},
};

static void expect_error(str pattern, const char *want) {
    struct arena a = {0};
    struct err e = {0};
    assert_null(regex_compile(&a, pattern, &e));
    assert_string_equal(err_text(&e), want);
    err_clear(&e);
    arena_release(&a);
}

static void errors_in_the_words_of_go(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(errors); i++) expect_error(str_from(errors[i][0]), errors[i][1]);
}

static str repeat(struct arena *a, const char *text, size_t n) {
    str *part = ARENA_ARRAY(a, str, n);
    for (size_t i = 0; i < n; i++) part[i] = str_from(text);
    return str_join(a, part, n, STR_EMPTY);
}

static str nested(struct arena *a, size_t depth) {
    return str_format(a, "%s%s", repeat(a, "(", depth).ptr, repeat(a, ")", depth).ptr);
}

static void limits(void **state) {
    (void)state;
    struct arena a = {0};
    assert_true(regex_match(compile(&a, nested(&a, 999).ptr), STR("a")));
    str deep = nested(&a, 1000), open = repeat(&a, "(", 10000), large = repeat(&a, "(xx?){1000}", 1400);
    expect_error(deep, str_format(&a, ERROR("expression nests too deeply", "%s"), deep.ptr).ptr);
    expect_error(open, str_format(&a, ERROR("missing closing )", "%s"), open.ptr).ptr);
    expect_error(large, str_format(&a, ERROR("expression too large", "%s"), large.ptr).ptr);
    /* too large for PCRE2 */
    assert_true(regex_match(compile(&a, "^(?:(?:ab|cd|\\w\\s|xyz){10}){99}.{10}$"), repeat(&a, "ab", 995)));
    assert_false(regex_match(compile(&a, "^(?:(?:ab|cd|\\w\\s|xyz){10}){99}.{10}$"), repeat(&a, "ab", 994)));
    arena_release(&a);
}

static void groups(void **state) {
    (void)state;
    struct arena a = {0};
    str got;
    const struct regex *r = compile(&a, "(\\w+)@(?P<host>[a-z]+)(\\.com)?");
    assert_true(regex_group(r, STR("mail me@host now"), 1, &got) && str_equal(got, STR("me")));
    assert_true(regex_group(r, STR("mail me@host now"), 2, &got) && str_equal(got, STR("host")));
    assert_false(regex_group(r, STR("mail me@host now"), 3, &got));
    assert_false(regex_group(r, STR("mail me@host now"), 4, &got));
    assert_false(regex_group(r, STR("nobody"), 0, &got));
    assert_true(regex_group(compile(&a, "(foo|bar)$"),
                            STR("\xff"
                                "bar"),
                            1, &got) &&
                str_equal(got, STR("bar")));
    assert_true(regex_group(compile(&a, "(a*)+"), STR("b"), 1, &got) && got.len == 0);
    assert_true(regex_group(compile(&a, "(a|b)*"), STR("ab"), 1, &got) && str_equal(got, STR("b")));
    arena_release(&a);
}

/* On each of these PCRE2 would backtrack for minutes. */
static void backtracking_is_bounded(void **state) {
    (void)state;
    static const char *const patterns[] = {
        "(a+)+$",
        "(x+x+)+y",
        "(.*)*[0-9]",
        "(x|x)*[a-c]",
        "(x|xx)+[a-c]",
        "^(x?){30}x{30}[a-c]",
        "x*x*x*x*x*[yz]",
        ".*.*.*=.*",
        "(?i)(k+k+)+\xc3\xa9",
        "x{100,200}x{100,200}x{100,200}[a-c]",
        "[w-x]+[a-c]",
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const struct regex *r = compile(&a, patterns[i]);
        assert_false(regex_match(r, repeat(&a, "x", 1500)));
        assert_false(regex_match(r, repeat(&a, "x", 4096)));
        assert_false(regex_match(r, str_format(&a, "%s!", repeat(&a, "kK", 2000).ptr)));
        assert_false(regex_overran(r));
    }
    assert_true(regex_match(compile(&a, "(x+x+)+y"), str_format(&a, "%sy", repeat(&a, "x", 4096).ptr)));
    arena_release(&a);
}

/* Each of these multiplies the length of the pattern with that of all texts. */
static void a_bound_of_all_matches(void **state) {
    (void)state;
    struct arena a = {0};
    const char *const patterns[][2] = {
        {str_format(&a, "%sc", repeat(&a, "ab|", 100).ptr).ptr, "x"}, /* literals */
        {"(x|xx|x.){1,60}[a-c]", "xxxxxxxxxxxxxxxx"},                 /* PCRE2, then the simulation */
        {"(x|xx|x.){1,60}[a-c]", "\xffxxxxxxxxxxxxxxxx"},             /* the simulation */
        {"[\\pL\\pM]\\pN[^\\pZ\\pS]{9}", "\xff\xc3\xa9\xc3\xa9"},
    };
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const struct regex *r = regex_compile_bounded(&a, str_from(patterns[i][0]), 100, NULL);
        const struct regex *large = regex_compile_bounded(&a, str_from(patterns[i][0]), 100000000, NULL);
        str text = str_from(patterns[i][1]);
        for (int round = 0; round < 10000 && !regex_overran(r); round++) {
            assert_false(regex_match(r, text));
            assert_false(regex_match(large, text));
        }
        if (!regex_overran(r) || regex_overran(large)) fail_msg("%s", patterns[i][0]);
    }
    const struct regex *r = regex_compile_bounded(&a, STR("tc_(new|free)|std::.*"), 100, NULL);
    for (int i = 0; i < 10000; i++) assert_true(regex_match(r, STR("std::vector")) && !regex_match(r, STR("main")));
    assert_false(regex_overran(r));
    arena_release(&a);
}

/* Uses more patterns than the caches hold, and an arena that is rewound between matches. */
static void many_patterns_at_once(void **state) {
    (void)state;
    struct arena a = {0};
    const struct regex *r[200];
    for (int i = 0; i < 200; i++) r[i] = compile(&a, str_format(&a, "^f%d[a-c]+$", i).ptr);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 200; i++) {
            struct arena_mark m = arena_mark(&a);
            assert_true(regex_match(r[i], str_format(&a, "f%dabc", i)));
            assert_false(regex_match(r[i], str_format(&a, "f%dabcd", i)));
            str got;
            assert_true(regex_group(r[i], str_format(&a, "f%da", i), 0, &got));
            arena_rewind(&a, m);
        }
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching),
        cmocka_unit_test(errors_in_the_words_of_go),
        cmocka_unit_test(limits),
        cmocka_unit_test(groups),
        cmocka_unit_test(backtracking_is_bounded),
        cmocka_unit_test(a_bound_of_all_matches),
        cmocka_unit_test(many_patterns_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
