/* Unit tests of options/options.c. */
#include "options/options.h"
#include "testing/test.h"

#include <string.h>

static struct arena arena;
static struct err err;

static void assert_text(str got, const char *want) {
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static void set(struct options *o, const char *name, const char *text) {
    const struct options_row *row = options_find(str_from(name));
    assert_non_null(row);
    assert_true(options_set(row, o, str_from(text), &err));
}

static void assert_refused(const char *name, const char *text, const char *message) {
    struct options o;
    options_defaults(&o);
    assert_false(options_set(options_find(str_from(name)), &o, str_from(text), &err));
    assert_string_equal(err_text(&err), message);
}

/* Every row's initial text parses. */
static void test_initial_texts(void **state) {
    (void)state;
    struct options o;
    struct options_call c;
    memset(&o, 0, sizeof o);
    memset(&c, 0, sizeof c);
    for (unsigned i = 0; i < options_table_n; i++) {
        bool unset_choice = options_table[i].kind == OPTIONS_CHOICE && !options_table[i].initial[0];
        assert_int_equal(options_set(&options_table[i], &o, str_from(options_table[i].initial), &err), !unset_choice);
        assert_text(options_get(&arena, &options_table[i], &o), options_table[i].initial);
    }
    for (unsigned i = 0; i < options_call_table_n; i++)
        if (options_call_table[i].is_flag)
            assert_true(options_set(&options_call_table[i], &c, str_from(options_call_table[i].initial), &err));
}

static void test_defaults(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    assert_int_equal(o.nodecount, -1);
    assert_true(o.trim);
    assert_true(o.nodefraction == 0.005 && o.edgefraction == 0.001 && o.divide_by == 1);
    assert_int_equal(o.sort, SORT_FLAT);
    assert_int_equal(o.granularity, GRANULARITY_UNSET);
    assert_text(o.unit, "minimum");
    struct options_call c;
    options_call_defaults(&c);
    assert_int_equal(c.seconds, -1);
    assert_int_equal(c.base.len, 0);
}

/* No two flags share a name. */
static void test_names_are_unique(void **state) {
    (void)state;
    for (unsigned i = 0; i < options_table_n; i++) {
        str name = str_from(options_table[i].name);
        assert_ptr_equal(options_find(name), &options_table[i]);
        assert_null(options_find_choice(name));
        assert_null(options_call_find(name));
    }
    for (unsigned i = 0; i < options_choice_table_n; i++) {
        assert_non_null(options_find(str_from(options_choice_table[i].option)));
        assert_null(options_call_find(str_from(options_choice_table[i].name)));
    }
    assert_null(options_call_find(STR("profile.pb.gz"))); /* WORD row, not a flag */
}

static void test_prompt_values(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    set(&o, "trim", "No");
    assert_false(o.trim);
    set(&o, "trim", "");
    assert_true(o.trim);
    set(&o, "nodecount", "+7");
    assert_int_equal(o.nodecount, 7);
    set(&o, "divide_by", "2.5");
    assert_true(o.divide_by == 2.5);
    set(&o, "granularity", "lines");
    assert_int_equal(o.granularity, GRANULARITY_LINES);
    set(&o, "sort", "cum");
    assert_int_equal(o.sort, SORT_CUM);
    assert_refused("trim", "Maybe", "illegal value \"Maybe\" for bool variable");
    assert_refused("nodecount", "0x10", "strconv.Atoi: parsing \"0x10\": invalid syntax");
    assert_refused("nodecount", "99999999999999999999",
                   "strconv.Atoi: parsing \"99999999999999999999\": value out of range");
    assert_refused("nodefraction", "x", "strconv.ParseFloat: parsing \"x\": invalid syntax");
    assert_refused("sort", "zzz", "invalid \"sort\" value \"zzz\"");
    assert_refused("sort", "", "invalid \"sort\" value \"\"");
    assert_refused("granularity", "", "invalid \"granularity\" value \"\"");
}

static void test_flag_values(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    assert_true(options_set_flag(options_find(STR("nodecount")), &o, STR("0x1_0"), &err));
    assert_int_equal(o.nodecount, 16);
    assert_false(options_set_flag(options_find(STR("trim")), &o, STR("no"), &err));
    assert_string_equal(err_text(&err), "parse error");
    assert_true(o.trim);
    assert_false(options_set_flag(options_find(STR("nodecount")), &o, STR("9223372036854775808"), &err));
    assert_string_equal(err_text(&err), "value out of range");
    assert_int_equal(o.nodecount, 16);
}

static void test_choices_as_words(void **state) {
    (void)state;
    struct options o;
    options_defaults(&o);
    const struct options_choice *cum = options_find_choice(STR("cum"));
    assert_true(options_choose(cum, &o, STR("1"), &err));
    assert_int_equal(o.sort, SORT_CUM);
    assert_text(options_get(&arena, options_find(STR("sort")), &o), "cum");
    assert_false(options_choose(cum, &o, STR("yes"), &err));
    assert_string_equal(err_text(&err), "unknown config field \"cum\"");
    assert_false(options_choose(cum, &o, STR("false"), &err));
    options_set_choice(options_find_choice(STR("addresses")), &o);
    assert_int_equal(o.granularity, GRANULARITY_ADDRESSES);
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    err_clear(&err);
    return 0;
}

static void values_are_of_flags_that_take_text(void **state) {
    (void)state;
    static const char *const name[] = {
#define VALUES(name_, words_) #name_,
#include "options/options.def"
    };
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const struct options_row *row = options_find(str_from(name[i]));
        if (!row) row = options_call_find(str_from(name[i]));
        assert_non_null(row);
        assert_int_equal(row->kind, OPTIONS_TEXT);
        assert_null(strpbrk(options_values(str_from(name[i])), "'\"\\$`:()"));
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_of_flags_that_take_text),
        cmocka_unit_test(test_initial_texts),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_prompt_values),
        cmocka_unit_test(test_flag_values),
        cmocka_unit_test(test_choices_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
