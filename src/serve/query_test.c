/* Unit tests of query.c. Expected results are those of Go's net/url and of pprof. */
#include "testing/test.h"

#include "serve/query.h"

static struct arena a;

static struct query parse(const char *text) { return query_parse(&a, str_from(text)); }

static void assert_value(const char *text, const char *name, const char *value) {
    struct query q = parse(text);
    str got = query_get(&q, str_from(name));
    assert_int_equal(got.len, strlen(value));
    assert_memory_equal(got.ptr, value, got.len);
}

static void decodes_pairs(void **state) {
    (void)state;
    assert_value("f=a%20b+c", "f", "a b c");
    assert_value("f=1&f=2", "f", "1");
    assert_value("a=%zz&f=1", "a", "");
    assert_value("a=%4&f=1", "a", "");
    assert_value("a=%&f=1", "f", "1");
    assert_value("a=1;f=2", "f", "");
    assert_value("a=1;b&f=2", "f", "2");
    assert_value("%66=x", "f", "x");
    assert_value("f=a=b", "f", "a=b");
    assert_value("f", "f", "");
    assert_value("&&f=x&", "f", "x");
    assert_value("f=%e2%82%ac", "f", "\xe2\x82\xac");
}

static void assert_error(const char *text, const char *message) {
    struct query q = parse(text);
    struct options o;
    struct err e = {0};
    options_defaults(&o);
    assert_false(query_apply(&q, &o, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
}

static void says_what_the_reference_says(void **state) {
    (void)state;
    assert_error("n=abc", "error setting config field nodecount: strconv.Atoi: parsing \"abc\": invalid syntax");
    assert_error("g=bogus", "error setting config field granularity: invalid \"granularity\" value \"bogus\"");
    assert_error("nf=x", "error setting config field nodefraction: strconv.ParseFloat: parsing \"x\": invalid syntax");
    assert_error("trim=maybe", "error setting config field trim: illegal value \"maybe\" for bool variable");
}

static void sets_options(void **state) {
    (void)state;
    struct query q = parse("f=main&i=x&n=7&g=files&trim=f&unit=&zz=1&tagroot=k&source_path=/etc&output=/tmp/x");
    struct options o;
    options_defaults(&o);
    assert_true(query_apply(&q, &o, NULL));
    assert_true(str_equal(o.focus, STR("main")));
    assert_true(str_equal(o.ignore, STR("x")));
    assert_int_equal(o.nodecount, 7);
    assert_int_equal(o.granularity, GRANULARITY_FILES);
    assert_false(o.trim);
    assert_true(str_equal(o.unit, STR("minimum")));
    assert_true(str_equal(o.tagroot, STR("k")));
    assert_int_equal(o.source_path.len, 0);
    assert_int_equal(o.output.len, 0);
}

static void assert_encoded(const char *text, const char *sorted) {
    struct query q = parse(text);
    str got = query_encode(&a, &q);
    assert_int_equal(got.len, strlen(sorted));
    assert_memory_equal(got.ptr, sorted, got.len);
}

static void encodes_as_go_does(void **state) {
    (void)state;
    assert_encoded("z=1&a=b%20c&a=2", "a=b+c&a=2&z=1");
    assert_encoded("f=%5E%28main%29%24", "f=%5E%28main%29%24");
    assert_encoded("f=-_.~*%27%00%2f", "f=-_.~%2A%27%00%2F");
    assert_encoded("", "");
}

static void puts_options_into_a_query(void **state) {
    (void)state;
    struct options o;
    bool changed;
    struct query q = parse("f=old&si=cpu&n=5");
    options_defaults(&o);
    o.trim = false;
    o.focus = STR("new");
    str text = query_with_options(&a, &q, &o, &changed);
    assert_true(changed);
    assert_true(str_equal(text, STR("f=new&si=cpu&trim=f")));
    struct query same = parse("trim=f&f=new");
    query_with_options(&a, &same, &o, &changed);
    assert_false(changed);
}

static void keys_tell_options_apart(void **state) {
    (void)state;
    struct options x, y;
    options_defaults(&x);
    options_defaults(&y);
    assert_true(str_equal(query_options_key(&a, &x), query_options_key(&a, &y)));
    x.focus = STR("a");
    y.ignore = STR("a");
    assert_false(str_equal(query_options_key(&a, &x), query_options_key(&a, &y)));
    /* no text can imitate another option */
    y = x;
    x.focus = STR("aignore:1:b");
    y.ignore = STR("b");
    assert_false(str_equal(query_options_key(&a, &x), query_options_key(&a, &y)));
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_pairs),
        cmocka_unit_test(says_what_the_reference_says),
        cmocka_unit_test(sets_options),
        cmocka_unit_test(encodes_as_go_does),
        cmocka_unit_test(puts_options_into_a_query),
        cmocka_unit_test(keys_tell_options_apart),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&a);
    return failed;
}
