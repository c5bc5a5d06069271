/* libFuzzer: any bytes as an expression of -where; what parses filters a profile, and so does what is made of its
 * parts. */
#include <stdlib.h>

#include "filter/where.h"
#include "profile/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_profile(struct arena *a, struct profile *p) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    struct profile_label l[] = {
        {.key = build_string(&b, STR("a")), .value = build_string(&b, STR("x y"))},
        {.key = build_string(&b, STR("a")), .value = build_string(&b, STR("15ms"))},
        {.key = build_string(&b, STR("b")), .numeric = true, .number = 2048, .unit = build_string(&b, STR("bytes"))},
        {.key = build_string(&b, STR("b")), .numeric = true, .number = INT64_MIN},
    };
    label_id label[4];
    for (int i = 0; i < 4; i++) label[i] = build_label(&b, l[i]);
    int64_t one = 1;
    for (uint32_t i = 0; i < 16; i++) {
        label_id of[4];
        uint32_t n = 0;
        for (uint32_t k = 0; k < 4; k++)
            if (i >> k & 1) of[n++] = label[k];
        build_sample(&b, NULL, 0, &one, of, n);
    }
    if (!build_seal(&b, p, NULL)) abort();
}

static uint32_t count(struct arena *a, const struct profile *p, str expression) {
    struct where_expression w;
    struct profile view = *p;
    struct notes notes = {.arena = a};
    struct filter_units units = filter_label_units(a, p, &notes);
    if (!where_parse(a, expression, &w, NULL)) return UINT32_MAX;
    filter_where(a, &view, &units, &w, &notes);
    return view.n_samples;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct profile p;
    struct where_expression w;
    struct err e = {0};
    str text = {(const char *)data, size};
    make_profile(&a, &p);
    if (where_find_place(&a, text).from > size) abort();
    struct where_expression quoted;
    if (size < WHERE_BYTES / 8 &&
        (!where_parse(&a, where_quote(&a, text), &quoted, NULL) || !str_equal(quoted.test[0].key, text)))
        abort();
    if (!where_parse(&a, text, &w, &e)) {
        if (!e.text || !strstr(e.text, "parsing where, column ")) abort();
        err_clear(&e);
        arena_release(&a);
        return 0;
    }
    if (!w.n_steps || !w.n_tests || w.n_tests > WHERE_TESTS) abort();
    uint32_t n = count(&a, &p, text);
    str part[] = {STR("!("), text, STR(")")};
    uint32_t others = count(&a, &p, str_join(&a, part, 3, STR_EMPTY)); /* may be too deep or too long */
    if (n > p.n_samples || (others != UINT32_MAX && n + others != p.n_samples)) abort();
    arena_release(&a);
    return 0;
}
