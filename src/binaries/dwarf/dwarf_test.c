/* Unit tests of binaries/dwarf, on the seeds of its fuzzer: programs whose source is testdata/fuzz/make-dwarf-seeds.
 * testdata/run-frames compares larger programs with llvm-symbolizer. */
#include "binaries/dwarf/dwarf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "binaries/dwarf/symbols.h"
#include "binaries/dwarf/unit.h"
#include "testing/test.h"

#define SEEDS "testdata/fuzz/dwarf/"
enum { OWN = 1000 /* the descriptor that split seeds name */, MOST = 1 << 16 };

/* The bytes of a seed. */
static str read_seed(struct arena *a, const char *name) {
    char *bytes = arena_alloc(a, MOST);
    int fd = open(str_format(a, SEEDS "%s", name).ptr, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, bytes, MOST);
    assert_true(n > 0 && n < MOST);
    close(fd);
    return (str){bytes, (size_t)n};
}

/* Opens bytes as a file, which is its own file of split DWARF. Returns its path. */
static const char *open_bytes(str bytes) {
    int fd = memfd_create("seed", MFD_CLOEXEC);
    assert_true(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    assert_int_equal(dup2(fd, OWN), OWN);
    close(fd);
    return "/proc/self/fd/1000";
}

/* The frames of an answer as FUNCTION:FILE:LINE:COLUMN:START, separated by blanks. */
static const char *frames_text(struct arena *a, const struct lines_answer *answer) {
    str text = STR_EMPTY;
    for (uint32_t i = 0; i < answer->n; i++) {
        const struct lines_frame *f = &answer->frame[i];
        text = str_format(a, "%.*s%s%.*s:%.*s:%d:%d:%d", STR_ARG(text), i ? " " : "", STR_ARG(f->function),
                          STR_ARG(f->file), (int)f->line, (int)f->column, (int)f->start_line);
    }
    return str_c(a, text);
}

/* Expectations are llvm-symbolizer's, which does not find the files of split ones: those are the ones of gcc5. */
static void frames_of_all_kinds(void **state) {
    (void)state;
    static const struct {
        const char *seed;
        uint64_t address;
        const char *frames;
    } expected[] = {
        {"gcc5", 0x4000f0, "add:/src/seed.cc:3:41:3 cold:/src/seed.cc:7:65:7"},
        {"gcc5", 0x400140, "add:/src/seed.cc:3:41:3 _ZN1a5twiceEi:/src/seed.cc:4:37:4 _start:/src/seed.cc:8:96:8"},
        {"gcc2", 0x4000f0, "add:/src/seed.cc:3:41:3 cold::0:0:7"},
        {"gcc4", 0x400190, "add:/src/seed.cc:3:41:3 _ZN1a5twiceEi:/src/seed.cc:4:37:4 _start:/src/seed.cc:8:96:8"},
        {"gcc64", 0x400140, "add:/src/seed.cc:3:41:3 _ZN1a5twiceEi:/src/seed.cc:4:37:4 _start:/src/seed.cc:8:96:8"},
        {"packed", 0x220, "add:/src/seed.cc:3:41:3 _ZN1a5twiceEi:/src/seed.cc:4:37:4 _start:/src/seed.cc:8:96:8"},
        {"packed-gnu", 0x4000f8, "add:/src/seed.cc:3:41:3 cold:/src/seed.cc:7:65:7"},
        {"clang5", 0x40014e, "_ZN1aL3addEi:/src/seed.cc:3:48:3 cold:/src/seed.cc:7:59:7 _start:/src/seed.cc:8:63:8"},
        {"clang4", 0x400120, "_ZN1aL3addEi:/src/seed.cc:3:39:3 cold:/src/seed.cc:7:59:7"},
        {"split-g++5", 0x4000f0, "add:/proc/self/fd/seed.cc:3:41:3 cold:/proc/self/fd/seed.cc:7:65:7"},
        {"split-g++4", 0x4000f0, "add:/proc/self/fd/seed.cc:3:41:3 cold:/proc/self/fd/seed.cc:7:65:7"},
        {"split-clang++5", 0x400128, "_ZN1aL3addEi:/proc/self/fd/seed.cc:3:48:3 cold:/proc/self/fd/seed.cc:7:59:7"},
        {"split-clang++4", 0x400128, "_ZN1aL3addEi:/proc/self/fd/seed.cc:3:48:3 cold:/proc/self/fd/seed.cc:7:59:7"},
        {"alt-gnu", 0x4000d0, "_start::0:0:42"},
        {"alt5", 0x4000d0, "_start::0:0:42"},
        {"gcc5", 0x10,
         ":"
         ":0:0:0"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct lines_answer answer;
        struct err e = {0};
        struct dwarf_question q = {
            .path = open_bytes(read_seed(&a, expected[i].seed)), .address = &expected[i].address, .n = 1};
        assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_ANSWERED);
        assert_null(e.text);
        assert_string_equal(frames_text(&a, &answer), expected[i].frames);
    }
    close(OWN);
    arena_release(&a);
}

/* A program whose units are in the package beside it. Expectations are llvm-symbolizer's. */
static void packages(void **state) {
    (void)state;
    static const struct {
        const char *seed;
        uint64_t address;
        const char *frames;
    } expected[] = {
        {"package4", 0x4000f0, "add:/src/seed.cc:3:41:3 cold:/src/seed.cc:7:65:7"},
        {"package4", 0x400140, "add:/src/seed.cc:3:41:3 _ZN1a5twiceEi:/src/seed.cc:4:37:4 _start:/src/seed.cc:8:96:8"},
        {"package5", 0x400120, "_ZN1aL3addEi:/src/seed.cc:3:39:3 cold:/src/seed.cc:7:59:7"},
        {"package5", 0x400150, "_ZN1aL3addEi:/src/seed.cc:3:48:3 cold:/src/seed.cc:7:59:7 _start:/src/seed.cc:8:63:8"},
    };
    struct arena a = {0};
    char folder[TEST_PATH_MAX], here[TEST_PATH_MAX];
    assert_true(test_folder(folder));
    assert_non_null(getcwd(here, sizeof here));
    const char *program = str_format(&a, "%s/program", folder).ptr, *package = str_format(&a, "%s.dwp", program).ptr;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct lines_answer answer;
        struct err e = {0};
        const char *seed = str_format(&a, "%s/" SEEDS "%s", here, expected[i].seed).ptr;
        assert_int_equal(symlink(seed, program), 0);
        assert_int_equal(symlink(seed, package), 0);
        struct dwarf_question q = {.path = program, .address = &expected[i].address, .n = 1};
        assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_ANSWERED);
        assert_null(e.text);
        assert_string_equal(frames_text(&a, &answer), expected[i].frames);
        unlink(package); /* without it the lines of the program's own part are left */
        assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_ANSWERED);
        assert_string_not_equal(frames_text(&a, &answer), expected[i].frames);
        err_clear(&e);
        unlink(program);
    }
    rmdir(folder);
    arena_release(&a);
}

static void answers_are_in_the_order_of_addresses(void **state) {
    (void)state;
    struct arena a = {0};
    const uint64_t address[] = {0x400140, UINT64_MAX, 0x4000f0, 0x400140, 0};
    struct lines_answer answer[5];
    struct dwarf_question q = {.path = SEEDS "gcc5", .address = address, .n = 5};
    assert_int_equal(dwarf_ask(&a, &q, answer, NULL), DWARF_ANSWERED);
    assert_int_equal(answer[0].n, 3);
    assert_int_equal(answer[2].n, 2);
    assert_string_equal(frames_text(&a, &answer[3]), frames_text(&a, &answer[0]));
    assert_string_equal(frames_text(&a, &answer[1]), "_end::0:0:0"); /* a symbol without a size has no end */
    assert_string_equal(frames_text(&a, &answer[4]), "::0:0:0");
    arena_release(&a);
}

static void files_that_are_not_read(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    uint64_t address = 0x400140;
    struct lines_answer answer = {0};
    struct dwarf_question q = {.path = "testdata/fuzz/make-seeds", .address = &address, .n = 1};
    assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_FOREIGN);
    q.path = "/dev/null";
    assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_FOREIGN);
    q.path = SEEDS "gcc5";
    q.debug = "testdata/none";
    assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_FAILED);
    assert_string_equal(err_text(&e), "no such file or directory");
    q.debug = NULL;
    str whole = read_seed(&a, "gcc5");
    q.path = open_bytes(str_slice(whole, 0, whole.len - 1));
    assert_int_equal(dwarf_ask(&a, &q, &answer, &e), DWARF_FAILED);
    assert_string_equal(err_text(&e), "its section headers are cut short");
    close(OWN);
    err_clear(&e);
    arena_release(&a);
}

/* Sets each byte in turn to a value that is unlikely, and cuts the file everywhere. Only the sanitizers see what that
 * breaks; the fuzzer does more of it. */
static void damaged_files_break_nothing(void **state) {
    (void)state;
    static const char *const seeds[] = {"gcc5", "clang4", "split-g++5", "packed"};
    struct arena a = {0}, scratch = {0};
    uint64_t address[300];
    struct lines_answer answer[300];
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        str seed = read_seed(&a, seeds[s]);
        uint64_t start = strcmp(seeds[s], "packed") == 0 ? 0x1d0 : 0x4000f0;
        for (uint32_t i = 0; i < 300; i++) address[i] = start + i;
        for (size_t i = 0; i < seed.len; i += 5) {
            char *bytes = (char *)(uintptr_t)seed.ptr, old = bytes[i];
            bytes[i] = i % 2 ? '\xff' : (char)(old ^ 0x55);
            struct dwarf_question q = {.path = open_bytes(seed), .address = address, .n = 300};
            dwarf_ask(&scratch, &q, answer, NULL);
            bytes[i] = old;
            q.path = open_bytes(str_slice(seed, 0, i));
            dwarf_ask(&scratch, &q, answer, NULL);
            arena_release(&scratch);
        }
    }
    close(OWN);
    arena_release(&a);
}

/* A file that is cut short after it was opened has no names, and is told from one that was so before. */
static void a_file_is_cut_short(void **state) {
    (void)state;
    struct arena a = {0};
    struct dwarf_image image;
    struct dwarf_symbol symbol;
    bool is_elf;
    uint64_t address = 0x400140;
    const char *path = open_bytes(read_seed(&a, "gcc5"));
    assert_true(dwarf_image_open(&a, path, false, &image, &is_elf, NULL));
    assert_int_equal(ftruncate(OWN, 0), 0);
    assert_true(dwarf_image_load(&a, &image, UINT32_MAX, NULL));
    dwarf_find_symbols(&a, &image, &address, 1, &symbol);
    assert_int_equal(symbol.name.len, 0);
    assert_int_equal(dwarf_scan_units(&a, &image).n, 0);
    assert_false(dwarf_image_close(&image));
    close(OWN);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_all_kinds),
        cmocka_unit_test(packages),
        cmocka_unit_test(answers_are_in_the_order_of_addresses),
        cmocka_unit_test(files_that_are_not_read),
        cmocka_unit_test(damaged_files_break_nothing),
        cmocka_unit_test(a_file_is_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
