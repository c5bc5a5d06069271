/* Unit tests of stacks.c: what is found in lists that are skipped, against lists that are decoded. */
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

static void add_lists(struct decode_stacks *s, const struct lists *l) {
    stack_id number[LISTS];
    for (uint32_t i = 0; i < l->n; i++) {
        size_t from = i ? l->end[i - 1] : 0;
        decode_stacks_add(s, l->bytes + from, l->end[i] - from, &number[i]);
    }
    decode_stacks_flush(s);
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

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(skipped_lists_are_checked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
