/* Tests of -where: what each comparison accepts, and random expressions against a straight evaluation per sample. */
#include "base/sink.h"
#include "filter/filter.h"
#include "filter/where.h"
#include "testing/random.h"
#include "testing/sketch.h"
#include "testing/test.h"

#define O(...) ((struct options){.unit = STR("minimum"), .divide_by = 1, __VA_ARGS__})

static const char tagged[] = "a 1 tenant=acme region=us\n"
                             "b 2 tenant=globex status=500 took=1500us\n"
                             "c 3 tenant=acme tenant=globex size:2048bytes\n"
                             "d 4 size:3000000bytes status=404 n:7\n"
                             "e 5\n";

/* `kept` lists the functions of the samples that stay, `noted` the notes as lines. */
static void expect(const char *where, const char *kept, const char *noted) {
    struct arena a = {0};
    struct profile view = sketch_profile(&a, tagged);
    struct notes notes = {.arena = &a};
    struct err e = {0};
    struct filter_units units = filter_label_units(&a, &view, &notes);
    struct options o = O(.where = str_from(where));
    if (!filter_apply(&a, &view, &units, &o, &notes, &e)) fail_msg("%s: %s", where, err_text(&e));
    char got[8] = "";
    for (uint32_t i = 0; i < view.n_samples; i++) got[i] = "abcde"[profile_row(&view, i)];
    if (strcmp(got, kept) != 0) fail_msg("%s: %s", where, got);
    VEC(str) lines = {0};
    for (size_t i = 0; i < notes.n; i++) *VEC_PUSH(&a, &lines) = notes.at[i].text;
    str text = str_join(&a, lines.at, lines.n, STR("\n"));
    if (!str_equal(text, str_from(noted))) fail_msg("%s: %.*s", where, STR_ARG(text));
    arena_release(&a);
}

static void any_value_of_a_key_decides(void **state) {
    (void)state;
    expect("tenant", "abc", "");
    expect("!tenant", "de", "");
    expect("tenant=acme", "ac", "");
    expect("tenant=acme & tenant=globex", "c", "");
    expect("tenant~^gl", "bc", "");
    expect("tenant=acm", "", "Where expression matched no samples");
    expect("", "abcde", "");
    expect("  ", "abcde", "");
}

static void not_equal_is_the_opposite_of_equal(void **state) {
    (void)state;
    expect("tenant!=acme", "bde", ""); /* also without the key, and not if one of two values is equal */
    expect("tenant!=acme & tenant", "b", "");
    expect("tenant!~^gl", "ade", "");
    expect("!(tenant!=acme)", "ac", "");
}

static void sizes_have_units(void **state) {
    (void)state;
    expect("size>=2kb", "cd", "");
    expect("size>2kb", "d", "");
    expect("size=2kb", "c", "");
    expect("size=2048", "c", "");
    expect("size=2048bytes", "c", "");
    expect("size!=2kb", "abde", "");
    expect("size<1.5MB", "c", "");
    expect("size<=0.001953125MB", "c", "");
    expect("size>-1", "cd", "");
    expect("size<99999999999999999999", "cd", "");
    expect("n<8 | n>8", "d", "");
    expect("n=7", "d", "");
    expect("n~^7$", "d", ""); /* the digits of a number */
    expect("size~00", "d", "");
}

static void texts_that_are_numbers_have_sizes(void **state) {
    (void)state;
    expect("status>=500", "b", "");
    expect("status<500", "d", "");
    expect("status<400 | status=0500", "", "Where expression matched no samples");
}

static void incomparable_labels_are_noted(void **state) {
    (void)state;
    expect("took>1ms & took<2ms & took<1s", "b", "");
    expect("size<1s | tenant=globex", "bc", "where: no value of size can be compared with 1s");
    expect("tenant<5 | status", "bd", "where: no value of tenant can be compared with 5");
    expect("n=x | tenant", "abc", "where: no value of n can be compared with x");
    expect("tennant!=acme", "abcde", "where: no sample has the label tennant (did you mean tenant?)");
    expect("x=1", "", "where: no sample has the label x\nWhere expression matched no samples");
}

static void where_comes_before_tagshow(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view = sketch_profile(&a, tagged);
    struct notes notes = {.arena = &a};
    struct options o = O(.where = STR("tenant=globex"), .taghide = STR("tenant"), .tagfocus = STR("status"));
    struct err e = {0};
    assert_true(filter_apply(&a, &view, &(struct filter_units){0}, &o, &notes, &e));
    assert_string_equal(sketch_show(&a, &view).ptr, "b 2 status=500 took=1500us\n");
    arena_release(&a);
}

static void faults_are_errors(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile view = sketch_profile(&a, tagged);
    struct notes notes = {.arena = &a};
    struct err e = {0};
    struct options o = O(.where = STR("tenant="));
    assert_false(filter_apply(&a, &view, &(struct filter_units){0}, &o, &notes, &e));
    assert_string_equal(err_text(&e), "parsing where, column 8: a value must follow =");
    err_clear(&e);
    arena_release(&a);
}

/* A random expression as a tree, with its own evaluation. */
enum tree_kind { TREE_TEST, TREE_NOT, TREE_AND, TREE_OR };
struct tree {
    enum tree_kind kind;
    struct tree *left, *right;
    int compare; /* index into comparisons[] */
    const char *key, *value;
};
static const char *const comparisons[] = {"", "=", "!=", "~", "!~", "<", "<=", ">", ">="};
static const char *const keys[] = {"a", "b c", "n", "or"};
static const char *const texts[] = {"x", "y z", "15", "2kb", "=", "\"", "", "not", "1.5"};
static const char *const sizes[] = {"15", "2kb", "1.5", "1MB", "-3", "2048bytes"};
static const char *const patterns[] = {"x|z", "^1", "\\d", "^$", "[^x]"};
#define PICK(r, list) ((list)[random_below((r), sizeof(list) / sizeof *(list))])

static struct tree *random_tree(struct arena *a, struct random *r, uint32_t depth) {
    struct tree *t = ARENA_NEW(a, struct tree);
    t->kind = depth ? (enum tree_kind)random_below(r, 4) : TREE_TEST;
    if (t->kind != TREE_TEST) t->left = random_tree(a, r, depth - 1);
    if (t->kind == TREE_AND || t->kind == TREE_OR) t->right = random_tree(a, r, depth - 1);
    t->key = PICK(r, keys);
    t->compare = (int)random_below(r, 9);
    t->value = t->compare >= 5 ? PICK(r, sizes) : t->compare >= 3 ? PICK(r, patterns) : PICK(r, texts);
    return t;
}

static void write_blank(struct random *r, struct sink *out) {
    if (random_one_in(r, 2)) sink_char(out, ' ');
}

/* Writes a text in quotes; a pattern escapes only the quote. */
static void write_quoted(struct random *r, const char *text, bool pattern, struct sink *out) {
    char quote = random_one_in(r, 2) ? '"' : '\'';
    sink_char(out, quote);
    for (; *text; text++) {
        if (*text == quote || (*text == '\\' && !pattern)) sink_char(out, '\\');
        sink_char(out, *text);
    }
    sink_char(out, quote);
}

static void write_tree(struct random *r, const struct tree *t, struct sink *out) {
    static const char *const word[][3] = {{"!", "not ", " NOT "}, {"&", " and ", "&&"}, {"|", " or ", "||"}};
    bool parentheses = t->kind == TREE_AND || t->kind == TREE_OR || random_one_in(r, 8);
    write_blank(r, out);
    if (parentheses) sink_char(out, '(');
    if (t->kind == TREE_NOT) sink_str(out, str_from(PICK(r, word[0])));
    if (t->kind != TREE_TEST) write_tree(r, t->left, out);
    if (t->kind == TREE_AND || t->kind == TREE_OR) {
        sink_str(out, str_from(PICK(r, word[t->kind - 1])));
        write_tree(r, t->right, out);
    }
    if (t->kind == TREE_TEST) {
        write_quoted(r, t->key, false, out);
        write_blank(r, out);
        sink_str(out, str_from(comparisons[t->compare]));
        write_blank(r, out);
        if (t->compare) write_quoted(r, t->value, t->compare == 3 || t->compare == 4, out);
    }
    if (parentheses) sink_char(out, ')');
    write_blank(r, out);
}

/* A number in bytes, for the few units of this test; with_unit says if it has one. */
static bool bytes_of(str text, double *bytes, bool *with_unit) {
    char *end;
    const char *s = text.ptr;
    double v = strtod(s, &end);
    if (end == s) return false;
    *with_unit = *end != 0;
    double factor = strcmp(end, "kb") == 0 ? 1024 : strcmp(end, "MB") == 0 ? 1024 * 1024 : 1;
    if (*end && factor == 1 && strcmp(end, "bytes") != 0) return false;
    *bytes = v * factor;
    return true;
}

static bool straight_label(struct arena *a, const struct tree *t, const struct profile *p,
                           const struct profile_label *l) {
    if (strcmp(str_c(a, profile_str(p, l->key)), t->key) != 0) return false;
    str text = l->numeric ? str_format(a, "%lld", (long long)l->number) : str_copy(a, profile_str(p, l->value));
    if (t->compare == 0) return true;
    if (t->compare == 3 || t->compare == 4) return regex_match(regex_compile(a, str_from(t->value), NULL), text);
    if (t->compare <= 2 && !l->numeric) return str_equal(text, str_from(t->value));
    double x, y;
    bool x_unit, y_unit;
    if (!bytes_of(str_copy(a, text), &x, &x_unit) || !bytes_of(str_from(t->value), &y, &y_unit)) return false;
    /* the label n is in bytes; a number without a unit has that of the label */
    x_unit |= l->numeric && l->unit;
    if (y_unit && !x_unit) return false;
    if (!y_unit && !l->numeric && str_equal(text, STR("2kb"))) y *= 1024;
    return t->compare == 5   ? x < y
           : t->compare == 6 ? x <= y
           : t->compare == 7 ? x > y
           : t->compare == 8 ? x >= y
                             : x == y;
}

static bool straight(struct arena *a, const struct tree *t, const struct profile *p, uint32_t row) {
    if (t->kind == TREE_NOT) return !straight(a, t->left, p, row);
    if (t->kind == TREE_AND) return straight(a, t->left, p, row) && straight(a, t->right, p, row);
    if (t->kind == TREE_OR) return straight(a, t->left, p, row) || straight(a, t->right, p, row);
    bool any = false;
    for (uint32_t k = p->label_off[row]; k < p->label_off[row + 1]; k++)
        any |= straight_label(a, t, p, &p->label[p->label_ref[k]]);
    return t->compare == 2 || t->compare == 4 ? !any : any;
}

static struct profile random_labels(struct arena *a, struct random *r) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    uint32_t n_samples = random_below(r, 60);
    for (uint32_t i = 0; i < n_samples; i++) {
        label_id label[5];
        uint32_t n = random_below(r, 6);
        for (uint32_t k = 0; k < n; k++) {
            struct profile_label l = {.key = build_string(&b, str_from(PICK(r, keys)))};
            static const int64_t numbers[] = {15, 2048, -3, 1 << 20, 0, 2};
            l.numeric = random_one_in(r, 3);
            if (l.numeric) {
                l.key = build_string(&b, STR("n"));
                l.number = PICK(r, numbers);
                l.unit = build_string(&b, STR("bytes"));
            } else {
                l.value = build_string(&b, str_from(PICK(r, texts)));
            }
            label[k] = build_label(&b, l);
        }
        build_sample(&b, NULL, 0, &(int64_t){1}, label, n);
    }
    struct profile p;
    assert_true(build_seal(&b, &p, NULL));
    return p;
}

static void random_expressions_mean_what_their_trees_say(void **state) {
    (void)state;
    struct random r = {1};
    uint64_t kept = 0, dropped = 0;
    for (int round = 0; round < 3000; round++) {
        struct arena a = {0};
        struct profile p = random_labels(&a, &r), view = p;
        struct notes notes = {.arena = &a};
        struct filter_units units = filter_label_units(&a, &p, &notes);
        struct tree *t = random_tree(&a, &r, random_below(&r, 8));
        struct sink out;
        sink_to_memory(&out);
        write_tree(&r, t, &out);
        str text = str_copy(&a, sink_bytes(&out));
        sink_drop(&out);
        struct where_expression w;
        struct err e = {0};
        if (!where_parse(&a, text, &w, &e)) fail_msg("%s: %s", text.ptr, err_text(&e));
        filter_where(&a, &view, &units, &w, &notes);
        uint32_t n = 0;
        for (uint32_t row = 0; row < p.n_samples; row++) {
            bool is_kept = n < view.n_samples && profile_row(&view, n) == row;
            if (is_kept != straight(&a, t, &p, row)) fail_msg("round %d, row %u: %s", round, row, text.ptr);
            n += is_kept;
        }
        assert_int_equal(n, view.n_samples);
        kept += n;
        dropped += p.n_samples - n;
        arena_release(&a);
    }
    assert_true(kept > 10000 && dropped > 10000);
}

/* More than 64 tests need more than one word of bits; and more combinations than verdicts are kept. */
static void many_tests_are_evaluated(void **state) {
    (void)state;
    enum { N = 300000, VALUES = 1000 };
    struct arena a = {0};
    struct build b;
    build_init(&b, &a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    label_id label[VALUES];
    for (int i = 0; i < VALUES; i++)
        label[i] = build_label(&b, (struct profile_label){.key = build_string(&b, STR("k")),
                                                          .value = build_string(&b, str_format(&a, "v%d", i))});
    for (int64_t i = 0; i < N; i++) build_sample(&b, NULL, 0, &i, &label[i * 7 % VALUES], 1);
    struct profile p, view;
    assert_true(build_seal(&b, &p, NULL));
    static const int counts[] = {1, 64, 65, 500};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct sink out;
        sink_to_memory(&out);
        for (int i = 0; i < counts[c]; i++) sink_printf(&out, "%sk=v%d", i ? "|" : "", 2 * i);
        struct notes notes = {.arena = &a};
        struct where_expression w;
        assert_true(where_parse(&a, str_copy(&a, sink_bytes(&out)), &w, NULL));
        sink_drop(&out);
        assert_int_equal(w.n_tests, counts[c]);
        view = p;
        assert_true(filter_where(&a, &view, &(struct filter_units){0}, &w, &notes));
        assert_int_equal(view.n_samples, N / VALUES * counts[c]);
        for (uint32_t i = 0; i < view.n_samples; i++) {
            int64_t value = p.value[0][profile_row(&view, i)] * 7 % VALUES;
            assert_true(value % 2 == 0 && value < 2 * counts[c]);
        }
    }
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_value_of_a_key_decides),
        cmocka_unit_test(not_equal_is_the_opposite_of_equal),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(texts_that_are_numbers_have_sizes),
        cmocka_unit_test(incomparable_labels_are_noted),
        cmocka_unit_test(where_comes_before_tagshow),
        cmocka_unit_test(faults_are_errors),
        cmocka_unit_test(random_expressions_mean_what_their_trees_say),
        cmocka_unit_test(many_tests_are_evaluated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
