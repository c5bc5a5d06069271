/* Unit tests of binaries/object.c and of the readers of object files. */
#include <elf.h>
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

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_in_user_programs),
        cmocka_unit_test(files_of_debug_information),
        cmocka_unit_test(a_mapping_over_several_segments_asks_for_the_place),
        cmocka_unit_test(the_first_address_decides),
        cmocka_unit_test(kernels),
        cmocka_unit_test(files_that_are_no_binaries),
        cmocka_unit_test(this_program_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
