/* Unit tests of slots.c. */
#include "base/slots.h"
#include "testing/test.h"

/* Thing i is the number i * 7. Every second hash is shared by all things with the same i % 100. */
static uint32_t tag_of(uint32_t i) { return i % 2 ? hash_tag(hash_u64(i)) : (i % 100) << 25 | 1; }

static uint32_t find(const struct slots *s, uint32_t i, uint32_t *at) {
    uint32_t id;
    *at = slots_start(s, tag_of(i));
    do id = slots_next(s, tag_of(i), at);
    while (id != SLOTS_NONE && id != i * 7);
    return id;
}

static void put_all(struct slots *s, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at;
        slots_room(s, 1);
        assert_int_equal(find(s, i, &at), SLOTS_NONE);
        slots_put(s, at, tag_of(i), i * 7);
        assert_int_equal(s->n, i + 1);
    }
}

static void added_ids_are_found(void **state) {
    (void)state;
    enum { MANY = 5000 };
    struct slots s = {0};
    put_all(&s, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t at;
        assert_int_equal(find(&s, i, &at), i * 7);
        assert_int_equal(tag_of(slots_guess(&s, tag_of(i)) / 7), tag_of(i));
    }
    slots_clear(&s);
    assert_int_equal(s.n, 0);
    unsigned bits = s.bits;
    put_all(&s, MANY);
    assert_int_equal(s.bits, bits);
    arena_release(&s.arena);
}

static void there_is_room_for_many_at_once(void **state) {
    (void)state;
    struct slots s = {0};
    slots_room(&s, 100000);
    uint64_t *slot = s.slot;
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t at = slots_start(&s, hash_tag(hash_u64(i)));
        slots_room(&s, 1);
        while (slots_next(&s, hash_tag(hash_u64(i)), &at) != SLOTS_NONE) {
        }
        slots_put(&s, at, hash_tag(hash_u64(i)), i);
    }
    assert_ptr_equal(s.slot, slot);
    arena_release(&s.arena);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(added_ids_are_found),
                                       cmocka_unit_test(there_is_room_for_many_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
