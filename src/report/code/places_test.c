/* Unit tests of report/code/places.c. */
#include "report/code/places.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing/test.h"

struct site {
    struct arena arena;
    char dir[PATH_MAX];
    VEC(str) made; /* files and folders, to be removed from the end */
};

static void put(struct site *s, const char *name, const char *text) {
    str path = str_format(&s->arena, "%s/%s", s->dir, name);
    for (size_t i = strlen(s->dir) + 1; i < path.len; i++) {
        str folder = str_copy(&s->arena, str_slice(path, 0, i));
        if (path.ptr[i] == '/' && mkdir(folder.ptr, 0700) == 0) *VEC_PUSH(&s->arena, &s->made) = folder;
    }
    int fd = open(path.ptr, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    *VEC_PUSH(&s->arena, &s->made) = path;
}

static int set_up(void **state) {
    static struct site s;
    char folder[TEST_PATH_MAX];
    s = (struct site){.arena = {0}};
    if (!test_folder(folder) || !realpath(folder, s.dir)) return -1;
    *state = &s;
    return 0;
}

static int tear_down(void **state) {
    struct site *s = *state;
    while (s->made.n) remove(s->made.at[--s->made.n].ptr);
    remove(s->dir);
    arena_release(&s->arena);
    return 0;
}

static struct places_scope scope_of(struct site *s, const char *search_path) {
    return (struct places_scope){
        .search_path = str_format(&s->arena, "%s%s", s->dir, search_path),
        .trim_path = STR_EMPTY,
        .only_below = STR_EMPTY,
        .go = {.root = str_format(&s->arena, "%s/goroot", s->dir),
               .root_named = true,
               .module_caches = str_format(&s->arena, "%s/one:%s/cache", s->dir, s->dir)},
    };
}

/* The first place that exists is dir/want; NULL: no place exists. */
static void expect(struct site *s, const struct places_scope *scope, const char *path, const char *want) {
    struct places_source of = {str_from(path), STR_EMPTY};
    struct places_list list = places_find(&s->arena, places_new(&s->arena, scope), &of);
    const char *got = NULL;
    for (size_t i = 0; i < list.n && !got; i++)
        if (access(str_c(&s->arena, list.at[i]), F_OK) == 0) got = str_c(&s->arena, list.at[i]);
    if (!want) {
        assert_null(got);
        return;
    }
    assert_non_null(got);
    assert_string_equal(got, str_format(&s->arena, "%s/%s", s->dir, want).ptr);
}

static void modules_are_found_by_their_name(void **state) {
    struct site *s = *state;
    put(s, "proj/go.mod", "// the module\n\nmodule \"example.com/shop\"\n");
    put(s, "proj/cart/cart.go", "");
    put(s, "proj/deep/er/x.txt", "");
    struct places_scope scope = scope_of(s, "/proj/deep/er");
    expect(s, &scope, "example.com/shop/cart/cart.go", "proj/cart/cart.go");
    expect(s, &scope, "example.com/shop@v1.2.3/cart/cart.go", "proj/cart/cart.go");
    expect(s, &scope, "/go/pkg/mod/example.com/shop@v1.2.3/cart/cart.go", "proj/cart/cart.go");
    expect(s, &scope, "example.com/shops/cart/cart.go", NULL);
    expect(s, &scope, "example.com/other/cart/cart.go", NULL);
}

static void dependencies_are_in_the_cache_or_in_vendor(void **state) {
    struct site *s = *state;
    put(s, "cache/github.com/!burnt!sushi/toml@v1.3.2/Decode.go", "");
    put(s, "cache/dep.org/x@v0.1.0/sub/x.go", "");
    put(s, "proj/go.mod", "module m\n");
    put(s, "proj/vendor/dep.org/y/y.go", "");
    put(s, "proj/cmd/x.txt", "");
    struct places_scope scope = scope_of(s, "/proj/cmd");
    expect(s, &scope, "github.com/BurntSushi/toml@v1.3.2/Decode.go",
           "cache/github.com/!burnt!sushi/toml@v1.3.2/Decode.go");
    expect(s, &scope, "/home/a.b/mod/github.com/!burnt!sushi/toml@v1.3.2/Decode.go",
           "cache/github.com/!burnt!sushi/toml@v1.3.2/Decode.go");
    expect(s, &scope, "dep.org/x@v0.1.0/sub/x.go", "cache/dep.org/x@v0.1.0/sub/x.go");
    expect(s, &scope, "dep.org/x@v0.2.0/sub/x.go", NULL);
    expect(s, &scope, "dep.org/y@v1.0.0/y.go", "proj/vendor/dep.org/y/y.go");
    expect(s, &scope, "/build/vendor/dep.org/y/y.go", "proj/vendor/dep.org/y/y.go");
}

static void standard_packages_need_the_same_version(void **state) {
    struct site *s = *state;
    put(s, "goroot/VERSION", "go1.22.3\ntime 2024\n");
    put(s, "goroot/src/fmt/print.go", "");
    put(s, "bin/new",
        "text \xff Go buildinf:\x08\x02"
        "and sixteen byte\x08go1.22.3 and more than sixty bytes behind it, "
        "as every binary has, and a few more of them");
    struct places_scope scope = scope_of(s, "");
    expect(s, &scope, "/nowhere/go/src/fmt/print.go", "goroot/src/fmt/print.go");
    expect(s, &scope, "/nowhere/Cellar/go/1.22.3/libexec/src/fmt/print.go", "goroot/src/fmt/print.go");
    expect(s, &scope, "/nowhere/Cellar/go/1.22.1/libexec/src/fmt/print.go", NULL);
    expect(s, &scope, "/root/sdk/go1.22/src/fmt/print.go", NULL);
    expect(s, &scope, "/nowhere/go-1.22/src/fmt/print.go", NULL);
    expect(s, &scope, "/home/me/src/fmt/print.go", NULL); /* may be any package */
    expect(s, &scope, "fmt/print.go", "goroot/src/fmt/print.go");
    expect(s, &scope, "example.com/fmt/print.go", NULL);

    scope.go.root_named = false;
    expect(s, &scope, "fmt/print.go", NULL);
    struct places_source of = {STR("fmt/print.go"), str_format(&s->arena, "%s/bin/new", s->dir)};
    struct places_list list = places_find(&s->arena, places_new(&s->arena, &scope), &of);
    assert_int_equal(list.n, 1);
    assert_true(str_has_suffix(list.at[0], STR("/goroot/src/fmt/print.go")));
}

static void named_folders_are_searched_for_the_end_of_a_path(void **state) {
    struct site *s = *state;
    put(s, "renamed/pkg/a.c", "");
    put(s, "renamed/a.c", "");
    struct places_scope scope = scope_of(s, "/renamed");
    expect(s, &scope, "/build/proj/pkg/a.c", NULL);
    expect(s, &scope, "C:\\build\\proj\\pkg\\a.c", NULL);
    str found,
        prefix = places_find_prefix(&s->arena, places_new(&s->arena, &scope), STR("/build/proj/pkg/a.c"), &found);
    assert_true(str_equal(prefix, STR("/build/proj")));
    assert_true(str_has_suffix(found, STR("/renamed/pkg/a.c")));
    prefix = places_find_prefix(&s->arena, places_new(&s->arena, &scope), STR("C:\\b\\pkg\\a.c"), &found);
    assert_true(str_equal(prefix, STR("/b")));
    prefix = places_find_prefix(&s->arena, places_new(&s->arena, &scope), STR("/build/b.c"), &found);
    assert_int_equal(prefix.len, 0);

    scope.named = true;
    expect(s, &scope, "/build/proj/pkg/a.c", "renamed/pkg/a.c");
    expect(s, &scope, "/build/proj/a.c", "renamed/a.c");
    expect(s, &scope, "C:\\build\\proj\\pkg\\a.c", "renamed/pkg/a.c");

    scope.named = false;
    scope.trim_path = STR("C:\\build\\proj");
    expect(s, &scope, "C:\\build\\proj\\pkg\\a.c", "renamed/pkg/a.c");
}

/* Names in profiles are untrusted. */
static void lists_are_bounded(void **state) {
    struct site *s = *state;
    struct places_scope scope = scope_of(s, ":/a:/b:/c:/d");
    scope.named = true;
    char path[8000];
    for (size_t i = 0; i < sizeof path; i++) path[i] = ".@v1/vendor/"[i % 12];
    struct places_source of = {{path, sizeof path}, {path, sizeof path}};
    assert_int_equal(places_find(&s->arena, places_new(&s->arena, &scope), &of).n, PLACES_MOST);
    static const char *const strange[] = {"", "/", "//", ".", "@v1", "C:\\", "\\", "vendor/", "go/src/", "a@v1/"};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        str found;
        of = (struct places_source){str_from(strange[i]), STR_EMPTY};
        places_find(&s->arena, places_new(&s->arena, &scope), &of);
        places_find_prefix(&s->arena, places_new(&s->arena, &scope), of.path, &found);
    }
    assert_true(places_open((str){"/a\0b", 4}, STR_EMPTY, NULL) < 0);
    put(s, "in/x", "");
    str x = str_format(&s->arena, "%s/in/x", s->dir);
    bool outside = false;
    int fd = places_open_regular(x, str_format(&s->arena, "%s/in", s->dir), &outside);
    assert_true(fd >= 0);
    close(fd);
    assert_true(places_open_regular(str_format(&s->arena, "%s/none", s->dir), str_format(&s->arena, "%s/out", s->dir),
                                    &outside) < 0);
    assert_false(outside);
    assert_true(places_open_regular(x, str_format(&s->arena, "%s/out", s->dir), &outside) < 0);
    assert_true(outside);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(modules_are_found_by_their_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dependencies_are_in_the_cache_or_in_vendor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(standard_packages_need_the_same_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(named_folders_are_searched_for_the_end_of_a_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_are_bounded, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
