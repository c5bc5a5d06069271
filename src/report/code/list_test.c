/* Unit tests of report/code/list.c. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "testing/report_profile.h"
#include "testing/test.h"

static struct { char dir[TEST_PATH_MAX]; } place;

static int set_up(void **state) {
    (void)state;
    return test_folder(place.dir) ? 0 : -1;
}
static int tear_down(void **state) {
    (void)state;
    struct arena a = {0};
    unlink(str_format(&a, "%s/w.c", place.dir).ptr);
    arena_release(&a);
    return rmdir(place.dir);
}

static void check(struct test_profile *t, str pattern, const char *want) {
    struct err e = {0};
    t->in.pattern = pattern;
    t->in.regex = regex_compile(&t->arena, pattern, &e);
    assert_non_null(t->in.regex);
    str got = test_run(t, report_list, &e);
    if (!got.len) got = str_copy(&t->arena, str_from(err_text(&e)));
    assert_true(str_equal(got, str_from(want)));
    err_clear(&e);
}

static void begin(struct test_profile *t) {
    struct err e = {0};
    test_begin(t);
    struct build *b = &t->build;
    func_id unknown = test_function(b, STR("unknown"), STR_EMPTY, 0);
    loc_id lost =
        build_location(b, (struct profile_location){.mapping = PROFILE_NONE}, &(struct profile_line){unknown, 0, 0}, 1);
    /* its start line is below its samples */
    func_id late = test_function(b, STR("late"), STR("gone.c"), 100);
    loc_id below =
        build_location(b, (struct profile_location){.mapping = PROFILE_NONE}, &(struct profile_line){late, 3, 0}, 1);
    build_sample(b, (loc_id[]){t->work, t->main}, 2, (int64_t[]){1, 10}, NULL, 0);
    build_sample(b, (loc_id[]){t->work, t->work, lost, below}, 4, (int64_t[]){1, 30}, NULL, 0);
    assert_true(test_seal(t, &e));
    t->profile.shown = (struct profile_shown){.function = true, .file = true, .line = true};
    t->options.source_path = str_from(place.dir);
    t->in.value.total = 40;
}

static void source_lines(void **state) {
    (void)state;
    struct test_profile t;
    begin(&t);
    struct arena a = {0};
    int fd = open(str_format(&a, "%s/w.c", place.dir).ptr, O_WRONLY | O_CREAT, 0600);
    const str source = STR("1\n2\nint step\n\tx\r\n5\n6\n7\n8\n9\nint work\n11\n12\n13\n14");
    assert_int_equal(write(fd, source.ptr, source.len), source.len);
    close(fd);
    arena_release(&a);
    check(&t, STR("^(step|work)$"),
          "Total: 40ns\n"
          "ROUTINE ======================== step in w.c\n"
          "      40ns       40ns (flat, cum)   100% of Total\n"
          "         .          .      3:int step\n"
          "      40ns       40ns      4:\tx\n"
          "         .          .      5:5\n"
          "         .          .      6:6\n"
          "         .          .      7:7\n"
          "         .          .      8:8\n"
          "         .          .      9:9\n"
          "ROUTINE ======================== work in w.c\n"
          "         0       40ns (flat, cum)   100% of Total\n"
          "         .          .     10:int work\n"
          "         .          .     11:11\n"
          "         .       40ns     12:12\n"
          "         .          .     13:13\n"
          "         .          .     14:14\n");
    test_end(&t);
}

static void without_source(void **state) {
    (void)state;
    struct test_profile t;
    begin(&t);
    check(&t, STR("main"),
          str_format(&t.arena,
                     "Total: 40ns\nROUTINE ======================== main in m.c\n"
                     "         0       10ns (flat, cum) 25.00%% of Total\n"
                     " Error: could not find file m.c on path %s\n",
                     place.dir)
              .ptr);
    check(&t, STR("unknown"), "Total: 40ns\nNo source information for unknown\n");
    check(&t, STR("late"),
          "Total: 40ns\nROUTINE ======================== late in gone.c\n"
          "         0       30ns (flat, cum) 75.00% of Total\n");
    check(&t, STR("w[.]c"), "no matches found for regexp: w[.]c"); /* matches names only, not files */
    test_end(&t);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(source_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_source, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
