/* Unit tests of pages.c. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/pages.h"
#include "testing/test.h"

static void huge_pages_are_aligned_and_end_early(void **state) {
    (void)state;
    size_t size = PAGES_HUGE + 1;
    char *p = pages_map(&size);
    assert_true(size > PAGES_HUGE && size < 2 * PAGES_HUGE);
    assert_int_equal((uintptr_t)p % PAGES_HUGE, 0);
    pages_unmap(p, size);
}

static void remapped_pages_keep_their_bytes(void **state) {
    (void)state;
    size_t size = PAGES_HUGE / 2, larger = PAGES_HUGE / 2 + 4096, huge = 3 * PAGES_HUGE - 1;
    char *p = pages_map(&size);
    memset(p, 'x', size);
    p = pages_remap(p, size, &larger);
    assert_int_equal(p[size - 1], 'x');
    assert_int_equal(p[size], 0);
    p = pages_remap(p, larger, &huge);
    assert_int_equal(huge, 3 * PAGES_HUGE);
    assert_int_equal((uintptr_t)p % PAGES_HUGE, 0);
    for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 'x');
    assert_int_equal(p[huge - 1], 0);
    pages_unmap(p, huge);
}

/* Only pages before `done` are returned, and none before the start. */
static void only_pages_behind_the_reader_are_returned(void **state) {
    (void)state;
    enum { MANY = 4 << 20 };
    struct arena a = {0};
    uint32_t *at = ARENA_ARRAY(&a, uint32_t, MANY);
    for (uint32_t i = 0; i < MANY; i++) at[i] = i;
    struct pages_reader reader = pages_reader(at + 1000);
    for (uint32_t i = 1000; i < MANY; i++) {
        if (at[i] != i) fail_msg("number %u changed", i);
        if (i % 50000 == 0 && i <= MANY / 2) pages_release_behind(&reader, at + i);
    }
    for (uint32_t i = 0; i < 1000; i++) assert_int_equal(at[i], i);
    assert_int_equal(at[1u << 20], 0); /* the system has the page, and provides another one */
    arena_release(&a);
}

/* In a process of its own, because the heap stays so. Returns true if ends of blocks and guesses are as they should be.
 */
static bool is_as_promised(bool spends_memory) {
    pid_t child = fork();
    if (child == 0) {
        size_t size = 2 * PAGES_HUGE - PAGES_HUGE / 8;
        pages_use_huge_heap(PAGES_HUGE, spends_memory);
        pages_unmap(pages_map(&size), size);
        bool on_heap = pages_guess_from() == PAGES_HUGE, filled = size == 2 * PAGES_HUGE;
        bool is_huge = pages_map_from() == PAGES_HUGE; /* not under sanitizers, which have a heap of their own */
        _exit(on_heap != filled || (is_huge && filled != spends_memory) ? 1 : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status == 0;
}

static void nearly_filled_pages_are_used_whole_for_time_only(void **state) {
    (void)state;
    assert_true(is_as_promised(true));
    assert_true(is_as_promised(false));
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(huge_pages_are_aligned_and_end_early),
        cmocka_unit_test(remapped_pages_keep_their_bytes),
        cmocka_unit_test(only_pages_behind_the_reader_are_returned),
        cmocka_unit_test(nearly_filled_pages_are_used_whole_for_time_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
