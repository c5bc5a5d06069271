/* Unit tests of chosen columns of top. */
#include "report/chosen.h"

#include "testing/report_sketch.h"

static struct arena a;

/* The heading and the rows; on failure the error. */
static void expect(const char *profile, const char *options, const char *text) {
    const char *got = sketch_report(&a, report_text, profile, options, NULL);
    const char *line = strstr(got, " total\n");
    assert_string_equal(line ? line + 7 : got, text);
    arena_release(&a);
}

static void columns_are_chosen(void **state) {
    (void)state;
    expect("main@m.c;f@f.c 3\nmain@m.c;g@f.c 1\n", "columns=name,flat,flat%",
           "name        flat  flat%\nf              3 75.00%\ng              1 25.00%\nmain           0     0%\n");
    expect("main@m.c;f@f.c 3\nmain@m.c;g@f.c 1\n", "columns=CUM,file,mapping,name nodecount=2",
           "Showing top 2 nodes out of 3\n       cum  file  mapping  name\n         3  f.c   PROG     f\n         1  "
           "f.c   PROG     g\n");
}

static void as_top(void **state) {
    (void)state;
    const char *top = sketch_report(&a, report_text, sketch_work, "", NULL);
    const char *chosen = sketch_report(&a, report_text, sketch_work, "columns=flat,flat%,sum%,cum,cum%,name", NULL);
    str rows = str_from(strstr(top, "cum%\n") + 5), chosen_rows = str_from(strstr(chosen, "  name\n") + 7);
    assert_true(rows.len > 0 && str_equal(rows, chosen_rows));
    arena_release(&a);
}

static void samples_count_once_a_node(void **state) {
    (void)state;
    expect("f;g;f 5\nf 1 k=v\nf 1\ng -2\n", "columns=samples,name", " samples  name\n       3  f\n       2  g\n");
}

static void several_files_are_marked(void **state) {
    (void)state;
    expect("f@x 5\nf@y 1\n", "columns=name,file,function,address,line,column,inline",
           "name  file  function  address      line   column  inline\nf     x, …  f         -               -        - "
           " -\n");
}

static void faults_are_named(void **state) {
    (void)state;
    expect("f 1\n", "columns=nmae", "-columns: there is no column nmae; did you mean name?");
    expect("f 1\n", "columns=cum,cum", "-columns: the column cum is there twice");
    expect("f 1\n", "columns=,", "-columns: no column is named");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_chosen),        cmocka_unit_test(as_top),
        cmocka_unit_test(samples_count_once_a_node), cmocka_unit_test(several_files_are_marked),
        cmocka_unit_test(faults_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
