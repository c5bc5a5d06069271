/* Unit tests of gate/checkout.c. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gate/checkout.h"
#include "testing/test.h"

static void is(const char *file, const char *want) {
    struct arena a = {0};
    str got = checkout_file(&a, str_from(file));
    if (!str_equal(got, str_from(want))) fail_msg("%s: got \"%.*s\", want \"%s\"", file, STR_ARG(got), want);
    arena_release(&a);
}

static void touch(const char *path) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

/* Runs in a folder of its own: web/page.go and main.go are in it, other/secret.go is beside it. */
static void files_of_the_checkout(void **state) {
    (void)state;
    char root[] = "/tmp/cprof-checkout-XXXXXX", before[4096], absolute[4200];
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(root));
    assert_int_equal(chdir(root), 0);
    mkdir("repo", 0700);
    mkdir("repo/web", 0700);
    mkdir("other", 0700);
    touch("repo/web/page.go");
    touch("repo/main.go");
    touch("other/secret.go");
    assert_int_equal(chdir("repo"), 0);

    is("web/page.go", "web/page.go");
    is("main.go", "main.go");
    snprintf(absolute, sizeof absolute, "%s/repo/web/page.go", root);
    is(absolute, "web/page.go");
    is("/build/shop/web/page.go", "web/page.go");
    is("example.com/shop/web/page.go", "web/page.go");
    /* a bare name may belong to any file */
    is("/usr/local/go/src/main.go", "");
    is("runtime/proc.go", "");
    is("", "");
    is("web", "");
    /* other modules' files, and ways out of the checkout */
    is("github.com/other/lib@v1.2.3/web/page.go", "");
    is("/src/vendor/web/page.go", "");
    is("../other/secret.go", "");
    is("web/../../other/secret.go", "");
    is("/x/../other/secret.go", "");
    snprintf(absolute, sizeof absolute, "%s/other/secret.go", root);
    is(absolute, "");

    assert_int_equal(chdir(root), 0);
    unlink("repo/web/page.go");
    unlink("repo/main.go");
    unlink("other/secret.go");
    rmdir("repo/web");
    rmdir("repo");
    rmdir("other");
    assert_int_equal(chdir(before), 0);
    rmdir(root);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_the_checkout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
