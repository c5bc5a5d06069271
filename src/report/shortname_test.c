/* Unit tests of shortname.c. */
#include "report/shortname.h"
#include "testing/test.h"

/* The results of pprof's expressions with Go's regexp package. */
static void as_the_expressions_say(void **state) {
    (void)state;
    static const struct {
        const char *name, *shortened;
    } row[] = {
        {"main.foo", "main.foo"},
        {"github.com/google/pprof/internal/driver.(*T).Run", "driver.(*T).Run"},
        {"github.com/x/y/v3.Foo", "y.Foo"},
        {"github.com/x/y/v3/z.Foo", "z.Foo"},
        {"a/v1/b.c", "b.c"},
        {"a/v10.x", "a.x"},
        {"a/v02/b.c", "b.c"},
        {"a/b/.c", "b/.c"},
        {"a/b", "a/b"},
        {"a//b.c", "/b.c"},
        {"a/.x/b.", "a/.x/b."},
        {"a-b/c.d\nrest", "c.d"},
        {"x/v2/y\n.z", "y\n.z"},
        {"/lead/x.y", "/lead/x.y"},
        {"com.acme.Foo.bar", "Foo.bar"},
        {"com.acme.Foo.bar(int)", "Foo.bar"},
        {"com.acme.Foo.<init>", "Foo.<init>"},
        {"com.acme.Foo$Inner.run$1(I)V", "Foo$Inner.run$1"},
        {"com.acme.Foo.bar baz", "com.acme.Foo.bar baz"},
        {"acme.foo.bar", "acme.foo.bar"},
        {"Foo.Bar", "Foo.Bar"},
        {"java.util.List.of(", "List.of"},
        {"std::vector", "std::vector"},
        {"foo::Bar::baz", "Bar::baz"},
        {"foo::Bar::~Bar", "Bar::~Bar"},
        {"a::b::C::d<int>::e>", "C::d<int>::e>"},
        {"a::b::C::d<int", "C::d"},
        {"a::C::B::x", "B::x"},
        {"a::__C::f(int)", "__C::f"},
        {"A::b", "A::b"},
        {"(anonymous namespace)::Foo::bar", "Foo::bar"},
        {"(anonymous namespace)::a::Foo::bar", "Foo::bar"},
        {"(anonymous namespace)::", ""},
        {"", ""},
        {"é/b.c", "é/b.c"},
        {"1a::B::c", "1a::B::c"},
        {"a::B::1c", "a::B::1c"},
        {"a::B::c<x>\n<y>", "B::c<x>"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        str got = shortname(&a, str_from(row[i].name));
        assert_string_equal(str_c(&a, got), row[i].shortened);
    }
    arena_release(&a);
}

/* Names are untrusted: the matchers read each of these once, not once per part. */
static void long_names_take_no_time(void **state) {
    (void)state;
    struct arena a = {0};
    const char *part[] = {"a/", "a::", "A::", "__::", "a.", "/v", "/v9", "A$"};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        str p = str_from(part[i]);
        size_t n = 400000;
        char *name = arena_alloc(&a, n * p.len);
        for (size_t k = 0; k < n * p.len; k++) name[k] = p.ptr[k % p.len];
        str got = shortname(&a, (str){name, n * p.len});
        assert_true(got.len <= n * p.len);
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_expressions_say),
        cmocka_unit_test(long_names_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
