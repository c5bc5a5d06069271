/* Unit tests of keep_heads. */
#include "filter/keep_heads.h"

#include "base/sink.h"
#include "testing/sketch.h"
#include "testing/test.h"

/* The name of a function that is called `name` and has this system name. */
static void expect(const char *system_name, const char *name, const char *kept) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, "f 1\n");
    struct profile_function f = view.function[0];
    f.system_name = profile_add_string(&view, &a, str_from(system_name));
    f.name = str_equal(str_from(name), str_from(system_name)) ? f.system_name
                                                              : profile_add_string(&view, &a, str_from(name));
    view.function = &f;
    filter_keep_heads(&a, &view);
    assert_string_equal(str_copy(&a, profile_str(&view, view.function[0].name)).ptr, kept);
    arena_release(&a);
}

static void heads_come_back(void **state) {
    (void)state;
    expect("<T as Trait>::f", "::f", "<T as Trait>::f");
    expect("(anonymous namespace)::f(int)", "::f", "(anonymous namespace)::f");
    expect("ns::(anonymous namespace)::f<int>(int)", "ns::::f", "ns::(anonymous namespace)::f");
    expect("core::fmt::num::<impl core::fmt::Debug for usize>::fmt", "core::fmt::num::::fmt",
           "core::fmt::num::<impl core::fmt::Debug for usize>::fmt");
    expect("<F as Fn(u32) -> Vec<u8>>::call", " Vec>::call", "<F as Fn(u32) -> Vec<u8>>::call");
}

static void other_parts_stay_out(void **state) {
    (void)state;
    expect("std::vector<int>::push_back(int&&)", "std::vector::push_back", "std::vector::push_back");
    expect("Vec::<u8>::new", "Vec::::new", "Vec::::new");
    expect("a::f::<u8>", "a::f::", "a::f::");
}

static void long_names_have_heads(void **state) {
    (void)state;
    struct arena a = {0};
    struct sink out;
    sink_to_memory(&out);
    sink_text(&out, "<T>::");
    sink_repeat(&out, '(', 1 << 19);
    str whole = str_copy(&a, sink_bytes(&out));
    sink_drop(&out);
    expect(whole.ptr, whole.ptr + 3, whole.ptr);
    arena_release(&a);
}

static void other_names_stay(void **state) {
    (void)state;
    expect("_ZN1a1fEv", "a::f", "a::f");
    expect("<T as Trait>::f", "other", "other");
    expect("<T as Trait>::f", "<T as Trait>::f", "<T as Trait>::f");
    expect("", "::f", "::f");
    expect("<<<<<::f", "<<<<<::f", "<<<<<::f");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_come_back),
        cmocka_unit_test(other_parts_stay_out),
        cmocka_unit_test(other_names_stay),
        cmocka_unit_test(long_names_have_heads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
