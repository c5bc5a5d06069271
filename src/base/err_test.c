/* Unit tests of base/err.c. */
#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "testing/test.h"

/* Sets n bytes of two-byte characters, after `before` bytes of one. */
static char *long_text(size_t before, size_t n) {
    char *text = malloc(n + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) text[i] = i < before ? 'a' : (i - before) % 2 ? '\xA9' : '\xC3';
    text[n] = '\0';
    return text;
}

static void long_messages_lose_their_middle(void **state) {
    (void)state;
    for (size_t before = 0; before < 2; before++) {
        struct err e = {0};
        char *name = long_text(before, 1000000 + before);
        assert_false(err_set(&e, "first %s last", name));
        const char *text = err_text(&e);
        assert_in_range(strlen(text), ERR_TEXT_MOST - 4, ERR_TEXT_MOST);
        assert_memory_equal(text, "first ", 6);
        assert_string_equal(text + strlen(text) - 7, "\xC3\xA9 last");
        const char *cut = strstr(text, " [...] ");
        assert_non_null(cut);
        assert_memory_equal(cut - 2, "\xC3\xA9", 2);
        assert_memory_equal(cut + 7, "\xC3\xA9", 2);
        assert_false(err_prepend(&e, "context %s: ", name));
        assert_in_range(strlen(err_text(&e)), ERR_TEXT_MOST - 4, ERR_TEXT_MOST);
        err_clear(&e);
        free(name);
    }
}

static void messages_of_the_largest_size_stay_whole(void **state) {
    (void)state;
    struct err e = {0};
    char *text = long_text(ERR_TEXT_MOST + 1, ERR_TEXT_MOST + 1);
    assert_false(err_set(&e, "%s", text + 1));
    assert_string_equal(err_text(&e), text + 1);
    assert_false(err_set(&e, "%s", text));
    assert_int_equal(strlen(err_text(&e)), ERR_TEXT_MOST);
    err_clear(&e);
    free(text);
}

static void long_bytes_that_are_no_characters_are_cut(void **state) {
    (void)state;
    struct err e = {0};
    static char text[100001];
    memset(text, '\x80', sizeof text - 1);
    assert_false(err_set(&e, "%s", text));
    assert_in_range(strlen(err_text(&e)), ERR_TEXT_MOST - 6, ERR_TEXT_MOST);
    err_clear(&e);
}

static void notes_are_cut_but_for_output(void **state) {
    (void)state;
    struct arena arena = {0};
    struct notes notes = {.arena = &arena};
    char *text = long_text(0, 100000);
    notes_add(&notes, NOTE_WARNING, "%s", text);
    notes_add(&notes, NOTE_OUTPUT, "%s", text);
    assert_in_range(notes.at[0].text.len, ERR_TEXT_MOST - 4, ERR_TEXT_MOST);
    assert_int_equal(notes.at[1].text.len, 100000);
    free(text);
    arena_release(&arena);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_messages_lose_their_middle), cmocka_unit_test(messages_of_the_largest_size_stay_whole),
        cmocka_unit_test(long_bytes_that_are_no_characters_are_cut), cmocka_unit_test(notes_are_cut_but_for_output)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
