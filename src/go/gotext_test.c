/* Unit tests of go/gotext.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "go/gotext.h"
#include "go/utf8.h"
#include "testing/test.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* The expected texts of this file were printed by Go's standard library for the same arguments. */

static void integers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int base;
        enum gotext_fault fault;
        int64_t want;
    } rows[] = {
        {"0", 10, GOTEXT_OK, 0},
        {"-12", 10, GOTEXT_OK, -12},
        {"+7", 10, GOTEXT_OK, 7},
        {"", 10, GOTEXT_SYNTAX, 0},
        {"-", 10, GOTEXT_SYNTAX, 0},
        {"1_000", 10, GOTEXT_SYNTAX, 0},
        {"1_000", 0, GOTEXT_OK, 1000},
        {"1__0", 0, GOTEXT_SYNTAX, 0},
        {"_1", 0, GOTEXT_SYNTAX, 0},
        {"0x_f", 0, GOTEXT_OK, 15},
        {"0X1F", 0, GOTEXT_OK, 31},
        {"0x1F", 10, GOTEXT_SYNTAX, 0},
        {"0x", 0, GOTEXT_SYNTAX, 0},
        {"0b101", 0, GOTEXT_OK, 5},
        {"0o17", 0, GOTEXT_OK, 15},
        {"017", 0, GOTEXT_OK, 15},
        {"08", 0, GOTEXT_SYNTAX, 0},
        {"ff", 16, GOTEXT_OK, 255},
        {"9223372036854775807", 10, GOTEXT_OK, INT64_MAX},
        {"9223372036854775808", 10, GOTEXT_RANGE, INT64_MAX},
        {"-9223372036854775808", 10, GOTEXT_OK, INT64_MIN},
        {"-9223372036854775809", 10, GOTEXT_RANGE, INT64_MIN},
        {"9999999999999999999x", 10, GOTEXT_SYNTAX, 0},
        {"999999999999999999999x", 10, GOTEXT_RANGE, INT64_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t got = 77;
        assert_int_equal(gotext_parse_int(str_from(rows[i].text), rows[i].base, &got), rows[i].fault);
        assert_true(got == rows[i].want);
    }
    uint64_t u;
    assert_int_equal(gotext_parse_uint(STR("18446744073709551615"), 10, &u), GOTEXT_OK);
    assert_true(u == UINT64_MAX);
    assert_int_equal(gotext_parse_uint(STR("-1"), 10, &u), GOTEXT_SYNTAX);
}

static void floats_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum gotext_fault fault;
        double want;
    } rows[] = {
        {"0.005", GOTEXT_OK, 0.005},    {".5", GOTEXT_OK, 0.5},
        {"5.", GOTEXT_OK, 5},           {".", GOTEXT_SYNTAX, 0},
        {"1e", GOTEXT_SYNTAX, 0},       {"1e3", GOTEXT_OK, 1000},
        {" 1", GOTEXT_SYNTAX, 0},       {"1 ", GOTEXT_SYNTAX, 0},
        {"0x1p-2", GOTEXT_OK, 0.25},    {"0x1", GOTEXT_SYNTAX, 0},
        {"0x_1p4", GOTEXT_OK, 16},      {"1_0", GOTEXT_OK, 10},
        {"1_", GOTEXT_SYNTAX, 0},       {"1e400", GOTEXT_RANGE, INFINITY},
        {"-INF", GOTEXT_OK, -INFINITY}, {"+infinity", GOTEXT_OK, INFINITY},
        {"infi", GOTEXT_SYNTAX, 0},     {"+nan", GOTEXT_SYNTAX, 0},
        {"nan(1)", GOTEXT_SYNTAX, 0},   {"1e-400", GOTEXT_OK, 0},
        {"", GOTEXT_SYNTAX, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double got = 77;
        assert_int_equal(gotext_parse_float(str_from(rows[i].text), &got), rows[i].fault);
        assert_true(got == rows[i].want);
    }
    double nan;
    assert_int_equal(gotext_parse_float(STR("NaN"), &nan), GOTEXT_OK);
    assert_true(isnan(nan));
    char digits[300];
    memset(digits, '1', sizeof digits);
    assert_int_equal(gotext_parse_float((str){digits, sizeof digits}, &nan), GOTEXT_OK);
    assert_true(nan > 1.1e299 && nan < 1.2e299);
}

static void booleans(void **state) {
    (void)state;
    bool b = false;
    assert_true(gotext_parse_bool(STR("t"), &b) && b);
    assert_true(gotext_parse_bool(STR("False"), &b) && !b);
    assert_false(gotext_parse_bool(STR("yes"), &b));
    assert_false(gotext_parse_bool(STR("tRUE"), &b));
}

static void floats_written(void **state) {
    (void)state;
    static const struct {
        double v;
        const char *want;
    } rows[] = {
        {0, "0"},
        {0.005, "0.005"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {100000, "100000"},
        {1e6, "1e+06"},
        {-1.5, "-1.5"},
        {1234567, "1.234567e+06"},
        {1e21, "1e+21"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {5e-324, "5e-324"},
        {INFINITY, "+Inf"},
        {-INFINITY, "-Inf"},
        {NAN, "NaN"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(rows); i++) assert_string_equal(str_c(&a, gotext_float(&a, rows[i].v)), rows[i].want);
    arena_release(&a);
}

static void quoting(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "\"\""},
        {"a\"b\\", "\"a\\\"b\\\\\""},
        {"\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\""},
        {"\x01\x7f", "\"\\x01\\x7f\""},
        {"\xff\xe2\x82", "\"\\xff\\xe2\\x82\""},
        {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""},
        {"\xc3\xa9\xe4\xb8\x96", "\"\xc3\xa9\xe4\xb8\x96\""},
        {"\xc2\xa0\xe2\x80\x8b", "\"\\u00a0\\u200b\""},
        {"\xef\xbf\xbd", "\"\xef\xbf\xbd\""},
        {"\xf3\xa0\x80\x81", "\"\\U000e0001\""},
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(str_c(&a, gotext_quote(&a, str_from(rows[i].text))), rows[i].want);
    assert_string_equal(str_c(&a, gotext_quote(&a, (str){"a\0b", 3})), "\"a\\x00b\"");
    arena_release(&a);
}

static void durations(void **state) {
    (void)state;
    static const struct {
        int64_t ns;
        const char *want;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {1500, "1.5\xc2\xb5s"},
        {1500000, "1.5ms"},
        {90000000000, "1m30s"},
        {3600000000000, "1h0m0s"},
        {16500500000000, "4h35m0.5s"},
        {-2000000001, "-2.000000001s"},
        {INT64_MIN, "-2562047h47m16.854775808s"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(str_c(&a, gotext_duration(&a, rows[i].ns)), rows[i].want);
    arena_release(&a);
}

static void times(void **state) {
    (void)state;
    static const struct {
        const char *tz;
        int64_t ns;
        const char *want, *want_full;
    } rows[] = {
        {"", 1506718679573897900, "2017-09-29 20:57:59 UTC", "2017-09-29 20:57:59.5738979 +0000 UTC"},
        {"UTC", -1, "1969-12-31 23:59:59 UTC", "1969-12-31 23:59:59.999999999 +0000 UTC"},
        {"Foo/Bar", 0, "1970-01-01 00:00:00 UTC", "1970-01-01 00:00:00 +0000 UTC"},
        {"EST5EDT4", 0, "1970-01-01 00:00:00 UTC", "1970-01-01 00:00:00 +0000 UTC"},
        {"Europe", 0, "1970-01-01 00:00:00 UTC", "1970-01-01 00:00:00 +0000 UTC"},
        {"Asia/Kathmandu", 1506718679000000000, "2017-09-30 02:42:59 +0545", "2017-09-30 02:42:59 +0545 +0545"},
        {":America/Sao_Paulo", 1506718679000000000, "2017-09-29 17:57:59 -03", "2017-09-29 17:57:59 -0300 -03"},
        {"/usr/share/zoneinfo/Europe/Berlin", 1500000000000000000, "2017-07-14 04:40:00 CEST",
         "2017-07-14 04:40:00 +0200 CEST"},
        {"Europe/Berlin", INT64_MAX, "2262-04-12 01:47:16 CEST", "2262-04-12 01:47:16.854775807 +0200 CEST"},
        {"Europe/Berlin", INT64_MIN, "1677-09-21 01:06:11 LMT", "1677-09-21 01:06:11.145224192 +0053 LMT"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        setenv("TZ", rows[i].tz, 1);
        assert_string_equal(str_c(&a, gotext_time(&a, rows[i].ns)), rows[i].want);
        assert_string_equal(str_c(&a, gotext_time_full(&a, rows[i].ns)), rows[i].want_full);
    }
    unsetenv("TZ");
    assert_true(gotext_time(&a, 0).len > 19);
    arena_release(&a);
}

static void paths(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"", "."},         {"/", "/"},        {"//a///b/", "/a/b"},       {"a/./b/..", "a"}, {"../..//x", "../../x"},
        {"/../a", "/a"},   {"a/../..", ".."}, {"a/b/../../../c", "../c"}, {"./", "."},       {"..a/...", "..a/..."},
        {"../a/..", ".."},
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(str_c(&a, gotext_clean_path(&a, str_from(rows[i][0]))), rows[i][1]);
    arena_release(&a);
}

static void utf8(void **state) {
    (void)state;
    static const uint32_t runes[] = {0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < COUNT(runes); i++) {
        char buf[4];
        uint32_t rune = 1;
        size_t n = utf8_encode(buf, runes[i]);
        assert_int_equal(utf8_decode((str){buf, n}, 0, &rune), n);
        assert_int_equal(rune, runes[i]);
        if (n > 1) assert_int_equal(utf8_decode((str){buf, n - 1}, 0, &rune), 1);
    }
    assert_int_equal(utf8_first_invalid(STR("plain text, longer than eight")), 29);
    assert_int_equal(utf8_first_invalid(STR("12345678\xc3\xa9\xffz")), 10);
    assert_int_equal(utf8_first_invalid(STR("\xc0\x80")), 0);
    assert_int_equal(utf8_first_invalid(STR("a\xf4\x90\x80\x80")), 1);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),       cmocka_unit_test(floats_read), cmocka_unit_test(booleans),
        cmocka_unit_test(floats_written), cmocka_unit_test(quoting),     cmocka_unit_test(durations),
        cmocka_unit_test(times),          cmocka_unit_test(paths),       cmocka_unit_test(utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
