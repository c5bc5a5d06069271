/* Unit tests of gate/own.c. */
#include "gate/own.h"
#include "testing/test.h"

/* Names and files as the profilers of each language write them. */
static void own_code_by_language(void **state) {
    (void)state;
    static const struct {
        const char *name, *file;
        bool own;
    } row[] = {
        {"runtime.gopark", "/usr/local/go/src/runtime/proc.go", false},
        {"runtime.gopark", "", false},
        {"net/http.(*conn).serve", "net/http/server.go", false},
        {"internal/poll.(*FD).Read", "", false},
        {"vendor/golang.org/x/net/http2/hpack.(*Decoder).Write", "", false},
        {"main.main", "/home/u/shop/main.go", true},
        {"main.main", "", true},
        {"example.com/shop/internal/net.Dial", "example.com/shop/internal/net/net.go", true},
        {"shop/web.(*Shop).Do", "shop/web/web.go", true},
        {"runtime.asyncPreempt", "runtime/preempt_amd64.s", false},
        {"java.util.HashMap.get", "HashMap.java", false},
        {"java.util.HashMap.get", "", false},
        {"java/util/HashMap.getNode", "", false},
        {"com/shop/Cart.add", "", true},
        {"com.shop.Cart.add", "Cart.java", true},
        {"kotlin.collections.sumOf", "Collections.kt", false},
        {"dumps", "/usr/lib/python3.11/json/__init__.py", false},
        {"get", "/usr/lib/python3.11/site-packages/requests/api.py", true},
        {"handler", "/srv/shop/app.py", true},
        {"_bootstrap", "<frozen importlib._bootstrap>", false},
        {"readSync", "node:fs", false},
        {"(program)", "", false},
        {"render", "file:///srv/shop/render.js", true},
        {"core::ptr::read", "/rustc/90b35a6239/library/core/src/ptr/mod.rs", false},
        {"<alloc::vec::Vec<T> as core::ops::Drop>::drop", "", false},
        {"shop::cart::add", "src/cart.rs", true},
        {"std::vector<int>::push_back", "/usr/include/c++/12/bits/stl_vector.h", false},
        {"__libc_start_main", "", false},
        {"parse_line", "parse.cc", true},
        {"main", "", true},
        {"", "", false},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (own_is_function(str_from(row[i].name), str_from(row[i].file)) != row[i].own)
            fail_msg("%s of %s", row[i].name, row[i].file);
}

static void own_code_by_mapping(void **state) {
    (void)state;
    static const char *const own[] = {"/srv/shop", "", "/usr/lib/libshop.so", "/opt/libcurl.so.4"};
    static const char *const other[] = {"/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2",
                                        "/usr/lib/libstdc++.so.6",         "[vdso]",
                                        "[kernel.kallsyms]_text",          "/lib/libpthread-2.31.so"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) assert_true(own_is_mapping(str_from(own[i])));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) assert_false(own_is_mapping(str_from(other[i])));
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_code_by_language),
        cmocka_unit_test(own_code_by_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
