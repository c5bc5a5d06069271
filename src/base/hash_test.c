/* Unit tests of hash.c. */
#include <stdio.h>

#include "base/hash.h"
#include "base/task.h"
#include "testing/test.h"

static void ids_in_order_of_first_use(void **state) {
    (void)state;
    struct arena a = {0};
    struct intern t = {.arena = &a, .copy = true};
    char text[32];
    for (uint32_t i = 0; i < 50000; i++) {
        int n = snprintf(text, sizeof text, "key %u", i);
        assert_int_equal(intern_id(&t, (str){text, (size_t)n}), i);
    }
    uint32_t id;
    for (uint32_t i = 0; i < 50000; i++) {
        int n = snprintf(text, sizeof text, "key %u", i);
        assert_int_equal(intern_id(&t, (str){text, (size_t)n}), i);
        assert_true(intern_find(&t, (str){text, (size_t)n}, &id));
        assert_int_equal(id, i);
    }
    assert_false(intern_find(&t, STR("nothing"), &id));
    assert_int_equal(intern_id(&t, STR_EMPTY), 50000);
    arena_release(&a);
}

static void maps_keep_the_first_value(void **state) {
    (void)state;
    struct arena a = {0};
    struct u64map m = {.arena = &a};
    bool added;
    uint32_t value;
    assert_false(u64map_get(&m, 0, &value));
    for (uint64_t i = 0; i < 30000; i++) u64map_put(&m, i * 0x100000001u, (uint32_t)i, &added);
    assert_int_equal(u64map_put(&m, 0x100000001u * 77, 5, &added), 77);
    assert_false(added);
    for (uint64_t i = 0; i < 30000; i++) {
        assert_true(u64map_get(&m, i * 0x100000001u, &value));
        assert_int_equal(value, i);
    }
    assert_false(u64map_get(&m, 3, &value));
    arena_release(&a);
}

/* Factors of wyhash, which as a part of the bytes would make a product 0. */
static void no_part_hides_the_others(void **state) {
    (void)state;
    const uint64_t factor[] = {0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0xa0761d6478bd642fu};
    for (size_t f = 0; f < sizeof factor / sizeof *factor; f++) {
        uint64_t word[12];
        for (size_t n = 2; n <= 12; n++) {
            for (size_t i = 0; i < n; i++) {
                for (size_t k = 0; k < n; k++) word[k] = factor[f];
                uint64_t plain = hash_bytes(word, n * sizeof *word);
                word[i]++;
                assert_true(plain != hash_bytes(word, n * sizeof *word));
            }
        }
    }
}

/* each length takes a path of its own through the first sixteen bytes */
static void one_changed_byte_changes_the_hash(void **state) {
    (void)state;
    unsigned char bytes[100] = {0};
    for (size_t n = 1; n <= sizeof bytes; n++) {
        uint64_t plain = hash_bytes(bytes, n);
        assert_true(plain != hash_bytes(bytes, n - 1));
        for (size_t i = 0; i < n; i++) {
            bytes[i] = 1;
            assert_true(plain != hash_bytes(bytes, n));
            bytes[i] = 0;
        }
    }
}

static void add_part(void *context, int part) { ((int *)context)[part]++; }

static void every_part_runs_once(void **state) {
    (void)state;
    int runs[100] = {0};
    task_run(100, add_part, runs);
    for (int i = 0; i < 100; i++) assert_int_equal(runs[i], 1);
    task_run(0, add_part, runs);
    assert_int_equal(runs[0], 1);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_in_order_of_first_use), cmocka_unit_test(maps_keep_the_first_value),
        cmocka_unit_test(no_part_hides_the_others),  cmocka_unit_test(one_changed_byte_changes_the_hash),
        cmocka_unit_test(every_part_runs_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
