/* Unit tests of fold_numbers: names that compilers and profilers write. */
#include "filter/fold_numbers.h"
#include "testing/sketch.h"
#include "testing/test.h"

static struct arena a;

static void expect(const char *name, const char *folded) {
    assert_string_equal(str_copy(&a, fold_numbers(&a, str_from(name))).ptr, folded);
}

static void folds_go(void **state) {
    (void)state;
    expect("main.main.func1", "main.main.func*");
    expect("main.main.func1.2", "main.main.func*");
    expect("main.main.func1.2.3", "main.main.func*");
    expect("net/http.(*Server).Serve.gowrap3", "net/http.(*Server).Serve.gowrap*");
    expect("main.main.func1.deferwrap1", "main.main.func*.deferwrap*");
    expect("main.f-range2", "main.f-range*");
    expect("main.f.func12.main.g.func3", "main.f.func*.main.g.func*");
    expect("main.init.func1", "main.init.func*");
    expect("main.func1x", "main.func1x");
    expect("main.sha256", "main.sha256");
    expect("crypto/sha256.block", "crypto/sha256.block");
}

static void folds_rust(void **state) {
    (void)state;
    expect("core::ptr::drop::h0123456789abcdef", "core::ptr::drop");
    expect("core::ptr::drop::h0123456789abcdeg", "core::ptr::drop::h0123456789abcdeg");
    expect("a::b::{{closure}}::h0123456789abcdef.llvm.1234", "a::b::{{closure}}");
    expect("a::b::{closure#3}", "a::b::{closure}");
    expect("a::b::{{closure}}#3", "a::b::{{closure}}");
    expect("a::{async_fn_env#0}", "a::{async_fn_env}");
    expect("a::{impl#3}::f", "a::{impl#3}::f");
    expect("std[a2fbc8bd4ab0f4b2]::rt::f", "std::rt::f");
    expect("main.f[go.shape.int]", "main.f[go.shape.int]");
}

static void folds_java(void **state) {
    (void)state;
    expect("com.acme.Shop$1.run", "com.acme.Shop$*.run");
    expect("com.acme.Shop$12$3.run", "com.acme.Shop$*$*.run");
    expect("com.acme.Shop.lambda$run$3", "com.acme.Shop.lambda$run$*");
    expect("com.acme.Shop$$Lambda$14/0x0000000800c03000.apply", "com.acme.Shop$$Lambda$*.apply");
    expect("com.acme.Shop$$Lambda$14.apply", "com.acme.Shop$$Lambda$*.apply");
    expect("com.acme.Shop$$Lambda/0x00007f.apply", "com.acme.Shop$$Lambda.apply");
    expect("com.acme.Shop$$Lambda.0x00007f.apply", "com.acme.Shop$$Lambda.apply");
    expect("jdk.internal.reflect.GeneratedMethodAccessor12.invoke",
           "jdk.internal.reflect.GeneratedMethodAccessor*.invoke");
    expect("com.sun.proxy.$Proxy7.get", "com.sun.proxy.$Proxy*.get");
    expect("com.acme.Shop$1a.run", "com.acme.Shop$1a.run");
    expect("com.acme.Base64.encode", "com.acme.Base64.encode");
}

static void folds_cpp(void **state) {
    (void)state;
    expect("f(int)::{lambda(int)#2}::operator()", "f(int)::{lambda(int)}::operator()");
    expect("f::'lambda0'::operator()", "f::'lambda'::operator()");
    expect("main::$_3::operator()", "main::$_*::operator()");
    expect("f.llvm.123", "f");
    expect("f.part.0.cold", "f");
    expect("f.isra.0.constprop.1", "f");
    expect("f.cold.2", "f");
    expect("f [clone .part.0] [clone .cold]", "f");
    expect("v8::Base<12>::f", "v8::Base<12>::f");
    expect("closure #1 in f", "closure in f");
    expect("read+0x1f", "read+0x1f");
    expect("#1", "#1");
    expect("", "");
}

/* A name of any length takes a time that grows with its length. */
static void long_names_are_folded(void **state) {
    (void)state;
    str piece[1 << 18];
    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) piece[i] = i ? STR(".cold") : STR("f");
    str name = str_join(&a, piece, sizeof piece / sizeof *piece, STR_EMPTY);
    assert_true(str_equal(fold_numbers(&a, name), STR("f")));
    arena_release(&a);
}

static void equal_names_become_one_node(void **state) {
    (void)state;
    struct profile view = sketch_profile(&a, "main;f.func1 1\nmain;f.func2 2\nmain;f.func* 4\n");
    filter_fold_numbers(&a, &view);
    assert_string_equal(sketch_show(&a, &view).ptr, "main;f.func* 1\nmain;f.func* 2\nmain;f.func* 4\n");
    assert_int_equal(view.function[1].name, view.function[2].name);
    assert_int_equal(view.function[1].name, view.function[3].name);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_go),
        cmocka_unit_test(folds_rust),
        cmocka_unit_test(folds_java),
        cmocka_unit_test(folds_cpp),
        cmocka_unit_test(long_names_are_folded),
        cmocka_unit_test(equal_names_become_one_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
