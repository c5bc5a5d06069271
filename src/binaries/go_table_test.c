/* Unit tests of go_table.c, on the seeds of its fuzzer: testdata/fuzz/make-go-seeds says what they hold. Real programs
 * are in testdata/run-symbols. */
#include "binaries/go_table.h"

#include "testing/test.h"

static void expect(struct arena *a, const char *seed, bool names_only, uint64_t address, const char *want) {
    struct lines_answer answer = {0};
    str text = STR_EMPTY;
    go_table_ask(a, str_format(a, "testdata/fuzz/go_table/%s", seed), names_only, &address, 1, &answer, NULL);
    for (uint32_t i = 0; i < answer.n; i++) {
        const struct lines_frame *f = &answer.frame[i];
        text = str_format(a, "%.*s%s%.*s:%.*s:%d:%d", STR_ARG(text), i ? " " : "", STR_ARG(f->function),
                          STR_ARG(f->file), (int)f->line, (int)f->start_line);
    }
    assert_string_equal(str_c(a, text), want);
}

static void frames_of_both_layouts(void **state) {
    (void)state;
    struct arena a = {0};
    expect(&a, "go20", false, 0x401000, "main.main:/src/main.go:12:10");
    expect(&a, "go20", false, 0x40101f, "main.main:/src/main.go:20:10");
    expect(&a, "go20", false, 0x401020, "main.add:/src/main.go:21:5 main.main:/src/main.go:12:10");
    expect(&a, "go20", true, 0x401020, "main.main::0:10");
    expect(&a, "go20", false, 0x401050, "main.other:/src/main.go:30:29");
    expect(&a, "go20", false, 0x401060, "");
    expect(&a, "go20", false, 0x400fff, "");
    expect(&a, "go18", false, 0x401020, "main.add:/src/main.go:21:0 main.main:/src/main.go:12:0");
    expect(&a, "go18", false, 0x401050, "main.other:/src/main.go:30:0");
    arena_release(&a);
}

/* A program at any address has the addresses of its tables in relocations only. */
static void addresses_in_relocations(void **state) {
    (void)state;
    struct arena a = {0};
    expect(&a, "go20-pie", false, 0x401020, "main.add:/src/main.go:21:5 main.main:/src/main.go:12:10");
    expect(&a, "go20-pie", false, 0x401050, "main.other:/src/main.go:30:29");
    expect(&a, "go18-pie", false, 0x401020, "main.add:/src/main.go:21:0 main.main:/src/main.go:12:0");
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_of_both_layouts),
                                       cmocka_unit_test(addresses_in_relocations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
