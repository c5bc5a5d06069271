/* Unit tests of stacks.c. Skipped lists have the same verdict as decoded ones. Searches by bytes and by frames find the
 * same equal lists. */
#include "formats/pprof/parts.h"
#include "formats/pprof/varints.h"
#include "testing/random.h"
#include "testing/test.h"

enum { LISTS = 40, BYTES = 4096 };

struct lists {
    uint8_t bytes[BYTES + VARINTS_READ_AHEAD];
    size_t end[LISTS];
    uint32_t n;
};

/* Writes a number, sometimes with more bytes than it takes. */
static size_t put_id(uint8_t *to, struct random *r, uint64_t id) {
    size_t n = 0;
    unsigned longer = random_one_in(r, 500) ? random_below(r, 11) : 0;
    for (; id > 0x7f || longer > 0; id >>= 7, longer -= longer > 0) to[n++] = (uint8_t)(id | 0x80);
    to[n++] = (uint8_t)id;
    return n;
}

/* Lists of ids that are mostly from 1 to n. Some have a 0, an id above n, or end inside of a number. */
static void make_lists(struct random *r, uint32_t n, struct lists *l) {
    size_t at = 0;
    bool good = random_one_in(r, 2);
    l->n = 1 + random_below(r, LISTS);
    for (uint32_t i = 0; i < l->n; i++) {
        for (uint32_t k = random_below(r, 15); k > 0; k--) {
            uint64_t id = 1 + (random_one_in(r, 3) ? n - 1 - random_below(r, n < 9 ? n : 9) : random_below(r, n));
            if (!good && random_one_in(r, 100))
                id = random_one_in(r, 2) ? 0 : n + random_bits(r) % (UINT64_C(1) << random_below(r, 64));
            at += put_id(l->bytes + at, r, id);
        }
        if (!good && random_one_in(r, 200)) l->bytes[at++] = 0x80;
        l->end[i] = at;
    }
}

static void add_numbered(struct decode_stacks *s, const struct lists *l, stack_id *number) {
    for (uint32_t i = 0; i < l->n; i++) {
        size_t from = i ? l->end[i - 1] : 0;
        decode_stacks_add(s, l->bytes + from, l->end[i] - from, &number[i]);
    }
    decode_stacks_flush(s);
}

static void add_lists(struct decode_stacks *s, const struct lists *l) {
    stack_id number[LISTS];
    add_numbered(s, l, number);
}

static void skipped_lists_are_checked(void **state) {
    (void)state;
    static const uint32_t sizes[] = {1,     3,     126,   127,     128,     129,     300,       16383,
                                     16384, 16385, 70000, 2097151, 2097152, 3000000, 268435456, 300000000};
    static struct lists lists;
    unsigned n_known = 0, n_unknown = 0;
    struct random r = {11};
    for (int round = 0; round < 6000; round++) {
        uint32_t n = sizes[random_below(&r, sizeof sizes / sizeof *sizes)];
        struct arena a = {0};
        struct decode_stacks decoded, skipped;
        struct profile want = {0}, got = {0};
        bool nil_location = false;
        make_lists(&r, n, &lists);
        decode_stacks_init(&decoded, random_one_in(&r, 2), 0);
        add_lists(&decoded, &lists);
        struct decode_ids ids = {.n = n, .counting = true};
        bool known = decode_stacks_finish(&a, &decoded, &ids, &want, &nil_location) && !nil_location;
        decode_stacks_init(&skipped, false, 0);
        skipped.skipping = true;
        add_lists(&skipped, &lists);
        assert_int_equal(decode_stacks_skipped(&a, &skipped, n, &got), known);
        if (known) {
            assert_int_equal(got.n_stacks, 1);
            assert_int_equal(got.stack_off[1], 0);
        }
        n_known += known;
        n_unknown += !known;
        decode_stacks_release(&decoded);
        decode_stacks_release(&skipped);
        arena_release(&a);
    }
    assert_true(n_known > 1000 && n_unknown > 1000);
}

/* Makes some lists equal to those before them, if these are not longer. */
static void repeat_lists(struct random *r, struct lists *l) {
    for (uint32_t i = 1; i < l->n; i++) {
        size_t from = l->end[i - 1], before = i > 1 ? l->end[i - 2] : 0, len = from - before;
        if (!random_one_in(r, 2) || l->end[i] - from < len) continue;
        memmove(l->bytes + from, l->bytes + before, len);
        memmove(l->bytes + from + len, l->bytes + l->end[i], l->end[l->n - 1] - l->end[i]);
        size_t shorter = l->end[i] - from - len;
        for (uint32_t k = i; k < l->n; k++) l->end[k] -= shorter;
    }
}

static void kept_bytes_change_nothing(void **state) {
    (void)state;
    enum { IDS = 300, SMALL = 1 };
    static struct lists lists;
    unsigned n_equal = 0;
    struct random r = {12};
    for (int round = 0; round < 3000; round++) {
        struct arena a = {0};
        struct decode_stacks kept, found;
        struct profile want = {0}, got = {0};
        stack_id by_bytes[LISTS], by_frames[LISTS];
        bool nil = false, narrow = random_one_in(&r, 2);
        make_lists(&r, IDS, &lists);
        repeat_lists(&r, &lists);
        struct decode_ids ids = {.n = IDS, .counting = true};
        decode_stacks_init(&kept, narrow, 0);
        decode_stacks_init(&found, narrow, SMALL);
        assert_true(kept.keeps_bytes && !found.keeps_bytes);
        add_numbered(&kept, &lists, by_bytes);
        add_numbered(&found, &lists, by_frames);
        assert_memory_equal(by_bytes, by_frames, lists.n * sizeof *by_bytes);
        bool ok = decode_stacks_finish(&a, &kept, &ids, &want, &nil);
        assert_int_equal(decode_stacks_finish(&a, &found, &ids, &got, &nil), ok);
        if (ok) {
            assert_int_equal(got.n_stacks, want.n_stacks);
            assert_memory_equal(got.stack_off, want.stack_off, (want.n_stacks + 1) * sizeof *want.stack_off);
            for (uint64_t f = 0; f < want.stack_off[want.n_stacks]; f++)
                assert_int_equal(got.narrow_frame ? got.narrow_frame[f] : got.frame[f],
                                 want.narrow_frame ? want.narrow_frame[f] : want.frame[f]);
            n_equal += lists.n - want.n_stacks;
        }
        decode_stacks_release(&kept);
        decode_stacks_release(&found);
        arena_release(&a);
    }
    assert_true(n_equal > 3000);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(skipped_lists_are_checked),
                                       cmocka_unit_test(kept_bytes_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
