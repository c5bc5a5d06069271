/* Unit tests of binaries/object.c and of the readers of object files. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "binaries/object_open.h"
#include "testing/test.h"

/* The usual segments of a program: headers, text, data. */
static const struct object_segment usual[] = {
    {.type = PT_LOAD,
     .flags = PF_R,
     .offset = 0,
     .address = 0,
     .file_size = 0x600,
     .memory_size = 0x600,
     .align = 0x1000},
    {.type = PT_LOAD,
     .flags = PF_R | PF_X,
     .offset = 0x1000,
     .address = 0x1000,
     .file_size = 0x1f00,
     .memory_size = 0x1f00,
     .align = 0x1000},
    {.type = PT_LOAD,
     .flags = PF_R | PF_W,
     .offset = 0x3d00,
     .address = 0x4d00,
     .file_size = 0x300,
     .memory_size = 0x400,
     .align = 0x1000},
};

static struct object mapped(uint16_t type, uint64_t start, uint64_t limit, uint64_t offset) {
    return (struct object){.path = STR("x"),
                           .elf = true,
                           .elf_type = type,
                           .start = start,
                           .limit = limit,
                           .offset = offset,
                           .segment = usual,
                           .n_segments = 3,
                           .text_segment = 1};
}

static void expect(struct object o, uint64_t address, uint64_t expected) {
    struct err e = {0};
    uint64_t got;
    assert_true(object_address(&o, address, &got, &e));
    assert_int_equal(got, expected);
}

static void expect_failure(struct object o, uint64_t address, const char *message) {
    struct err e = {0};
    uint64_t got;
    assert_false(object_address(&o, address, &got, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
}

static void addresses_in_user_programs(void **state) {
    (void)state;
    /* the text segment, as the loader maps it */
    expect(mapped(ET_DYN, 0x7f0000001000, 0x7f0000003000, 0x1000), 0x7f0000001234, 0x1234);
    /* the data segment's address in memory differs from its offset in the file */
    expect(mapped(ET_DYN, 0x7f0000004000, 0x7f0000005000, 0x3000), 0x7f0000004d10, 0x4d10);
    /* a program at a fixed address */
    struct object_segment fixed = {.type = PT_LOAD,
                                   .flags = PF_X,
                                   .address = 0x400000,
                                   .file_size = 0x2000,
                                   .memory_size = 0x2000,
                                   .align = 0x1000};
    struct object o = mapped(ET_EXEC, 0x400000, 0x402000, 0);
    o.segment = &fixed;
    o.n_segments = 1;
    o.text_segment = 0;
    expect(o, 0x400123, 0x400123);
    /* a kernel module: it has no segments */
    o = mapped(ET_REL, 0x1000, 0x2000, 0);
    o.n_segments = 0;
    o.text_segment = UINT32_MAX;
    expect(o, 0x1010, 0x10);
    /* a mapping of the whole address space: addresses are the file's own */
    expect(mapped(ET_DYN, 0, UINT64_MAX, 0), 0x1234, 0x1234);
}

static void files_of_debug_information(void **state) {
    (void)state;
    /* what objcopy --only-keep-debug leaves of `usual`, with text as lld links it */
    struct object_segment bare[3];
    for (unsigned i = 0; i < 3; i++) {
        bare[i] = usual[i];
        bare[i].offset = bare[i].file_size = 0;
    }
    bare[1].address = 0x5100;
    struct object o = mapped(ET_DYN, 0x7f0000005000, 0x7f0000007000, 0x4000);
    o.segment = bare;
    o.no_contents = true;
    expect(o, 0x7f0000005234, 0x5234); /* as large as the segment */
    o.start = 0x7f0000006000;
    o.offset = 0x6000;
    expect(o, 0x7f0000006234, 0x6234); /* its second page, by the offset */
    o.offset = 0x4000;
    expect_failure(o, 0x7f0000006234, "x has debug information only, and no segment that fits the mapping");
    bare[0].flags |= PF_X;
    bare[0].address = 0x1000;
    bare[0].memory_size = 0x2000; /* a second segment of this size */
    o.start = 0x7f0000005000;
    expect_failure(o, 0x7f0000006234, "x has debug information only, and no segment that fits the mapping");
    o = mapped(ET_EXEC, 0x5000, 0x6000, 0x4000);
    o.segment = bare;
    o.no_contents = true;
    expect(o, 0x5234, 0x5234);
}

static void a_mapping_over_several_segments_asks_for_the_place(void **state) {
    (void)state;
    /* aligned to huge pages, so both may start in the mapping's first page */
    static const struct object_segment small[] = {
        {.type = PT_LOAD, .flags = PF_R, .file_size = 0x800, .memory_size = 0x800, .align = 0x200000},
        {.type = PT_LOAD,
         .flags = PF_X,
         .offset = 0x1000,
         .address = 0x201000,
         .file_size = 0x1000,
         .memory_size = 0x1000,
         .align = 0x200000},
    };
    struct object o = mapped(ET_DYN, 0x10000, 0x12000, 0);
    o.segment = small;
    o.n_segments = 2;
    expect(o, 0x10100, 0x100);
    expect(o, 0x11100, 0x201100);
    expect_failure(o, 0x10900, "failed to find program header for file \"x\", address 10900");
}

static void the_first_address_decides(void **state) {
    (void)state;
    struct err e = {0};
    uint64_t got;
    struct object o = mapped(ET_DYN, 0x10000, 0x12000, 0x1000);
    assert_false(object_address(&o, 0x9000, &got, &e));
    assert_string_equal(err_text(&e),
                        "specified address 9000 is outside the mapping range [10000, 12000] for file \"x\"");
    assert_false(object_address(&o, 0x10010, &got, &e));
    err_clear(&e);
    o = mapped(ET_DYN, 0x10000, 0x12000, 0x1000);
    assert_true(object_address(&o, 0x10010, &got, &e));
    assert_true(object_address(&o, 0x20000, &got, &e)); /* later ones are not checked */
    assert_int_equal(got, 0x11000);
}

static void kernels(void **state) {
    (void)state;
    struct object_segment text = {.type = PT_LOAD,
                                  .flags = PF_X,
                                  .offset = 0x200000,
                                  .address = 0xffffffff81000000,
                                  .file_size = 0x1000,
                                  .memory_size = 0x1000,
                                  .align = 0x200000};
    struct object o = mapped(ET_EXEC, 0xffffffff91000000, 0xffffffff92000000, 0);
    o.segment = &text;
    o.n_segments = 1;
    o.text_segment = 0;
    expect(o, 0xffffffff91000100, 0xffffffff81000100);
    /* perf maps from _stext, at the same offset in its page */
    o.start += 0x198;
    o.has_kernel_offset = true;
    o.kernel_offset = 0xffffffff81000198;
    expect(o, 0xffffffff91000198, 0xffffffff81000198);
}

/* Mappings of kernels that are not where they are linked, by the rules of pprof's package elfexec. */
static void kernels_elsewhere(void **state) {
    (void)state;
    const uint64_t linked = 0xffffffff81000000;
    struct object_segment text = {.type = PT_LOAD,
                                  .flags = PF_X | PF_R | 8,
                                  .address = linked,
                                  .file_size = 0x1000,
                                  .memory_size = 0x1000,
                                  .align = 0x200000};
    struct object o = mapped(ET_EXEC, 0, 0x2000000, 0);
    o.segment = &text;
    o.n_segments = 1;
    o.text_segment = 0;
    expect(o, 0x10, linked + 0x10); /* ChromeOS moves it to address 0, */
    o.has_kernel_offset = true;
    o.kernel_offset = linked + 0x198;
    expect(o, 0x10, linked + 0x198 + 0x10); /* and perf counts from the symbol */
    o.elf_type = ET_DYN;
    o.start = 0x10198; /* a symbol at the same place of another page */
    o.offset = 0x5000;
    expect(o, 0x101a8, linked + 0x1a8);
    o.text_segment = UINT32_MAX;
    expect(o, 0x101a8, 0x5010);
    o = mapped(ET_EXEC, 0xffffffff91000198, 0xffffffff92000000, 0x5000);
    text.offset = 0x200000;
    o.segment = &text;
    o.n_segments = 1;
    o.text_segment = 0;
    /* the segment as Go 1.26 prints it */
    expect_failure(o, 0xffffffff91000200,
                   "don't know how to handle EXEC segment: {PT_LOAD PF_X+PF_R+0x8 2097152 18446744071578845184 0 4096 "
                   "4096 2097152} start=0xffffffff91000198 limit=0xffffffff92000000 offset=0x5000");
    text.flags = 0;
    expect_failure(o, 0xffffffff91000200,
                   "don't know how to handle EXEC segment: {PT_LOAD 0x0 2097152 18446744071578845184 0 4096 4096 "
                   "2097152} start=0xffffffff91000198 limit=0xffffffff92000000 offset=0x5000");
}

static void files_of_other_types(void **state) {
    (void)state;
    static const struct {
        uint16_t type;
        const char *message;
    } row[] = {{ET_NONE, "don't know how to handle FileHeader.Type ET_NONE"},
               {ET_CORE, "don't know how to handle FileHeader.Type ET_CORE"},
               {7, "don't know how to handle FileHeader.Type ET_CORE+3"},
               {ET_REL, "don't know how to handle mapping.Offset"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        expect_failure(mapped(row[i].type, 0x10000, 0x12000, 0x1000), 0x10010, row[i].message);
}

static str temporary(char *path, const char *bytes, size_t n) {
    int fd = test_file(path);
    assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
    return str_from(path);
}

static void expect_broken(const char *bytes, size_t n, const char *message) {
    struct arena a = {0};
    struct err e = {0};
    struct object o;
    char path[TEST_PATH_MAX];
    str file = temporary(path, bytes, n);
    assert_false(object_open(&a, &OBJECT_WHOLE(file), &o, &e));
    str expected = str_format(&a, "%s%s", message, path);
    if (strchr(message, '@')) { /* the message continues after the name */
        const char *at = err_text(&e);
        assert_non_null(strstr(at, strchr(message, '@') + 1));
    } else {
        assert_string_equal(err_text(&e), expected.ptr);
    }
    unlink(path);
    err_clear(&e);
    arena_release(&a);
}

static void files_that_are_no_binaries(void **state) {
    (void)state;
    expect_broken("hello", 5, "unrecognized binary format: ");
    expect_broken("", 0, "@: EOF");
    expect_broken("\177ELF", 4, "@: EOF");
    expect_broken("\177ELF\2\1\3\0\0\0\0\0\0\0\0\0", 16, "@: unknown ELF version 'EV_CURRENT+2' in record at byte 0x0");
    expect_broken("\177ELF\7\1\1\0\0\0\0\0\0\0\0\0", 16, "@: unknown ELF class 'ELFCLASS64+5' in record at byte 0x0");
    expect_broken("MZ\0\0", 4, "@: EOF");
    struct arena a = {0};
    struct err e = {0};
    struct object o;
    assert_false(object_open(&a, &(struct object_mapping){.path = STR("/nonexistent/x")}, &o, &e));
    assert_string_equal(err_text(&e), "stat /nonexistent/x: no such file or directory");
    assert_false(object_open(&a, &(struct object_mapping){.path = STR("/")}, &o, &e));
    assert_string_equal(err_text(&e), "error reading magic number from /: read /: is a directory");
    err_clear(&e);
    arena_release(&a);
}

static char *seed_file(size_t *n) {
    static char bytes[4096];
    FILE *f = fopen("testdata/fuzz/object/elf64le", "rb");
    if (!f) skip();
    *n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return bytes;
}

/* What Go's package debug/elf says about a file with one number changed. */
static void broken_headers(void **state) {
    (void)state;
    static const struct {
        unsigned at, size;
        uint64_t value;
        const char *message;
    } row[] = {{5, 1, 0, "@: unknown ELF data encoding 'ELFDATANONE' in record at byte 0x0"},
               {5, 1, 9, "@: unknown ELF data encoding 'ELFDATA2MSB+7' in record at byte 0x0"},
               {54, 2, 1, "@: invalid ELF phentsize '1' in record at byte 0x0"},
               {56, 2, 3000, "@: 3000 program headers are too many"},
               {58, 2, 1, "@: invalid ELF shentsize '1' in record at byte 0x0"},
               {60, 2, 0, "@: invalid ELF shnum contained in sh_size '0' in record at byte 0x140"},
               {62, 2, 99, "@: invalid ELF shstrndx '99' in record at byte 0x0"},
               {40, 8, 0, "@: invalid ELF shnum for shoff=0 '6' in record at byte 0x0"},
               {32, 8, UINT64_C(1) << 40, "@: EOF"},
               {40, 8, UINT64_C(1) << 40, "@: EOF"}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        size_t n;
        char *bytes = seed_file(&n);
        for (unsigned k = 0; k < row[i].size; k++) bytes[row[i].at + k] = (char)(row[i].value >> 8 * k & 0xff);
        expect_broken(bytes, n, row[i].message);
    }
}

/* More sections than the header has room for: the first section has their number and that of the names. */
static void many_sections(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct object o;
    char path[TEST_PATH_MAX];
    enum { SECTIONS = 0xff00 + 6, FIRST = 0x140, SIZE = 64 };
    size_t n, whole = FIRST + (size_t)SECTIONS * SIZE;
    const char *bytes = seed_file(&n);
    char *many = arena_zero(&a, 1, whole);
    memcpy(many, bytes, n);
    memcpy(many + 60, &(uint16_t){0}, 2);
    memcpy(many + 62, &(uint16_t){0xffff}, 2);
    memcpy(many + FIRST + 32, &(uint64_t){SECTIONS}, 8);
    memcpy(many + FIRST + 40, &(uint32_t){3}, 4);
    str file = temporary(path, many, whole);
    assert_true(object_open(&a, &OBJECT_WHOLE(file), &o, &e));
    assert_true(str_equal(o.build_id, STR("0001020304050607")) && o.text_segment == 0);
    unlink(path);
    arena_release(&a);
}

/* Classes and byte orders: 32 and 64 bits, opened as a program and as a kernel, whose symbol is at the start. */
static void classes_and_orders(void **state) {
    (void)state;
    static const char *const names[] = {"elf32le", "elf32be", "elf64le", "elf64be"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct arena a = {0};
        struct err e = {0};
        struct object o;
        uint64_t got;
        char folder[TEST_PATH_MAX];
        str seed = str_format(&a, "testdata/fuzz/object/%s", names[i]);
        if (access(seed.ptr, R_OK) != 0) skip();
        assert_true(object_open(&a, &OBJECT_WHOLE(seed), &o, &e));
        assert_true(o.elf && o.elf_type == ET_EXEC && o.n_segments == 1 && o.text_segment == 0);
        assert_int_equal(o.segment[0].address, 0x400000);
        assert_int_equal(o.segment[0].flags, PF_R | PF_X);
        assert_true(str_equal(o.build_id, STR("0001020304050607")) && !o.has_kernel_offset && !o.has_debug);
        assert_true(test_folder(folder));
        char here[TEST_PATH_MAX];
        assert_non_null(getcwd(here, sizeof here));
        str kernel = str_format(&a, "%s/vmlinux", folder), target = str_format(&a, "%s/%s", here, seed.ptr);
        assert_int_equal(symlink(target.ptr, kernel.ptr), 0);
        const struct object_mapping m = {kernel, 0xffffffff81000000, 0xffffffff82000000, 0, STR_EMPTY};
        assert_true(object_open(&a, &m, &o, &e));
        assert_true(o.has_kernel_offset);
        assert_int_equal(o.kernel_offset, 0x400000);
        const struct object_mapping other = {kernel, 0xffffffff81000000, 0xffffffff82000000, 0, STR("main")};
        assert_true(object_open(&a, &other, &o, &e));
        assert_int_equal(o.kernel_offset, 0x400010);
        assert_true(object_address(&o, 0xffffffff81000020, &got, &e));
        assert_int_equal(got, 0x400020); /* by the segment, as the symbol is at another place of its page */
        const struct object_mapping none = {kernel, 0xffffffff81000000, 0xffffffff82000000, 0, STR("absent")};
        assert_true(object_open(&a, &none, &o, &e) && !o.has_kernel_offset);
        unlink(kernel.ptr);
        rmdir(folder);
        arena_release(&a);
    }
}

static void this_program_is_one(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct object o;
    assert_true(object_open(&a, &OBJECT_WHOLE(STR("/proc/self/exe")), &o, &e));
    assert_true(o.elf && o.n_segments > 0 && o.text_segment < o.n_segments);
    assert_true(o.segment[o.text_segment].flags & PF_X);
    for (size_t i = 0; i < o.build_id.len; i++) assert_non_null(memchr("0123456789abcdef", o.build_id.ptr[i], 16));
    arena_release(&a);
}

/* What is known of a file says the same of further mappings and paths as another look at it. */
static void files_are_read_once(void **state) {
    (void)state;
    static const char *const program = "testdata/fuzz/object/elf64le",
                             *const again = "testdata/../testdata/fuzz/object/elf64le",
                             *const damaged = "testdata/fuzz/make-seeds";
    struct arena a = {0};
    struct object_known known = {.arena = &a};
    const struct object_mapping mapping[] = {{str_from(program), 0x400000, 0x402000, 0, STR_EMPTY},
                                             {str_from(again), 0x7f0000001000, 0x7f0000003000, 0x1000, STR_EMPTY},
                                             {str_from(again), 0xffffffff81000198, UINT64_MAX, 0, STR("_text")},
                                             {str_from(program), 0xffffffff81000198, UINT64_MAX, 0, STR("_stext")},
                                             {str_from(damaged), 0, UINT64_MAX, 0, STR_EMPTY},
                                             {str_from(damaged), 0, UINT64_MAX, 0, STR_EMPTY},
                                             {STR("testdata/none"), 0, UINT64_MAX, 0, STR_EMPTY}};
    for (size_t i = 0; i < sizeof mapping / sizeof *mapping; i++) {
        struct object x, y;
        struct err of_x = {0}, of_y = {0};
        bool ok = object_open(&a, &mapping[i], &x, &of_x);
        assert_int_equal(object_open_known(&known, &mapping[i], &y, &of_y), ok);
        if (!ok) assert_string_equal(err_text(&of_x), err_text(&of_y));
        err_clear(&of_x);
        err_clear(&of_y);
        if (!ok) continue;
        assert_true(str_equal(x.path, y.path) && x.start == y.start && x.limit == y.limit && x.offset == y.offset);
        assert_true(str_equal(x.build_id, y.build_id) && x.elf_type == y.elf_type && x.n_segments == y.n_segments);
        assert_true(x.has_kernel_offset == y.has_kernel_offset && x.kernel_offset == y.kernel_offset);
        assert_true(x.base_known == y.base_known && x.base == y.base);
    }
    assert_int_equal(known.files.n, 2);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_in_user_programs),
        cmocka_unit_test(files_of_debug_information),
        cmocka_unit_test(a_mapping_over_several_segments_asks_for_the_place),
        cmocka_unit_test(the_first_address_decides),
        cmocka_unit_test(kernels),
        cmocka_unit_test(kernels_elsewhere),
        cmocka_unit_test(files_of_other_types),
        cmocka_unit_test(files_that_are_no_binaries),
        cmocka_unit_test(broken_headers),
        cmocka_unit_test(many_sections),
        cmocka_unit_test(classes_and_orders),
        cmocka_unit_test(this_program_is_one),
        cmocka_unit_test(files_are_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
