/* Unit tests of rename.c. */
#include "merge/rename.h"

#include "testing/sketch.h"
#include "testing/test.h"

static struct rename_rules rules_of(struct arena *a, const char *text) {
    struct rename_rules rules;
    struct err e = {0};
    if (!rename_parse(a, str_from(text), &rules, &e)) fail_msg("%s", err_text(&e));
    return rules;
}

static void rules_are_pairs(void **state) {
    (void)state;
    struct arena a = {0};
    struct rename_rules rules = rules_of(&a, "x=y,in use=z");
    assert_int_equal(rules.n, 2);
    assert_true(str_equal(rules.at[1].from, STR("in use")));
    assert_true(str_equal(rules.at[1].to, STR("z")));
    assert_int_equal(rules_of(&a, "").n, 0);
    static const char *const wrong[] = {"x", "x=", "=y", "x=y=z", "x=y,", ",x=y"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err e = {0};
        assert_false(rename_parse(&a, str_from(wrong[i]), &rules, &e));
        err_clear(&e);
    }
    arena_release(&a);
}

static void rules_are_bounded(void **state) {
    (void)state;
    struct arena a = {0};
    struct rename_rules rules;
    struct err e = {0};
    str pair[RENAME_RULES_MOST + 1];
    for (uint32_t i = 0; i <= RENAME_RULES_MOST; i++) pair[i] = STR("x=y");
    assert_true(rename_parse(&a, str_join(&a, pair, RENAME_RULES_MOST, STR(",")), &rules, &e));
    assert_false(rename_parse(&a, str_join(&a, pair, RENAME_RULES_MOST + 1, STR(",")), &rules, &e));
    err_clear(&e);
    arena_release(&a);
}

/* A profile with two sample types, the second of which is the default. */
static struct profile typed(struct arena *a, str first, str second) {
    struct profile p = sketch_profile(a, "a 1\n");
    struct profile_value_type *type = ARENA_ZERO(a, struct profile_value_type, 2);
    type[0].type = profile_add_string(&p, a, first);
    type[1].type = p.default_type = profile_add_string(&p, a, second);
    p.type = type;
    p.n_types = 2;
    return p;
}

static void types_and_the_default_get_new_names(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct rename_rules rules = rules_of(&a, "x=y,y=x,other=a");
    struct profile p = typed(&a, STR("x"), STR("y"));
    assert_true(rename_types(&a, &rules, &p, &e)); /* names may be exchanged */
    assert_true(str_equal(profile_str(&p, p.type[0].type), STR("y")));
    assert_true(str_equal(profile_str(&p, p.type[1].type), STR("x")));
    assert_int_equal(p.default_type, p.type[1].type);
    p = typed(&a, STR("x"), STR("z"));
    assert_true(rename_types(&a, &rules, &p, &e));
    assert_true(str_equal(profile_str(&p, p.type[1].type), STR("z")));
    arena_release(&a);
}

static void two_types_of_one_name_fail(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct rename_rules rules = rules_of(&a, "x=z");
    struct profile p = typed(&a, STR("x"), STR("z"));
    assert_false(rename_types(&a, &rules, &p, &e));
    assert_string_equal(err_text(&e), "the sample type \"x\" cannot be renamed: \"z\" is there, too");
    err_clear(&e);
    /* a profile that lists a type twice by itself stays as it is */
    p = typed(&a, STR("z"), STR("z"));
    assert_true(rename_types(&a, &rules, &p, &e));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rules_are_pairs), cmocka_unit_test(rules_are_bounded),
                                       cmocka_unit_test(types_and_the_default_get_new_names),
                                       cmocka_unit_test(two_types_of_one_name_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
