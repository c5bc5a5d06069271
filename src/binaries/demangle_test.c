/* Unit tests of binaries/demangle.c and demangle_rust.c. */
#include <string.h>

#include "base/sink.h"
#include "binaries/demangle.h"
#include "symbolize/symbolize.h"
#include "testing/test.h"

/* The expected names were printed by pprof for functions with these system names. */
static const struct {
    const char *system_name, *plain, *templates, *full;
} cases[] = {
    {"_ZN3foo3barEi.isra.2.cold", "foo::bar", "foo::bar", "foo::bar(int)"},
    {"_ZN3foo3barEi.part.0", "foo::bar", "foo::bar", "foo::bar(int)"},
    {"__ZN3foo3barEi", "foo::bar", "foo::bar", "foo::bar(int)"},
    {"_ZN4core3ptr13drop_in_place17h0123456789abcdefE", "core::ptr::drop_in_place", "core::ptr::drop_in_place",
     "core::ptr::drop_in_place"},
    {"_RNvC6_123foo3bar", "123foo::bar", "123foo::bar", "123foo::bar"},
    {"_Z3fooIiEvT_", "foo", "foo<int>", "void foo<int>(int)"},
    {"_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector::push_back",
     "std::vector<int, std::allocator<int> >::push_back",
     "std::vector<int, std::allocator<int> >::push_back(int const&)"},
    {"_ZZ4mainENKUliE_clEi", "main::{lambda(int)#1}::operator()", "main::{lambda(int)#1}::operator()",
     "main::{lambda(int)#1}::operator()(int) const"},
    {"_ZZ3fooiENKUliE_clEi", "foo()::{lambda(int)#1}::operator()", "foo()::{lambda(int)#1}::operator()",
     "foo(int)::{lambda(int)#1}::operator()(int) const"},
    {"_ZN1AcvT_IiEEv", "A::operator int", "A::operator int<int>", "A::operator int<int>()"},
    {"_ZNK3$_0clEv", "$_0::operator()", "$_0::operator()", "$_0::operator()() const"},
    {"std::vector<int>::push(int) const", "std::vector::push const", "std::vector<int>::push const",
     "std::vector<int>::push(int) const"},
    {"operator()(int)::x", "operator::x", "operator::x", "operator()(int)::x"},
    {"std::operator<< <char>(a)", "std::operator<< <char>", "std::operator<< <char>", "std::operator<< <char>(a)"},
    {"a<b>(c)::d", "a::d", "a<b>::d", "a<b>(c)::d"},
    {"a::)b(c)", "a::)b(c)", "a::)b(c)", "a::)b(c)"},
    {"fn(int)", "fn(int)", "fn(int)", "fn(int)"},
    {"a::b(c", "a::b(c", "a::b(c", "a::b(c"},
    {"java.util.<init>(x)", "java.util.<init>(x)", "java.util.<init>(x)", "java.util.<init>(x)"},
    {"main.(*T[...]).M", "main.(*T[...]).M", "main.(*T[...]).M", "main.(*T[...]).M"},
    {"x[1]", "x[1]", "x[1]", "x[1]"},
    {"_GLOBAL__sub_I_main", "_GLOBAL__sub_I_main", "_GLOBAL__sub_I_main", "_GLOBAL__sub_I_main"},
    {"_GLOBAL__I__Z3foov", "global constructors keyed to foo()", "global constructors keyed to foo()",
     "global constructors keyed to foo()"},
    {"_GLOBAL__D_x", "global destructors keyed to _D_x", "global destructors keyed to _D_x",
     "global destructors keyed to _D_x"},
    {"___Z3foov_block_invoke_2", "invocation function for block in foo", "invocation function for block in foo",
     "invocation function for block in foo()"},
    {"_ZNSsC1Ev", "std::basic_string::basic_string",
     "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string",
     "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string()"},
    {"_ZN1BCI21AEi", "B::B", "B::B", "B::B(int)"},
    {"_ZZN1S1fEiiEd0_NKUlvE_clEv", "S::f()::{default arg#2}::{lambda()#1}::operator()",
     "S::f()::{default arg#2}::{lambda()#1}::operator()",
     "S::f(int, int)::{default arg#2}::{lambda()#1}::operator()() const"},
    {"_ZTv0_n24_N3foo1xEi", "virtual thunk to foo::x(int)", "virtual thunk to foo::x(int)",
     "virtual thunk to foo::x(int)"},
    {"_ZN1AlsIiEEvT_", "A::operator<<", "A::operator<< <int>", "void A::operator<< <int>(int)"},
    {"_ZN5clang4ento7CheckerINS0_5check7PreStmtINS_10ReturnStmtEEEJEEC2Ev", "clang::ento::Checker::Checker",
     "clang::ento::Checker<clang::ento::check::PreStmt<clang::ReturnStmt> >::Checker",
     "clang::ento::Checker<clang::ento::check::PreStmt<clang::ReturnStmt> >::Checker()"},
    {"_ZN1nL1fIXadL_ZNS_1gIiEEvT_EEEEvv", "n::f", "n::f<&(n::g<int>)>", "void n::f<&(n::g<int>)>()"},
    {"_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<>", "std::mem::align_of::<usize>",
     "std::mem::align_of::<usize>"},
    {"_RNvYINtNtNtCsgEmfK2I1SDS_4core5slice4iter7IterMutmENtNtNtNtB9_"
     "4iter8adapters3zip27TrustedRandomAccessNoCoerce4sizeCsfEOYDRpO4Ta_11miniz_oxide",
     "<core::slice::iter::IterMut<> as core::iter::adapters::zip::TrustedRandomAccessNoCoerce>::size",
     "<core::slice::iter::IterMut<u32> as core::iter::adapters::zip::TrustedRandomAccessNoCoerce>::size",
     "<core::slice::iter::IterMut<u32> as core::iter::adapters::zip::TrustedRandomAccessNoCoerce>::size"},
    {"_RNvMs_NtC1a1bINtB4_1SjE1f", "<a::b::S<>>::f", "<a::b::S<usize>>::f", "<a::b::S<usize>>::f"},
    {"_RNvXC1aRhNtB2_1T1f", "<&u8 as a::T>::f", "<&u8 as a::T>::f", "<&u8 as a::T>::f"},
    {"_RINvC1a1fKj1f_Kan7f_Kb1_Kcea_Kh0_Kc27_Ah3_TjEE", "_RINvC1a1fKj1f_Kan7f_Kb1_Kcea_Kh0_Kc27_Ah3_TjEE",
     "_RINvC1a1fKj1f_Kan7f_Kb1_Kcea_Kh0_Kc27_Ah3_TjEE", "_RINvC1a1fKj1f_Kan7f_Kb1_Kcea_Kh0_Kc27_Ah3_TjEE"},
    {"_RNvC1au9Gdel_5qa", "_RNvC1au9Gdel_5qa", "_RNvC1au9Gdel_5qa", "_RNvC1au9Gdel_5qa"},
    {"_ZN3foo17hb9a1c2d3e4f5a6b7E", "foo", "foo", "foo"},
    {"_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
     "_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
     "_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
     "_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE"},
    {"_ZZN2Op3setESt8functionIFviEEENUliE_C1EOS2_", "Op::set()::{lambda(int)#1}::{lambda(int)#1}",
     "Op::set()::{lambda(int)#1}::{lambda(int)#1}",
     "Op::set(std::function<void (int)>)::{lambda(int)#1}::{lambda(int)#1}(std::function<void (int)>&&)"},
    {"_ZZN2Op3setESt8functionIFviEEENUliE_D2Ev", "Op::set()::{lambda(int)#1}::~{lambda(int)#1}",
     "Op::set()::{lambda(int)#1}::~{lambda(int)#1}",
     "Op::set(std::function<void (int)>)::{lambda(int)#1}::~{lambda(int)#1}()"},
    {"_ZN1A1BUt_D1Ev", "A::B::{unnamed type#1}::~{unnamed type#1}", "A::B::{unnamed type#1}::~{unnamed type#1}",
     "A::B::{unnamed type#1}::~{unnamed type#1}()"},
    {"_ZN1A1BUt_C2Ev", "A::B::{unnamed type#1}::{unnamed type#1}", "A::B::{unnamed type#1}::{unnamed type#1}",
     "A::B::{unnamed type#1}::{unnamed type#1}()"},
    {"_Z1fIJEEbiDpT_c", "f", "f<>", "bool f<>(int, char)"},
    {"_Z1fIJEJEEviDpT_DpT0_c", "f", "f<>", "void f<>(int, char)"},
    {"_ZN1a5rangeISt6vectorIiSaIiEEEEDTclsr3stdE5beginclsr3stdE7declvalIRT_EEEEv", "a::range",
     "a::range<std::vector<int, std::allocator<int> > >",
     "decltype (std::begin(std::declval<std::vector<int, std::allocator<int> >&>())) a::range<std::vector<int, "
     "std::allocator<int> > >()"},
    {"_ZN4DLCL8DLFutureIiE3setINS_1fIFivEEEEEvT_", "DLCL::DLFuture::set", "DLCL::DLFuture<int>::set<DLCL::f<int ()> >",
     "void DLCL::DLFuture<int>::set<DLCL::f<int ()> >(DLCL::f<int ()>)"},
    {"_ZN1nL1gIXadL_ZNK1A1fEvEEEEvv", "n::g", "n::g<&(A::f() const)>", "void n::g<&(A::f() const)>()"},
    {"_RNvXC1aFG0_QhEuNtC1b1T1m", "<for<'a, 'b> fn(&mut u8) as b::T>::m", "<for<'a, 'b> fn(&mut u8) as b::T>::m",
     "<for<'a, 'b> fn(&mut u8) as b::T>::m"},
    {"_RNvYDG_INtC1a1FRL0_hEEL_NtC1b1T1m", "<dyn for<'a> a::F<> as b::T>::m", "<dyn for<'a> a::F<&'a u8> as b::T>::m",
     "<dyn for<'a> a::F<&'a u8> as b::T>::m"},
    {"_RNvMs_C1aINtB4_1SKc27_Kc5c_E1m", "<a::S<>>::m", "<a::S<'\\'', '\\\\'>>::m", "<a::S<'\\'', '\\\\'>>::m"},
    {"_RNvXC1aINtB2_4aforhENtB2_1T1m", "<a::afor<> as a::T>::m", "<a::afor<u8> as a::T>::m",
     "<a::afor<u8> as a::T>::m"},
    {"_Z", "_Z", "_Z", "_Z"},
    {"_R", "_R", "_R", "_R"},
    {"_", "_", "_", "_"},
};

static void expect(struct arena *a, const char *system_name, enum demangle_mode mode, const char *expected) {
    str name = demangle_function(a, str_from(system_name), mode);
    if (!str_equal(name, str_from(expected))) print_error("%s in mode %d\n", system_name, (int)mode);
    assert_string_equal(str_c(a, name), expected);
}

static void names_as_pprof_has_them(void **state) {
    (void)state;
    struct arena a = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect(&a, cases[i].system_name, DEMANGLE_DEFAULT, cases[i].plain);
        expect(&a, cases[i].system_name, DEMANGLE_TEMPLATES, cases[i].templates);
        expect(&a, cases[i].system_name, DEMANGLE_FULL, cases[i].full);
    }
    arena_release(&a);
}

/* Names that pprof gets wrong. The expected ones were printed by c++filt and rustc-demangle. */
static void names_are_right_where_pprof_errs(void **state) {
    (void)state;
    struct arena a = {0};
    expect(&a, "_RNCNCNCNvC1a1f00s_0C1b", DEMANGLE_FULL, "a::f::{closure#0}::{closure#0}::{closure#1}");
    expect(&a, "_RNvNCNvC1a1f010___CALLSITE", DEMANGLE_FULL, "a::f::{closure#0}::__CALLSITE");
    expect(&a, "_ZN1a10checkedAddIiEENSt9enable_ifIXsr3std9is_signedIT_EE5valueENS_1OIS2_EEE4typeES2_", DEMANGLE_FULL,
           "std::enable_if<std::is_signed<int>::value, a::O<int> >::type a::checkedAdd<int>(int)");
    expect(&a, "_ZSt11make_sharedI1AJEESt10shared_ptrINSt9enable_ifIXntsr8is_arrayIT_EE5valueES3_E4typeEEDpOT0_",
           DEMANGLE_FULL, "std::shared_ptr<std::enable_if<!is_array<A>::value, A>::type> std::make_shared<A>()");
    arena_release(&a);
}

static void what_is_no_symbol_comes_back_itself(void **state) {
    (void)state;
    struct arena a = {0};
    static const char *const names[] = {"main.f", "_Zx", "_ZN", "_RNv", "", "_ZN3foo3barE\x01"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        str s = str_from(names[i]);
        assert_ptr_equal(demangle_name(&a, s, DEMANGLE_DEFAULT).ptr, s.ptr);
        assert_ptr_equal(demangle_function(&a, s, DEMANGLE_FULL).ptr, s.ptr);
    }
    arena_release(&a);
}

/* Each type of the symbol is twice as long as the one before. */
static void doubling_symbols_stay_as_they_are(void **state) {
    (void)state;
    struct arena a = {0};
    struct sink s;
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    sink_to_memory(&s);
    sink_text(&s, "_Z1fI1pIiiE");
    for (int i = 0; i < 17; i++) sink_printf(&s, "1qIS%c_S%c_E", digit[2 * i], digit[2 * i]);
    for (int i = 0; i < 40; i++) sink_text(&s, "1qISX_SX_E");
    sink_text(&s, "EvT_");
    for (int mode = DEMANGLE_DEFAULT; mode <= DEMANGLE_FULL; mode++)
        assert_true(demangle_function(&a, sink_bytes(&s), (enum demangle_mode)mode).len < 1 << 20);
    assert_true(a.total < 64 << 20);
    struct err e = {0};
    assert_true(sink_close(&s, &e));
    arena_release(&a);
}

static void deep_symbols_stay_as_they_are(void **state) {
    (void)state;
    struct arena a = {0};
    char deep[40000];
    for (size_t n = 1000; n < sizeof deep; n *= 3) {
        memset(deep, 'P', n);
        memcpy(deep, "_Z1f", 4);
        demangle_name(&a, (str){deep, n}, DEMANGLE_FULL); /* success or failure are both fine; it must return */
        memcpy(deep, "_RI", 3);
        demangle_name(&a, (str){deep, n}, DEMANGLE_FULL);
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_as_pprof_has_them),
        cmocka_unit_test(names_are_right_where_pprof_errs),
        cmocka_unit_test(what_is_no_symbol_comes_back_itself),
        cmocka_unit_test(doubling_symbols_stay_as_they_are),
        cmocka_unit_test(deep_symbols_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
