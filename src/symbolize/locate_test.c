/* Unit tests of symbolize/locate.c. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/build.h"
#include "symbolize/symbolize.h"
#include "testing/test.h"

/* A profile of two locations, with a mapping of that file and build ID if `file` is given. */
static struct profile make(struct arena *a, const char *file, const char *build_id) {
    struct build b;
    struct profile p;
    struct err e = {0};
    build_init(&b, a);
    map_id mapping = PROFILE_NONE;
    if (file)
        mapping = build_mapping(&b, (struct profile_mapping){.limit = UINT64_MAX,
                                                             .file = build_string(&b, str_from(file)),
                                                             .build_id = build_string(&b, str_from(build_id))});
    for (uint64_t i = 1; i <= 2; i++)
        build_location(&b, (struct profile_location){.address = i, .mapping = mapping}, NULL, 0);
    assert_true(build_seal(&b, &p, &e));
    return p;
}

static const char *file_of(struct arena *a, const struct profile *p) {
    return str_c(a, profile_str(p, p->mapping[0].file));
}

static void a_profile_without_mappings_gets_one(void **state) {
    (void)state;
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    struct profile p = make(&a, NULL, NULL);
    const struct profile_location *before = p.location;
    struct symbolize_locate how = {
        .search_path = STR("/nonexistent"), .exec_name = STR("/bin/x"), .build_id = STR("ab")};
    symbolize_locate_binaries(&a, &p, &how, &notes);
    assert_int_equal(p.n_mappings, 1);
    assert_int_equal(p.mapping[0].id, 1);
    assert_int_equal(p.mapping[0].limit, 0);
    assert_int_equal(p.location[0].mapping, 0);
    assert_int_equal(p.location[1].mapping, 0);
    assert_int_equal(before[0].mapping, PROFILE_NONE); /* the columns behind the view are unchanged */
    assert_string_equal(file_of(&a, &p), "/bin/x");
    assert_string_equal(str_c(&a, profile_str(&p, p.mapping[0].build_id)), "ab");
    assert_int_equal(notes.n, 0);
    arena_release(&a);
}

static void a_build_id_that_is_there_stays(void **state) {
    (void)state;
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    struct profile p = make(&a, "/gone/x", "cd");
    struct symbolize_locate how = {.search_path = STR("/nonexistent"), .build_id = STR("ab")};
    symbolize_locate_binaries(&a, &p, &how, &notes);
    assert_string_equal(file_of(&a, &p), "/gone/x");
    assert_string_equal(str_c(&a, profile_str(&p, p.mapping[0].build_id)), "cd");
    arena_release(&a);
}

/* Puts a binary (this program) at a place below a fresh directory and checks the file found for /gone/x. */
static void expect_found(const char *build_id, const char *const *directories, const char *place, bool found,
                         const char *note) {
    struct arena a = {0};
    struct notes notes = {.arena = &a};
    char root[TEST_PATH_MAX], self[4096];
    assert_true(test_folder(root));
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = 0;
    for (size_t i = 0; directories[i]; i++)
        assert_int_equal(mkdir(str_format(&a, "%s/%s", root, directories[i]).ptr, 0700), 0);
    const char *path = str_format(&a, "%s/%s", root, place).ptr;
    assert_int_equal(symlink(self, path), 0);
    struct profile p = make(&a, "/gone/x", build_id);
    struct symbolize_locate how = {.search_path = str_format(&a, "/nonexistent:%s", root)};
    symbolize_locate_binaries(&a, &p, &how, &notes);
    assert_string_equal(file_of(&a, &p), found ? path : "/gone/x");
    assert_int_equal(notes.n, note ? 1 : 0);
    if (note) assert_true(str_has_prefix(notes.at[0].text, str_format(&a, note, root)));
    unlink(path);
    size_t last = 0;
    while (directories[last]) last++;
    while (last-- > 0) rmdir(str_format(&a, "%s/%s", root, directories[last]).ptr);
    rmdir(root);
    arena_release(&a);
}

static void binaries_are_found_by_name(void **state) {
    (void)state;
    static const char *const none[] = {NULL}, *const gone[] = {"gone", NULL},
                             *const debug[] = {"gone", "gone/.debug", NULL},
                             *const usr[] = {"usr", "usr/lib", "usr/lib/debug", "usr/lib/debug/gone", NULL};
    expect_found("", none, "x", true, NULL);
    expect_found("", none, "y", false, NULL);
    expect_found("", gone, "gone/x", true, NULL);
    expect_found("", gone, "gone/x.debug", true, NULL);
    expect_found("", debug, "gone/.debug/x.debug", true, NULL);
    expect_found("", usr, "usr/lib/debug/gone/x.debug", true, NULL);
}

static void other_builds_are_passed_over(void **state) {
    (void)state;
    static const char *const none[] = {NULL}, *const id[] = {"abcdef", NULL};
    expect_found("abcdef", none, "x", false, "Ignoring local file %s/x: build-id mismatch (abcdef != ");
    expect_found("abcdef", id, "abcdef/z", false, "Ignoring local file %s/abcdef/z: build-id mismatch (abcdef != ");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_without_mappings_gets_one),
        cmocka_unit_test(a_build_id_that_is_there_stays),
        cmocka_unit_test(binaries_are_found_by_name),
        cmocka_unit_test(other_builds_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
