/* Unit tests of norecursion and maxdepth, which both make locations of some lines of others. */
#include "filter/recursion.h"

#include "filter/depth.h"
#include "testing/sketch.h"
#include "testing/test.h"

static void expect_once(const char *stacks, struct options o, const char *folded) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, stacks);
    filter_no_recursion(&a, &view, &o);
    assert_string_equal(sketch_show(&a, &view).ptr, folded);
    arena_release(&a);
}

static void expect_depth(const char *stacks, uint64_t most, const char *cut) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, stacks);
    filter_max_depth(&a, &view, most);
    assert_string_equal(sketch_show(&a, &view).ptr, cut);
    arena_release(&a);
}

static void repeated_frames_become_one(void **state) {
    (void)state;
    struct options o = {0};
    expect_once("main;f;f;f;g 1\n", o, "main;f;g 1\n");
    expect_once("f;f 1\n- 2\n", o, "f 1\n- 2\n");
    expect_once("main;f;g;f;g;f 1\n", o, "main;f;g;f 1\n");
    expect_once("a;a;b;b;a;a;b;c 1\n", o, "a;b;c 1\n");
    expect_once("a;b;c;a;b;c;a;b;c 1\n", o, "a;b;c 1\n");
    /* a function that comes back by another way is not folded: both frames have callees of their own */
    expect_once("a;x;a;y;a 1\n", o, "a;x;a;y;a 1\n");
    /* sequences of 16 functions, not of 17 */
    expect_once("a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p 1\n", o,
                "a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p 1\n");
    expect_once("a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q;a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q 1\n", o,
                "a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q;a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q 1\n");
}

static void inlined_calls_are_frames(void **state) {
    (void)state;
    struct options o = {0};
    expect_once("main;f+f+g 1\n", o, "main;f+g 1\n");
    expect_once("main;f;f+g 1\nmain;f+g 2\n", o, "main;f+g 1\nmain;f+g 2\n");
    expect_once("main;f+f;f+g;g 1\n", o, "main;f;g 1\n");
    expect_once("main;a+b;a+b;c 1\n", o, "main;a+b;c 1\n");
    expect_once("main;a+x+b+x+b;c 1\n", o, "main;a+x+b;c 1\n");
}

static void files_are_folded_by_file(void **state) {
    (void)state;
    expect_once("main@m;f@x;g@x 1\n", (struct options){.granularity = GRANULARITY_FILES}, "main;g 1\n");
    expect_once("main@m;f@x;f@y 1\n", (struct options){0}, "main;f 1\n");
}

static void stacks_are_cut_from_the_root(void **state) {
    (void)state;
    expect_depth("a;b;c 1\na 2\n- 3\n", 2, "a;b 1\na 2\n- 3\n");
    expect_depth("a;b;c 1\n", 0, "a;b;c 1\n");
    expect_depth("a;b;c 1\n", 3, "a;b;c 1\n");
    expect_depth("a;b;c 1\n", UINT64_MAX, "a;b;c 1\n");
    expect_depth("a;b+c+d;e 1\nb+c+d 2\nx;a;b+c+d 4\n", 3, "a;b+c 1\nb+c+d 2\nx;a;b 4\n");
}

/* Flat and cum values of functions do not change, and no stack repeats a sequence afterwards. */
static void sums_stay(void **state) {
    (void)state;
    enum { STACKS = 300, FUNCTIONS = 4, DEPTH = 24 };
    struct arena a = {0};
    uint64_t random = 12345;
    VEC(str) lines = {0};
    for (int i = 0; i < STACKS; i++) {
        int depth = 1 + (int)(random >> 33) % DEPTH;
        for (int k = 0; k < depth; k++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            *VEC_PUSH(&a, &lines) = str_format(&a, "%s%c",
                                               k == 0               ? ""
                                               : (random >> 40) % 4 ? ";"
                                                                    : "+",
                                               (char)('a' + (random >> 33) % FUNCTIONS));
            if (k % 6 == 5) *VEC_PUSH(&a, &lines) = STR(";z"); /* locations have at most 8 lines */
        }
        *VEC_PUSH(&a, &lines) = str_format(&a, " %d\n", i + 1);
    }
    struct profile before = sketch_profile(&a, str_copy(&a, str_join(&a, lines.at, lines.n, STR_EMPTY)).ptr),
                   after = before;
    struct options o = {0};
    filter_no_recursion(&a, &after, &o);
    const struct profile *side[] = {&before, &after};
    for (uint32_t i = 0; i < before.n_samples; i++) {
        bool has[2][256] = {{false}};
        str leaf[2];
        for (int k = 0; k < 2; k++) {
            const struct profile *v = side[k];
            stack_id s = v->stack_of[i];
            uint64_t names = 0;
            char text[256];
            for (uint64_t f = v->stack_off[s + 1]; f-- > v->stack_off[s];) {
                const struct profile_location *l = &v->location[v->frame[f]];
                for (uint32_t n = l->n_lines; n-- > 0;) {
                    leaf[k] = profile_str(v, v->function[v->line[l->first_line + n].function].name);
                    text[names++] = leaf[k].ptr[0];
                    has[k][(unsigned char)leaf[k].ptr[0]] = true;
                }
            }
            for (uint64_t from = 0; k == 1 && from < names; from++)
                for (uint64_t n = 1; n <= RECURSION_MOST && from + 2 * n <= names; n++)
                    assert_memory_not_equal(text + from, text + from + n, n);
        }
        assert_true(str_equal(leaf[0], leaf[1]));
        assert_memory_equal(has[0], has[1], sizeof has[0]);
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_frames_become_one),
        cmocka_unit_test(inlined_calls_are_frames),
        cmocka_unit_test(files_are_folded_by_file),
        cmocka_unit_test(stacks_are_cut_from_the_root),
        cmocka_unit_test(sums_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
