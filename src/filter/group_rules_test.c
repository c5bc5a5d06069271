/* Unit tests of groups of functions. */
#include "filter/group_rules.h"

#include "testing/sketch.h"
#include "testing/test.h"

static void expect(const char *rules, const char *stacks, const char *grouped) {
    struct arena a = {0};
    struct err e = {0};
    struct group_rules read;
    struct profile view = sketch_profile(&a, stacks);
    assert_true(group_rules_read(&a, STR("g"), str_from(rules), &read, &e));
    group_rules_apply(&a, &view, &read);
    assert_string_equal(sketch_show(&a, &view).ptr, grouped);
    arena_release(&a);
}

static void expect_error(const char *rules, const char *message) {
    struct arena a = {0};
    struct err e = {0};
    struct group_rules read;
    assert_false(group_rules_read(&a, STR("g"), str_from(rules), &read, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
    arena_release(&a);
}

static void the_first_match_counts(void **state) {
    (void)state;
    expect("^net/ -> network\n. -> rest\n", "main;net/http;io 1\n", "rest;network;rest 1\n");
    expect(". -> rest\n^net/ -> network\n", "main;net/http;io 1\n", "rest;rest;rest 1\n");
    expect("x -> X\n", "main;x 1\n", "(other);X 1\n");
    expect("", "main 1\n", "(other) 1\n");
}

static void names_files_and_mappings_match(void **state) {
    (void)state;
    expect("a[.]c -> A\nmain -> M\n", "main;f@a.c 1\n", "M;A 1\n");
    expect("main -> M\nPROG -> P\n", "main;f 1\n", "M;P 1\n");
}

static void lines_are_read(void **state) {
    (void)state;
    expect("# a comment\r\n\n  main  ->  the program \r\nf \xe2\x86\x92 F", "main;f 1\n", "the program;F 1\n");
    expect("f->x -> F\na b|c -> B\n", "f->x;c 1\n", "F;B 1\n");
    expect("f -> b -> c\nf.* -> d\n", "f 1\n", "d 1\n");
}

static void faults_name_file_and_line(void **state) {
    (void)state;
    expect_error("a -> A\nb\n", "g:2: the line must be PATTERN -> GROUP");
    expect_error("a ->\n", "g:1: the line must be PATTERN -> GROUP");
    expect_error("-> A\n", "g:1: the line must be PATTERN -> GROUP");
    expect_error("\n( -> A\n", "g:2: error parsing regexp: missing closing ): `(`");
    struct arena a = {0};
    VEC(str) lines = {0};
    for (int i = 0; i <= GROUP_RULES_MOST; i++) *VEC_PUSH(&a, &lines) = STR("a -> A\n");
    expect_error(str_copy(&a, str_join(&a, lines.at, lines.n, STR_EMPTY)).ptr,
                 "g:1001: there are more than 1000 rules");
    char *large = ARENA_ZERO(&a, char, GROUP_RULES_BYTES + 2);
    memset(large, '\n', GROUP_RULES_BYTES + 1);
    expect_error(large, "g: the file of groups is larger than 1024 KB");
    arena_release(&a);
}

/* Locations without functions are in the group of their mapping. */
static void addresses_are_grouped(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct group_rules read;
    struct profile view = sketch_profile(&a, "main;f 1\n");
    struct profile_location location[2] = {view.location[0], view.location[1]};
    location[1].n_lines = 0;
    view.location = location;
    assert_true(group_rules_read(&a, STR("g"), STR("PROG -> P\n"), &read, &e));
    group_rules_apply(&a, &view, &read);
    assert_string_equal(sketch_show(&a, &view).ptr, "P;P 1\n");
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_match_counts), cmocka_unit_test(names_files_and_mappings_match),
        cmocka_unit_test(lines_are_read),         cmocka_unit_test(faults_name_file_and_line),
        cmocka_unit_test(addresses_are_grouped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
