/* Unit tests of progress.c: the text of the line on the terminal. */

#include <string.h>

#include "session/progress.h"
#include "testing/test.h"

static struct arena arena;

/* Compares the line without its time, which varies. */
static void assert_line(struct progress *w, const char *want) {
    struct sink out;
    struct err e = {0};
    sink_to_memory(&out);
    progress_line(w, &out);
    str line = sink_bytes(&out);
    assert_true(line.len > strlen(want));
    assert_memory_equal(line.ptr, want, strlen(want));
    str time = str_from_offset(line, strlen(want));
    assert_true(str_has_prefix(time, STR(", ")) && str_has_suffix(time, STR("s")) &&
                str_find_char(time, '%') == time.len);
    assert_true(sink_close(&out, &e));
}

static void test_single_source(void **state) {
    (void)state;
    struct progress *w = progress_new(&arena, true);
    struct progress_source source;
    struct load_options load = progress_loader(w, &source);
    assert_line(w, "loading");
    progress_sources(w, 1);
    progress_loading(w);
    load.stage(load.context, "reading", 0, 0);
    assert_line(w, "reading");
    load.stage(load.context, "unpacking", 0, 50121933);
    assert_line(w, "unpacking 47.80MB");
    for (uint64_t i = 1; i <= 1000; i++) {
        load.stage(load.context, "decoding", i * 50121, 50121933);
        if (i == 455) assert_line(w, "decoding 45% of 47.80MB");
    }
    load.stage(load.context, "decoded", 50121933, 50121933);
    progress_loaded(w);
    assert_line(w, "decoding 100% of 47.80MB");
    progress_sources(w, 0);
    progress_stage(w, "symbolizing");
    assert_line(w, "symbolizing");
}

static void test_several_sources(void **state) {
    (void)state;
    struct progress *w = progress_new(&arena, true);
    struct progress_source source[2];
    struct load_options load[] = {progress_loader(w, &source[0]), progress_loader(w, &source[1])};
    progress_sources(w, 2);
    progress_loading(w);
    load[0].stage(load[0].context, "decoding", 512 << 10, 1 << 20);
    assert_line(w, "loading 0 of 2 profiles, 512kB"); /* the size of the other one is not known */
    load[1].stage(load[1].context, "decoding", 0, 1 << 20);
    assert_line(w, "loading 0 of 2 profiles, 25% of 2MB");
    load[0].stage(load[0].context, "decoding", 1 << 20, 1 << 20);
    progress_loaded(w);
    assert_line(w, "loading 1 of 2 profiles, 50% of 2MB");
    progress_loaded(w);
    progress_stage(w, "merging");
    assert_line(w, "merging 2 of 2 profiles");
}

static int end(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_single_source), cmocka_unit_test(test_several_sources)};
    return cmocka_run_group_tests(tests, NULL, end);
}
