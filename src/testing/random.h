/* For unit tests: random numbers that are the same in every run, and random profiles with many unusual features:
 * equal names in different files, recursion, inlining, locations without lines, empty stacks, samples without a
 * value, equal stacks, and labels that differ in order or repetition. */
#ifndef CPROF_TESTING_RANDOM_H
#define CPROF_TESTING_RANDOM_H

#include <inttypes.h>
#include <stdlib.h>

#include "profile/build.h"

struct random {
    uint64_t state;
};

/* splitmix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014. */
static inline uint64_t random_bits(struct random *r) {
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
/* 0 … n-1; n is at least 1. */
static inline uint32_t random_below(struct random *r, uint32_t n) { return (uint32_t)(random_bits(r) % n); }
static inline bool random_one_in(struct random *r, uint32_t n) { return random_below(r, n) == 0; }

/* Upper limits for a profile; each size is drawn at random. */
struct random_size {
    uint32_t functions, locations, lines; /* lines: per location */
    uint32_t samples, depth, labels;      /* labels: per sample */
    int64_t value;                        /* magnitude */
    bool negative;                        /* values may be negative, and cancel out */
    bool late_mapping; /* the mapping starts at another address than in other profiles, with equal offsets */
};

/* A random profile, which lives in `a`. */
static inline struct profile random_profile(struct arena *a, struct random *r, struct random_size size) {
    static const char *const keys[] = {"a", "b", "bytes"};
    struct build b;
    build_init(&b, a);
    build_type(&b, build_string(&b, STR("samples")), build_string(&b, STR("count")));
    build_type(&b, build_string(&b, STR("delay")), build_string(&b, STR("nanoseconds")));
    uint64_t start = size.late_mapping ? 0x40000 : 0x10000;
    build_mapping(
        &b, (struct profile_mapping){.start = start, .limit = start + 0x1000, .file = build_string(&b, STR("/PROG"))});
    uint32_t n_functions = 1 + random_below(r, size.functions), n_locations = 1 + random_below(r, size.locations);
    for (uint32_t i = 0; i < n_functions; i++) {
        struct profile_function f = {.name = build_string(&b, str_format(a, "f%" PRIu32, random_below(r, n_functions))),
                                     .file = build_string(&b, str_format(a, "%" PRIu32 ".c", random_below(r, 2)))};
        f.system_name = f.name;
        build_function(&b, f);
    }
    for (uint32_t i = 0; i < n_locations; i++) {
        struct profile_line line[16];
        uint32_t n = random_one_in(r, 8) ? 0 : 1 + random_below(r, size.lines);
        for (uint32_t k = 0; k < n; k++)
            line[k] = (struct profile_line){random_below(r, n_functions), 1 + random_below(r, 2), random_below(r, 2)};
        struct profile_location l = {.address = start + random_below(r, 64), .mapping = 0};
        if (random_one_in(r, 6)) l.mapping = PROFILE_NONE;
        build_location(&b, l, line, n);
    }
    uint32_t n_samples = random_below(r, size.samples + 1);
    loc_id *frame = ARENA_ARRAY(a, loc_id, size.depth + 1);
    label_id label[16];
    for (uint32_t i = 0; i < n_samples; i++) {
        uint32_t depth = random_below(r, size.depth + 1), n_labels = random_below(r, size.labels + 1);
        /* like real ones, stacks share their roots: only some of the last one's frames are replaced */
        uint32_t fresh = i ? random_below(r, depth + 1) : depth;
        for (uint32_t k = 0; k < depth; k++)
            if (k < fresh || i == 0) frame[size.depth - depth + k] = random_below(r, n_locations);
        for (uint32_t k = 0; k < size.depth && i == 0; k++) frame[k] = random_below(r, n_locations);
        int64_t value[2];
        for (int t = 0; t < 2; t++) {
            value[t] = random_one_in(r, 5) ? 0 : 1 + (int64_t)(random_bits(r) % (uint64_t)size.value);
            if (size.negative && random_one_in(r, 2)) value[t] = -value[t];
        }
        for (uint32_t k = 0; k < n_labels; k++) {
            struct profile_label l = {.key = build_string(&b, str_from(keys[random_below(r, 3)]))};
            l.numeric = random_one_in(r, 3);
            if (l.numeric)
                l.number = random_below(r, 3);
            else
                l.value = build_string(&b, str_format(a, "v%" PRIu32, random_below(r, 3)));
            label[k] = build_label(&b, l);
        }
        build_sample(&b, frame + size.depth - depth, depth, value, label, n_labels);
    }
    struct profile p;
    if (!build_seal(&b, &p, NULL)) abort();
    return p;
}

#endif
