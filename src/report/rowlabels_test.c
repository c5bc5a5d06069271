/* Unit tests of rowlabels.c. */
#include "profile/build.h"
#include "report/rowlabels.h"
#include "testing/test.h"

struct text_label {
    const char *key, *value; /* value NULL: a number */
    int64_t number;
    const char *unit;
};

static struct profile make(struct arena *a, const struct text_label *in, size_t n) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    label_id *label = ARENA_ARRAY(a, label_id, n);
    for (size_t i = 0; i < n; i++) {
        struct profile_label l = {.key = build_string(&b, str_from(in[i].key)), .numeric = !in[i].value};
        if (in[i].value) l.value = build_string(&b, str_from(in[i].value));
        if (!in[i].value) l.unit = build_string(&b, str_from(in[i].unit));
        l.number = in[i].number;
        label[i] = build_label(&b, l);
    }
    build_sample(&b, NULL, 0, &(int64_t){1}, label, n);
    struct profile p;
    struct err e = {0};
    assert_true(build_seal(&b, &p, &e));
    return p;
}

static void check(const struct text_label *in, size_t n, enum rowlabels_style style, const char *want) {
    struct arena a = {0}, scratch = {0};
    struct profile p = make(&a, in, n);
    struct notes notes = {.arena = &a};
    struct filter_units units = filter_label_units(&a, &p, &notes);
    struct rowlabels *l = rowlabels_make(&a, &p, &units, style);
    struct sink out;
    sink_to_memory(&out);
    rowlabels_write(l, &scratch, 0, &out);
    assert_true(str_equal(sink_bytes(&out), str_from(want)));
    assert_true(sink_bytes(&out).len <= rowlabels_size(l, 0));
    struct err e = {0};
    sink_close(&out, &e);
    arena_release(&scratch);
    arena_release(&a);
}

static void traces_sort_padded_keys(void **state) {
    (void)state;
    const struct text_label in[] = {{"user", "u", 0, ""},        {"zone", "z2", 0, ""}, {"bytes", NULL, 4096, "bytes"},
                                    {"zone", "z1", 0, ""},       {"a", "x", 0, ""},     {"averylongkey", "v", 0, ""},
                                    {"bytes", NULL, 10, "bytes"}};
    /* blanks sort before letters, so shorter keys come first */
    check(in, 7, ROWLABELS_TRACES,
          "         a:  x\n      user:  u\n      zone:  z2 z1\naverylongkey:  v\n     bytes:  4kB 10B\n");
}

/* Keys that pad to the same text as another, or whose text continues like another's values: whole lines decide. */
static void ambiguous_keys(void **state) {
    (void)state;
    const struct text_label same[] = {{"k", "b", 0, ""}, {" k", "a", 0, ""}};
    check(same, 2, ROWLABELS_TRACES, "         k:  a\n         k:  b\n");
    const struct text_label prefix[] = {
        {"abcdefghij:  m", "x", 0, ""}, {"abcdefghij", "z", 0, ""}, {"abcdefghij", "a", 0, ""}};
    check(prefix, 3, ROWLABELS_TRACES, "abcdefghij:  m:  x\nabcdefghij:  z a\n");
}

static void raw_brackets_and_units(void **state) {
    (void)state;
    const struct text_label in[] = {{"n", NULL, 1, ""},         {"k", "v1", 0, ""}, {"k!", "w", 0, ""},
                                    {"size", NULL, 7, "bytes"}, {"k", "v2", 0, ""}, {"size", NULL, 8, ""}};
    check(in, 6, ROWLABELS_RAW, "                k!:[w] k:[v1 v2]\n                n:[1] size:[7 bytes 8 ]\n");
    check(in, 1, ROWLABELS_RAW, "                n:[1]\n");
    check(NULL, 0, ROWLABELS_RAW, "");
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_sort_padded_keys),
        cmocka_unit_test(ambiguous_keys),
        cmocka_unit_test(raw_brackets_and_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
