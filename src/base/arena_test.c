/* Unit tests of arena.c. */
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "testing/test.h"

static void aligned_and_apart(void **state) {
    (void)state;
    struct arena a = {0};
    char *last = NULL;
    for (size_t n = 0; n < 300; n++) {
        char *p = arena_alloc(&a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, (int)n, n);
        if (last && n > 1) assert_int_equal((unsigned char)last[n - 2], (n - 1) & 0xff);
        last = p;
    }
    arena_release(&a);
    assert_null(a.block);
    assert_int_equal(a.total, 0);
}

static void rewind_gives_memory_back(void **state) {
    (void)state;
    struct arena a = {0};
    arena_alloc(&a, 100);
    struct arena_mark m = arena_mark(&a);
    size_t before = a.total, used = a.used;
    for (int i = 0; i < 50; i++) memset(arena_alloc(&a, 1 << 20), 1, 1 << 20);
    assert_true(a.total > before);
    arena_rewind(&a, m);
    assert_int_equal(a.total, before);
    assert_int_equal(a.used, used);
    arena_release(&a);
}

static void zeroed_after_reuse(void **state) {
    (void)state;
    struct arena a = {0};
    struct arena_mark m = arena_mark(&a);
    memset(arena_alloc(&a, 5000), 0xff, 5000);
    arena_rewind(&a, m);
    arena_alloc(&a, 1);
    m = arena_mark(&a);
    memset(arena_alloc(&a, 5000), 0xff, 5000);
    arena_rewind(&a, m);
    const char *p = arena_zero(&a, 50, 100);
    for (int i = 0; i < 5000; i++) assert_int_equal(p[i], 0);
    arena_release(&a);
}

static void grows_in_place_or_by_copy(void **state) {
    (void)state;
    struct arena a = {0};
    char *p = arena_alloc(&a, 10);
    memcpy(p, "0123456789", 10);
    char *q = arena_grow(&a, p, 10, 1000);
    assert_ptr_equal(p, q);
    arena_alloc(&a, 1);
    char *r = arena_grow(&a, q, 1000, 2000);
    assert_ptr_not_equal(q, r);
    assert_memory_equal(r, "0123456789", 10);
    /* beyond the end of the block */
    char *big = arena_grow(&a, r, 2000, 3000000);
    assert_memory_equal(big, "0123456789", 10);
    memset(big, 7, 3000000);
    arena_release(&a);
}

static void a_reserve_outlives_rewinding(void **state) {
    (void)state;
    struct arena a = {0};
    for (size_t size = 100000; size < 100000000; size *= 10) {
        arena_reserve(&a, size);
        struct arena_mark start = arena_mark(&a);
        char *p = arena_alloc(&a, size / 2);
        memset(p, 1, size / 2);
        assert_ptr_equal(a.block, start.block);
        arena_alloc(&a, size * 3);
        arena_rewind(&a, start);
        assert_ptr_equal(arena_zero(&a, size / 2, 1), p);
        assert_int_equal(p[size / 2 - 1], 0);
        arena_rewind(&a, start);
    }
    arena_release(&a);
}

static void vectors_keep_their_items(void **state) {
    (void)state;
    struct arena a = {0}, b = {0};
    VEC(uint64_t) v = {0}, w = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        *VEC_PUSH(&a, &v) = i;
        *VEC_PUSH(&a, &w) = ~i;
        arena_alloc(&b, 24);
    }
    for (uint64_t i = 0; i < 100000; i++) {
        assert_int_equal(v.at[i], i);
        assert_int_equal(w.at[i], ~i);
    }
    arena_release(&a);
    arena_release(&b);
}

static void adopted_memory_lives_on(void **state) {
    (void)state;
    struct arena into = {0}, from = {0};
    char *mine = arena_alloc(&into, 10);
    memcpy(mine, "mine", 5);
    char *yours = arena_alloc(&from, 100000);
    memcpy(yours, "yours", 6);
    size_t total = into.total + from.total;
    arena_adopt(&into, &from);
    assert_null(from.block);
    assert_int_equal(into.total, total);
    arena_alloc(&into, 10);
    assert_string_equal(mine, "mine");
    assert_string_equal(yours, "yours");
    arena_release(&into);
    assert_int_equal(into.total, 0);
}

/* A column that grows alone in an arena moves; it has no marks. */
static void a_column_keeps_its_bytes(void **state) {
    (void)state;
    struct arena a = {0}, into = {0};
    VEC(uint32_t) v = {0};
    arena_alloc(&into, 10);
    for (uint32_t i = 0; i < 5000000; i++) *VEC_PUSH(&a, &v) = i * 3;
    assert_int_equal((uintptr_t)v.at % 16, 0);
    for (uint32_t i = 0; i < 5000000; i++)
        if (v.at[i] != i * 3) fail_msg("number %u changed", i);
    /* the last growth moved the block and left little behind */
    assert_true(a.total < v.cap * sizeof *v.at + (4u << 20));
    arena_adopt(&into, &a);
    assert_int_equal(v.at[4999999], 4999999u * 3);
    arena_release(&into);
}

static void memory_is_used_again_after_a_reset(void **state) {
    (void)state;
    struct arena a = {0};
    arena_reset(&a);
    assert_null(a.block);
    for (int i = 0; i < 50; i++) memset(arena_alloc(&a, 10000), 1, 10000);
    struct arena_block *newest = a.block;
    arena_reset(&a);
    assert_ptr_equal(a.block, newest);
    size_t total = a.total;
    char *p = arena_zero(&a, 1, 10000);
    for (int i = 0; i < 10000; i++) assert_int_equal(p[i], 0);
    assert_int_equal(a.total, total);
    arena_release(&a);
    assert_int_equal(a.total, 0);
}

/* A block that a mark names does not move, even if its only allocation grows. */
static void marks_outlive_growing(void **state) {
    (void)state;
    struct arena a = {0};
    arena_reserve(&a, 4u << 20);
    struct arena_mark m = arena_mark(&a);
    for (int round = 0; round < 3; round++) {
        VEC(uint32_t) v = {0};
        for (uint32_t i = 0; i < 3000000; i++) *VEC_PUSH(&a, &v) = i;
        assert_int_equal(v.at[2999999], 2999999);
        arena_rewind(&a, m);
        assert_ptr_equal(a.block, m.block);
    }
    arena_release(&a);
}

/* A column of `n` numbers that begin with `first`. */
static uint32_t *numbers(struct arena *own, uint32_t n, uint32_t first) {
    uint32_t *at = ARENA_ARRAY(own, uint32_t, n);
    for (uint32_t i = 0; i < n; i++) at[i] = first + i;
    return at;
}

static void a_column_can_be_taken_out_again(void **state) {
    (void)state;
    enum { MANY = 1 << 20, SIZE = MANY * sizeof(uint32_t) };
    struct arena a = {0}, own = {0}, taken = {0};
    uint32_t *first = numbers(&own, MANY, 0);
    arena_adopt_array(&a, &own); /* even in an empty arena, nothing shares its block */
    uint32_t *beside = ARENA_ARRAY(&a, uint32_t, 100), *second = numbers(&own, MANY, 7);
    *beside = 1;
    arena_adopt_array(&a, &own);
    uint32_t *small = numbers(&own, 10, 3);
    arena_adopt_array(&a, &own);
    size_t total = a.total;
    assert_null(arena_extract_array(&a, beside, 400, &taken));
    assert_null(arena_extract_array(&a, second + 1, 400, &taken));
    assert_null(arena_extract_array(&a, small, 40, &taken));
    assert_int_equal(a.total, total);
    for (int round = 0; round < 2; round++) {
        uint32_t *column = round ? first : second, start = round ? 0 : 7;
        assert_ptr_equal(arena_extract_array(&a, column, SIZE, &taken), column);
        assert_null(arena_extract_array(&a, column, SIZE, &own)); /* it was removed */
        assert_int_equal(a.total + taken.total, total);
        column = arena_grow(&taken, column, SIZE, 8 * (size_t)SIZE);
        column[8 * MANY - 1] = 1;
        for (uint32_t i = 0; i < MANY; i++)
            if (column[i] != start + i) fail_msg("number %u changed", i);
        arena_release(&taken);
        total = a.total;
    }
    *ARENA_ARRAY(&a, uint32_t, 100000) = 1; /* allocation continues */
    assert_int_equal(*beside, 1);
    assert_int_equal(small[9], 12);
    arena_release(&a);
    assert_int_equal(a.total, 0);
}

static void pages_of_a_guess_are_touched_when_they_are_used(void **state) {
    (void)state;
    enum { GUESS = 1 << 18, USED = 1000, SIZE = USED * sizeof(uint32_t), PAGE = 4096 };
    struct arena a = {0}, own = {0};
    VEC(uint32_t) v = {0}, few = {0};
    VEC_GUESS(&own, &v, GUESS);
    for (uint32_t i = 0; i < USED; i++) *VEC_PUSH(&own, &v) = i;
    unsigned char touched[GUESS * sizeof(uint32_t) / PAGE];
    assert_int_equal(mincore((char *)v.at - (uintptr_t)v.at % PAGE, sizeof touched * PAGE, touched), 0);
    assert_true(touched[0] & 1);
    assert_false(touched[sizeof touched - 1] & 1);
    uint32_t *before = v.at;
    while (v.n < GUESS) *VEC_PUSH(&own, &v) = 1;
    assert_ptr_equal(v.at, before);
    while (v.n < 3 * GUESS) *VEC_PUSH(&own, &v) = 1;
    for (uint32_t i = 0; i < USED; i++) assert_int_equal(v.at[i], i);
    arena_adopt_array(&a, &own);
    assert_ptr_equal(arena_extract_array(&a, v.at, SIZE, &own), v.at);
    assert_int_equal(a.total, 0);
    VEC_GUESS(&a, &few, 3);
    for (uint32_t i = 0; i < USED; i++) *VEC_PUSH(&a, &few) = i;
    assert_int_equal(few.at[USED - 1], USED - 1);
    arena_release(&own);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_and_apart),
        cmocka_unit_test(rewind_gives_memory_back),
        cmocka_unit_test(zeroed_after_reuse),
        cmocka_unit_test(grows_in_place_or_by_copy),
        cmocka_unit_test(a_column_keeps_its_bytes),
        cmocka_unit_test(vectors_keep_their_items),
        cmocka_unit_test(adopted_memory_lives_on),
        cmocka_unit_test(a_reserve_outlives_rewinding),
        cmocka_unit_test(memory_is_used_again_after_a_reset),
        cmocka_unit_test(marks_outlive_growing),
        cmocka_unit_test(a_column_can_be_taken_out_again),
        cmocka_unit_test(pages_of_a_guess_are_touched_when_they_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
