/* libFuzzer: any bytes as stacks of few functions with values of any size. Compares the tree with a straight version,
 * for both sides together and apart, with and without a cut. */
#include <assert.h>

#include "filter/filter.h"
#include "profile/build.h"
#include "testing/straight_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUNCTIONS = 16, DEEPEST = 200 };

/* A byte from 0 to 31 is a frame, with a second function inlined from 16 on. Other bytes end a stack; the bytes after
 * them are its values. */
static bool make(struct arena *a, const uint8_t *data, size_t size, struct profile *p) {
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("n")), 0);
    build_type(&b, build_string(&b, STR("t")), 0);
    loc_id loc[2 * FUNCTIONS], frame[DEEPEST];
    for (uint32_t i = 0; i < 2 * FUNCTIONS; i++) {
        struct profile_line line[2];
        for (uint32_t k = 0; k < 2; k++) {
            str_id name = build_string(&b, str_format(a, "f%u", (i * 5 + k) % FUNCTIONS));
            line[k] = (struct profile_line){build_function(&b, (struct profile_function){.name = name}), i % 3, 0};
        }
        loc[i] = build_location(&b, (struct profile_location){.mapping = PROFILE_NONE}, line, i < FUNCTIONS ? 1 : 2);
    }
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] < 2 * FUNCTIONS && n < DEEPEST) {
            frame[n++] = loc[data[i]];
            continue;
        }
        int64_t value[2] = {0, 0};
        size_t bytes = size - i - 1 < sizeof value ? size - i - 1 : sizeof value;
        if (bytes > data[i] % 17u) bytes = data[i] % 17u;
        memcpy(value, data + i + 1, bytes);
        i += bytes;
        build_sample(&b, frame, n, value, NULL, 0);
        n = 0;
    }
    return build_seal(&b, p, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 4096) return 0;
    struct arena a = {0};
    struct profile view;
    struct options o = {.granularity = data[0] & 1 ? GRANULARITY_LINES : GRANULARITY_FUNCTIONS};
    if (make(&a, data + 1, size - 1, &view)) {
        filter_aggregate(&a, &view, &o);
        uint32_t type[] = {data[0] >> 1 & 1, ~data[0] >> 1 & 1};
        struct stacktree_plan plan = {.type = type, .n_types = 2, .two_sides = data[0] & 4};
        struct straight s;
        straight_make(&s, &a, &view, &plan);
        struct stacktree_all *all = stacktree_grow(&a, &view, &o, &plan);
        assert(!straight_check(&s, stacktree_cut(&a, all, 2, 0), 0));
        assert(!straight_check(&s, stacktree_cut(&a, all, 2, 0.01), 0.01));
        stacktree_drop(all);
    }
    arena_release(&a);
    return 0;
}
