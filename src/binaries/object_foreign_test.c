/* Unit tests of object_foreign.c: headers of Mach-O and PE files, written by hand, good ones and cut ones. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "binaries/object_open.h"
#include "testing/test.h"

enum { ROOM = 512, START = 0x500000 };

struct bytes {
    uint8_t at[ROOM];
    size_t n;
};

static void put(struct bytes *b, uint64_t value, unsigned width, bool big) {
    for (unsigned i = 0; i < width; i++) b->at[b->n++] = (uint8_t)(value >> 8 * (big ? width - 1 - i : i));
}

static void put_macho(struct bytes *b, bool wide, bool big, const char *segment) {
    put(b, wide ? 0xfeedfacf : 0xfeedface, 4, big);
    for (int i = 0; i < 3; i++) put(b, i == 0 ? 0x01000007 : 2, 4, big);
    put(b, 2, 4, big); /* commands */
    put(b, wide ? 8 + 40 : 8 + 32, 4, big);
    for (int i = 0; i < (wide ? 2 : 1); i++) put(b, 0, 4, big);
    put(b, 0x1b, 4, big);
    put(b, 8, 4, big);
    put(b, wide ? 0x19 : 1, 4, big);
    put(b, wide ? 40 : 32, 4, big);
    memcpy(b->at + b->n, segment, strlen(segment));
    b->n += 16;
    put(b, 0x400000, wide ? 8 : 4, big);
    put(b, 0x1000, wide ? 8 : 4, big);
}

/* Returns the base, or 0 with the message in *message. */
static uint64_t base_of(const struct bytes *b, uint64_t start, const char **message) {
    static struct arena arena;
    static char text[256];
    char path[] = "/tmp/cprof-foreign-XXXXXX";
    struct object o;
    struct err e = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, b->at, b->n), b->n);
    close(fd);
    struct object_mapping m = {str_from(path), start, start + 0x10000, 0, STR_EMPTY};
    bool ok = object_open(&arena, &m, &o, &e);
    snprintf(text, sizeof text, "%s", ok ? "" : err_text(&e));
    err_clear(&e);
    unlink(path);
    *message = text;
    arena_release(&arena);
    return ok && o.base_known ? o.base : 0;
}

static void expect_fault(const struct bytes *b, uint64_t start, const char *part) {
    const char *message;
    assert_int_equal(base_of(b, start, &message), 0);
    if (!strstr(message, part)) fail_msg("%s: no \"%s\"", message, part);
}

static void test_macho(void **state) {
    (void)state;
    const char *message;
    for (int way = 0; way < 4; way++) {
        struct bytes b = {{0}, 0}, cut;
        put_macho(&b, way & 1, way & 2, "__TEXT");
        assert_int_equal(base_of(&b, START, &message), START - 0x400000);
        expect_fault(&b, 0x1000, "> mapping start address");
        cut = b;
        cut.n = 20;
        expect_fault(&cut, START, "EOF");
        cut.n = b.n - 8;
        expect_fault(&cut, START, "EOF");
    }
    struct bytes other = {{0}, 0};
    put_macho(&other, true, false, "__DATA");
    expect_fault(&other, START, "no __TEXT segment");
}

static void test_fat_macho(void **state) {
    (void)state;
    const char *message;
    struct bytes b = {{0}, 0};
    put(&b, 0xcafebabe, 4, true);
    put(&b, 2, 4, true);
    for (int i = 0; i < 2; i++) { /* another machine's, and those of both hosts at one place */
        put(&b, i ? 0x01000007 : 7, 4, true);
        put(&b, 0, 4, true);
        put(&b, 0x40, 4, true);
        put(&b, 0x100, 4, true);
        put(&b, 0, 4, true);
    }
    struct bytes none = b;
    none.at[8 + 20 + 3] = 8;
    expect_fault(&none, START, "architecture not found");
    none.at[7] = 0;
    expect_fault(&none, START, "no images");
    b.n = 0x40;
    put_macho(&b, true, false, "__TEXT");
#if defined(__x86_64__)
    assert_int_equal(base_of(&b, START, &message), START - 0x400000);
#else
    (void)message;
#endif
}

static void test_pe(void **state) {
    (void)state;
    const char *message;
    for (int wide = 0; wide < 2; wide++) {
        struct bytes b = {{'M', 'Z'}, 0x3c};
        put(&b, 0x40, 4, false);
        put(&b, 'P' | 'E' << 8, 4, false);
        for (int i = 0; i < 8; i++) put(&b, 0, 2, false);
        put(&b, 32, 2, false);
        put(&b, 0, 2, false);
        put(&b, wide ? 0x20b : 0x10b, 2, false);
        for (int i = 0; i < 22; i++) put(&b, 0, 1, false);
        put(&b, wide ? 0x400000 : 0, 4, false);
        put(&b, wide ? 0 : 0x400000, 4, false);
        assert_int_equal(base_of(&b, START, &message), START - 0x400000);
        struct bytes bad = b;
        bad.at[0x41] = 'x';
        expect_fault(&bad, START, "invalid PE file signature");
        bad = b;
        bad.at[0x40 + 24] = 9;
        expect_fault(&bad, START, "unknown OptionalHeader");
        bad.n = 0x50;
        expect_fault(&bad, START, "EOF");
    }
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_macho),
        cmocka_unit_test(test_fat_macho),
        cmocka_unit_test(test_pe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
