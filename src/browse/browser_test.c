/* Unit tests of browse/browser.c, actions.c, picture.c and the views: keys go in, and the picture is read. */
#include "browse/actions.h"
#include "browse/picture.h"

#include "testing/report_profile.h"
#include "testing/test.h"

struct fixture {
    struct test_profile t;
    struct session session;
    struct options options;
    struct browser *browser;
    struct canvas canvas;
    int rows, columns;
};

/* main calls work, into which step is inlined, and other: 30, 20 and 10 ns; the count of each is 1. */
static void begin(struct fixture *f, int rows, int columns) {
    struct err e = {0};
    *f = (struct fixture){.rows = rows, .columns = columns};
    struct test_profile *t = &f->t;
    test_begin(t);
    struct build *b = &t->build;
    loc_id other = build_location(b, (struct profile_location){.mapping = PROFILE_NONE},
                                  &(struct profile_line){test_function(b, STR("other (x)"), STR("o.c"), 1), 3, 0}, 1);
    build_sample(b, (loc_id[]){t->work, t->main}, 2, (int64_t[]){1, 30}, NULL, 0);
    build_sample(b, (loc_id[]){other, t->main}, 2, (int64_t[]){1, 20}, NULL, 0);
    build_sample(b, &t->main, 1, (int64_t[]){1, 10}, NULL, 0);
    assert_true(test_seal(t, &e));
    options_defaults(&f->options);
    f->session = (struct session){.arena = &t->arena, .profile = &t->profile, .temporary_fd = -1};
    f->browser = browser_new(&f->session, &f->options, &e);
    assert_non_null(f->browser);
    canvas_clear(&f->canvas, rows, columns);
    picture_draw(f->browser, &f->canvas);
}

static void end(struct fixture *f) {
    browser_free(f->browser);
    canvas_free(&f->canvas);
    arena_release(&f->session.command);
    test_end(&f->t);
}

static void key(struct fixture *f, uint32_t k) {
    actions_take_key(f->browser, k);
    canvas_clear(&f->canvas, f->rows, f->columns);
    picture_draw(f->browser, &f->canvas);
}
static void keys(struct fixture *f, const char *text) {
    for (; *text; text++) key(f, *text == '\n' ? (uint32_t)KEYS_ENTER : (unsigned char)*text);
}

static str row(struct fixture *f, int y) { return canvas_row(&f->t.arena, &f->canvas, y < 0 ? f->rows + y : y); }
static void check_row(struct fixture *f, int y, const char *want) {
    str got = row(f, y);
    if (!str_equal(got, str_from(want))) print_error("row %d:\n%.*s\n", y, STR_ARG(got));
    assert_true(str_equal(got, str_from(want)));
}
/* The name of the selected row, below the rows. */
static void check_selected(struct fixture *f, const char *want) {
    str got = row(f, -2);
    if (!str_has_prefix(got, str_from(want))) print_error("selected: %.*s\n", STR_ARG(got));
    assert_true(str_has_prefix(got, str_from(want)));
}

static void top(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    check_row(&f, 0, " 1 top  2 tree  3 peek  4 flame  5 source                        prog");
    check_row(&f, 1, "cpu, total 60ns");
    check_row(&f, 2, "    [flat]   flat%       cum    cum%  name");
    check_row(&f, 3, "      30ns  50.00%      30ns  50.00%  step (inline)");
    check_row(&f, 4, "      20ns  33.33%      20ns  33.33%  other (x)");
    check_row(&f, 5, "      10ns  16.67%      60ns    100%  main");
    check_row(&f, 6, "         0      0%      30ns  50.00%  work");
    check_row(&f, 7, "");
    check_selected(&f, "step  flat 30ns 50.00%  cum 30ns 50.00%");
    /* the selected function stays selected when rows are sorted in another way */
    keys(&f, "s");
    check_row(&f, 2, "      flat   flat%     [cum]    cum%  name");
    check_row(&f, 3, "      10ns  16.67%      60ns    100%  main");
    check_selected(&f, "step ");
    keys(&f, "s");
    check_row(&f, 3, "      10ns  16.67%      60ns    100%  main");
    check_row(&f, 4, "      20ns  33.33%      20ns  33.33%  other (x)");
    check_row(&f, 2, "      flat   flat%       cum    cum%  [name]");
    keys(&f, "Gk");
    check_selected(&f, "step");
    key(&f, KEYS_HOME);
    check_selected(&f, "main");
    /* back, and forward */
    keys(&f, "<<");
    check_row(&f, 2, "    [flat]   flat%       cum    cum%  name");
    keys(&f, "<");
    check_row(&f, -1, "This is the first view.");
    keys(&f, ">");
    check_row(&f, 2, "      flat   flat%     [cum]    cum%  name");
    end(&f);
}

static void callers_and_callees(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    keys(&f, "jj\n");
    check_row(&f, 1, "cpu, total 60ns  of main");
    check_row(&f, 3, "      10ns  16.67%      60ns    100%  main");
    check_row(&f, 4, "                        30ns  50.00%    to work");
    check_row(&f, 5, "                        20ns  33.33%    to other (x)");
    check_selected(&f, "main");
    keys(&f, "j\n");
    check_row(&f, 3, "                        30ns    100%  from main");
    check_row(&f, 4, "         0      0%      30ns  50.00%  work");
    check_row(&f, 5, "                        30ns    100%    to step (inline)");
    check_selected(&f, "work");
    key(&f, KEYS_BACKSPACE);
    check_selected(&f, "work");
    check_row(&f, 1, "cpu, total 60ns  of main");
    /* a name that is no regular expression */
    keys(&f, "j\n");
    check_row(&f, 4, "      20ns  33.33%      20ns  33.33%  other (x)");
    end(&f);
}

static void tree(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 14, 70);
    keys(&f, "12");
    check_row(&f, 3, "         0      0%      60ns    100%  - root");
    check_row(&f, 4, "      10ns  16.67%      60ns    100%   - main");
    check_row(&f, 5, "         0      0%      30ns  50.00%    - work");
    check_row(&f, 6, "      30ns  50.00%      30ns  50.00%       step (inline)");
    check_row(&f, 7, "      20ns  33.33%      20ns  33.33%      other (x)");
    check_selected(&f, "step");
    /* closing and opening */
    key(&f, KEYS_LEFT);
    check_selected(&f, "work");
    key(&f, KEYS_LEFT);
    check_row(&f, 5, "         0      0%      30ns  50.00%    + work");
    check_row(&f, 6, "      20ns  33.33%      20ns  33.33%      other (x)");
    keys(&f, "-");
    check_row(&f, 4, "      10ns  16.67%      60ns    100%   + main");
    check_row(&f, 5, "");
    /* the search opens what is closed */
    keys(&f, "/OTHER\n");
    check_row(&f, -1, "Nothing matches OTHER.");
    keys(&f, "/other\n");
    check_selected(&f, "other (x)");
    check_row(&f, 5, "         0      0%      30ns  50.00%    + work");
    keys(&f, "k+");
    check_selected(&f, "step");
    /* zoom, and out again */
    key(&f, KEYS_LEFT);
    keys(&f, "z");
    check_row(&f, 1, "cpu, total 60ns  zoom: main > work");
    check_row(&f, 3, "         0      0%      30ns  50.00%  - work");
    check_row(&f, 5, "");
    keys(&f, "u");
    check_row(&f, 1, "cpu, total 60ns  zoom: main");
    check_selected(&f, "work");
    keys(&f, "u");
    check_row(&f, 1, "cpu, total 60ns");
    keys(&f, "u");
    check_row(&f, -1, "Nothing is zoomed.");
    /* by name */
    keys(&f, "s");
    check_row(&f, 5, "      20ns  33.33%      20ns  33.33%      other (x)");
    end(&f);
}

static void flame(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 60);
    keys(&f, "4");
    check_row(&f, 3, "|root 60ns, 100%");
    check_row(&f, 4, "|main 60ns, 100%");
    check_row(&f, 5, "          |work 30ns, 50.00%            |other (x)");
    check_row(&f, 6, "          |step 30ns, 50.00%");
    check_selected(&f, "step  30ns, 50.00%");
    key(&f, KEYS_UP);
    check_selected(&f, "work");
    key(&f, KEYS_RIGHT);
    check_selected(&f, "other (x)");
    key(&f, KEYS_RIGHT);
    check_selected(&f, "other (x)");
    key(&f, KEYS_LEFT);
    key(&f, KEYS_ENTER);
    check_row(&f, 1, "cpu, total 60ns  zoom: main > work");
    check_row(&f, 3, "|work 30ns, 50.00%");
    check_row(&f, 4, "|step 30ns, 50.00%");
    /* the zoom is that of the tree, too */
    keys(&f, "2");
    check_row(&f, 1, "cpu, total 60ns  zoom: main > work");
    keys(&f, "4u");
    check_selected(&f, "work");
    check_row(&f, 3, "|main 60ns, 100%");
    /* a zoom that a filter takes away is refused, and what was shown stays */
    keys(&f, "z:ignore=work\n");
    check_row(&f, -1, "no stack has the frame that was zoomed into: work");
    check_row(&f, 1, "cpu, total 60ns  zoom: main > work");
    end(&f);
}

static void filters(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    keys(&f, "jf");
    check_row(&f, 1, "cpu, total 60ns  focus=^other \\(x\\)$");
    check_row(&f, 4, "         0      0%      20ns  33.33%  main");
    check_row(&f, 5, "");
    keys(&f, "x");
    check_row(&f, 1, "cpu, total 60ns");
    check_selected(&f, "other (x)");
    keys(&f, "i");
    check_row(&f, 3, "      30ns  50.00%      30ns  50.00%  step (inline)");
    check_row(&f, 4, "      10ns  16.67%      40ns  66.67%  main");
    keys(&f, "<");
    keys(&f, "jd");
    check_row(&f, 1, "cpu, total 60ns  hide=^main$");
    keys(&f, ":hide=\n");
    check_row(&f, 1, "cpu, total 60ns");
    /* any option */
    keys(&f, ":unit=us\n");
    check_row(&f, 1, "cpu, total 0.06us  unit=us");
    keys(&f, ":by=tenant\n"); /* which has no effect here */
    check_row(&f, 1, "cpu, total 0.06us  unit=us");
    keys(&f, ":nosuch=1\n");
    check_row(&f, 1, "cpu, total 0.06us  unit=us");
    assert_true(row(&f, -1).len > 0);
    keys(&f, ":unit=minimum\n:focus=(\n");
    assert_true(str_find(row(&f, -1), STR("missing closing )")) < row(&f, -1).len);
    check_row(&f, 1, "cpu, total 60ns");
    keys(&f, ":where=nothing\n");
    check_row(&f, 1, "cpu, total 60ns  where=nothing");
    keys(&f, "x");
    check_row(&f, 1, "cpu, total 60ns");
    keys(&f, ":focus=nothing\n");
    check_row(&f, 3, "  There is nothing to show.");
    check_row(&f, -1, "Focus expression matched no samples");
    /* keys on nothing */
    keys(&f, "jkgGbfidmczulsn' 2345+-1\n");
    keys(&f, "<");
    end(&f);
}

static void types(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 10, 70);
    keys(&f, "t");
    check_row(&f, 1, "samples, total 3");
    check_row(&f, 3, "         1  33.33%         3    100%  main");
    keys(&f, "t");
    check_row(&f, 1, "cpu, total 60ns");
    keys(&f, ":samples\n");
    check_row(&f, 1, "samples, total 3");
    end(&f);
}

static void marks(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 10, 70);
    keys(&f, "L");
    check_row(&f, -1, "Nothing is marked: m marks.");
    keys(&f, "jmjjm");
    check_row(&f, 4, "*     20ns  33.33%      20ns  33.33%  other (x)");
    keys(&f, "g'");
    check_selected(&f, "other (x)");
    keys(&f, "'");
    check_selected(&f, "work");
    keys(&f, "m");
    check_row(&f, -1, "The mark is removed.");
    keys(&f, "L");
    check_row(&f, 1, "cpu, total 60ns  focus=^other \\(x\\)$");
    end(&f);
}

static void commands(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    keys(&f, "3");
    check_row(&f, 1, "cpu, total 60ns  of step");
    keys(&f, "1:peek ma\n");
    check_row(&f, 1, "cpu, total 60ns  of ma");
    keys(&f, ":list nothing\n");
    check_row(&f, -1, "no matches found for regexp: nothing");
    keys(&f, ":svg\n");
    check_row(&f, -1, "svg is no view: top, tree, peek, flame and list are.");
    keys(&f, ":flame\n");
    check_row(&f, 3, "|root 60ns, 100%");
    keys(&f, ":help sort\n");
    check_row(&f, -1, "There is no help on that; ? shows the keys.");
    keys(&f, ":help cum\n");
    check_row(&f, 1, "Sort entries based on cumulative weight");
    keys(&f, "q");
    check_row(&f, 3, "|root 60ns, 100%");
    keys(&f, "?");
    check_row(&f, 1, "Moving");
    check_row(&f, 2, "  Up Down, k j        move by a row; in the flame graph to the caller,");
    keys(&f, "G");
    check_row(&f, -2, "  q, Ctrl-C           leave; q leaves this page first");
    keys(&f, "q");
    assert_false(f.browser->ended);
    keys(&f, ":qu");
    check_row(&f, -1, ":qu");
    key(&f, KEYS_ESCAPE);
    keys(&f, "%");
    check_row(&f, -1, "? shows the keys.");
    keys(&f, ":quit\n");
    assert_true(f.browser->ended);
    end(&f);
}

/* Pages of text scroll, and any other key leaves them. */
static void options_page(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    keys(&f, ":focus=step\no");
    str first = row(&f, 1), second = row(&f, 2);
    keys(&f, "j");
    assert_true(str_equal(row(&f, 1), second));
    keys(&f, "k");
    assert_true(str_equal(row(&f, 1), first));
    keys(&f, "k");
    assert_true(str_equal(row(&f, 1), first));
    keys(&f, "  ");
    assert_false(str_equal(row(&f, 1), first));
    keys(&f, "bb");
    assert_true(str_equal(row(&f, 1), first));
    keys(&f, "G");
    str end_of_text = row(&f, -2);
    key(&f, KEYS_HOME);
    assert_true(str_equal(row(&f, 1), first));
    key(&f, KEYS_END);
    assert_true(str_equal(row(&f, -2), end_of_text));
    f.browser->redraw = false;
    key(&f, 12);
    assert_true(f.browser->redraw && str_equal(row(&f, -2), end_of_text));
    /* the options are those of the view */
    keys(&f, "g");
    bool found = false;
    for (int pages = 0; pages < 20 && !found; pages++, keys(&f, " "))
        for (int y = 1; y < 11; y++) {
            str text = str_trim(row(&f, y));
            found |= str_has_prefix(text, STR("focus ")) && str_find(text, STR("step")) < text.len;
        }
    assert_true(found);
    keys(&f, "x");
    check_row(&f, 2, "    [flat]   flat%       cum    cum%  name");
    keys(&f, ":options\n");
    assert_true(str_equal(row(&f, 1), first));
    end(&f);
}

static void keys_that_do_nothing_say_why(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    keys(&f, "+");
    check_row(&f, -1, "+ and - are for the tree.");
    keys(&f, "n");
    check_row(&f, -1, "Nothing was searched yet: / starts.");
    keys(&f, "/(\n");
    assert_true(str_find(row(&f, -1), STR("missing closing )")) < row(&f, -1).len);
    keys(&f, "/nothing\n");
    check_row(&f, -1, "Nothing matches nothing.");
    keys(&f, "'");
    check_row(&f, -1, "No marked function is here.");
    keys(&f, "4s");
    check_row(&f, -1, "The flame graph has its heaviest callees to the left.");
    keys(&f, "u");
    check_row(&f, -1, "Nothing is zoomed.");
    end(&f);
}

/* Tab goes round the views in their order, and Shift-Tab back. */
static void neighbours(void **state) {
    (void)state;
    struct fixture f;
    begin(&f, 12, 70);
    const struct view *first = f.browser->now.view;
    for (unsigned i = 0; i < view_table_n; i++) {
        assert_ptr_equal(f.browser->now.view, view_table[i]);
        key(&f, KEYS_TAB);
    }
    assert_ptr_equal(f.browser->now.view, first);
    key(&f, KEYS_BACK_TAB);
    assert_ptr_equal(f.browser->now.view, view_table[view_table_n - 1]);
    end(&f);
}

/* Callees that are too small for a flame graph are one row of the tree: 3 of 1 ns below a million. */
static void small_callees(void **state) {
    (void)state;
    struct err e = {0};
    struct fixture f = {.rows = 14, .columns = 90};
    struct test_profile *t = &f.t;
    test_begin(t);
    struct build *b = &t->build;
    build_sample(b, &t->main, 1, (int64_t[]){1, 1000000}, NULL, 0);
    for (int i = 0; i < 3; i++) {
        str name = str_format(&t->arena, "small%d", i);
        loc_id l = build_location(b, (struct profile_location){.mapping = PROFILE_NONE},
                                  &(struct profile_line){test_function(b, name, STR("s.c"), 1), 3, 0}, 1);
        build_sample(b, (loc_id[]){l, t->main}, 2, (int64_t[]){1, 1}, NULL, 0);
    }
    assert_true(test_seal(t, &e));
    options_defaults(&f.options);
    f.session = (struct session){.arena = &t->arena, .profile = &t->profile, .temporary_fd = -1};
    f.browser = browser_new(&f.session, &f.options, &e);
    assert_non_null(f.browser);
    key(&f, '2');
    keys(&f, "gj");
    check_selected(&f, "main");
    check_row(&f, 5, "                         3ns 0.0003%      (3 small callees: zoom in to see)");
    keys(&f, "j\n");
    key(&f, KEYS_RIGHT);
    check_row(&f, 6, "");
    check_row(&f, -2, "  cum 3ns 0.0003%");
    key(&f, KEYS_LEFT); /* to the caller */
    check_selected(&f, "main");
    end(&f);
}

/* No size and no sequence of keys may crash; a picture has its size. */
static void any_size(void **state) {
    (void)state;
    static const char all[] = "jj2+4z3l5?q1sss/main\nnN:focus=main\nm'Lfxt\n<>>";
    const int sizes[][2] = {{1, 1}, {2, 5}, {4, 8}, {5, 20}, {10, 40}, {60, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fixture f;
        begin(&f, sizes[i][0], sizes[i][1]);
        for (size_t k = 0; all[k]; k++) {
            keys(&f, (char[]){all[k], 0});
            /* another size in between */
            canvas_clear(&f.canvas, sizes[(i + k) % 6][0], sizes[(i + k) % 6][1]);
            picture_draw(f.browser, &f.canvas);
        }
        for (uint32_t k = KEYS_NONE; k < KEYS_CLOSED; k++) key(&f, k);
        end(&f);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(top),          cmocka_unit_test(callers_and_callees),
                                       cmocka_unit_test(tree),         cmocka_unit_test(flame),
                                       cmocka_unit_test(filters),      cmocka_unit_test(types),
                                       cmocka_unit_test(marks),        cmocka_unit_test(commands),
                                       cmocka_unit_test(options_page), cmocka_unit_test(keys_that_do_nothing_say_why),
                                       cmocka_unit_test(neighbours),   cmocka_unit_test(small_callees),
                                       cmocka_unit_test(any_size)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
