/* Unit tests of bytes/pieces.c and of the two engines of bytes/gzip.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "bytes/gzip.h"
#include "bytes/pieces.h"
#include "testing/test.h"

/* more than all the buffers hold together */
enum { LENGTH = 5 * 1000 * 1000 + 3 };

static str noise(struct arena *a, size_t n) {
    char *bytes = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)(i * i >> 9 ^ i);
    return (str){bytes, n};
}

static str packed(struct arena *a, str bytes) {
    struct sink out;
    struct err e = {0};
    sink_to_memory(&out);
    struct deflate *d = deflate_begin(a, &out);
    deflate_write(d, bytes.ptr, bytes.len);
    assert_true(deflate_end(d, &e));
    str gz = str_copy(a, sink_bytes(&out));
    sink_close(&out, &e);
    return gz;
}

/* Joins all pieces of `bytes` and of the file `fd` (-1: none). A non-NULL `error` is the expected error. */
static str collect(struct arena *a, int fd, str bytes, const char *error) {
    struct arena work = {0};
    struct sink all;
    struct err e = {0};
    struct source source = {.path = STR("x"), .fd = fd};
    struct pieces *p = pieces_open(&work, fd < 0 ? NULL : &source, bytes);
    str piece, first;
    pieces_first(p, &first);
    first = str_copy(a, first);
    uint64_t done = 0;
    sink_to_memory(&all);
    while (pieces_next(p, &piece, &done)) sink_write(&all, piece.ptr, piece.len);
    assert_int_equal(pieces_close(p, &e), error == NULL);
    if (error) assert_string_equal(err_text(&e), error);
    assert_true(str_has_prefix(sink_bytes(&all), first));
    err_clear(&e);
    str out = str_copy(a, sink_bytes(&all));
    sink_drop(&all);
    arena_release(&work);
    return out;
}

static void expect(int fd, str bytes, str want) {
    struct arena a = {0};
    str got = collect(&a, fd, bytes, NULL);
    assert_true(str_equal(got, want));
    arena_release(&a);
}

static void threads(const char *n) { assert_int_equal(setenv("CPROF_THREADS", n, 1), 0); }

static void pieces_make_the_whole(void **state) {
    (void)state;
    struct arena a = {0};
    str bytes = noise(&a, LENGTH), gz = packed(&a, bytes);
    for (int t = 0; t < 2; t++) {
        threads(t ? "4" : "1");
        expect(-1, bytes, bytes);
        expect(-1, gz, bytes);
        FILE *f = tmpfile();
        assert_non_null(f);
        assert_int_equal(fwrite(gz.ptr, 1, gz.len, f), gz.len);
        rewind(f);
        expect(fileno(f), STR_EMPTY, bytes);
        fclose(f);
    }
    arena_release(&a);
}

static void a_source_follows_bytes(void **state) {
    (void)state;
    struct arena a = {0};
    str bytes = noise(&a, LENGTH), gz = packed(&a, bytes);
    for (int t = 0; t < 2; t++) {
        threads(t ? "4" : "1");
        FILE *f = tmpfile();
        assert_non_null(f);
        assert_int_equal(fwrite(gz.ptr + 1000, 1, gz.len - 1000, f), gz.len - 1000);
        rewind(f);
        expect(fileno(f), str_slice(gz, 0, 1000), bytes);
        fclose(f);
    }
    arena_release(&a);
}

static void wrappers_may_be_nested(void **state) {
    (void)state;
    struct arena a = {0};
    str bytes = noise(&a, LENGTH), gz = packed(&a, packed(&a, packed(&a, packed(&a, bytes))));
    for (int t = 0; t < 2; t++) {
        threads(t ? "4" : "1");
        expect(-1, gz, bytes);
        /* more wrappers than UNWRAP_MOST */
        str five = packed(&a, gz), one = packed(&a, bytes);
        expect(-1, five, one);
        /* a fault in an inner wrapper */
        str cut = packed(&a, packed(&a, str_slice(one, 0, one.len / 2)));
        collect(&a, -1, cut, "decompressing profile: unexpected EOF");
    }
    arena_release(&a);
}

static void pieces_of_any_size(void **state) {
    (void)state;
    struct arena a = {0};
    str bytes = noise(&a, 300), gz = packed(&a, bytes), twice = packed(&a, gz);
    static const size_t size[] = {1, 2, 299, 300, 301};
    for (size_t i = 0; i < sizeof size / sizeof *size; i++)
        for (int t = 0; t < 2; t++) {
            threads(t ? "4" : "1");
            pieces_set_size(size[i]);
            expect(-1, bytes, bytes);
            expect(-1, gz, bytes);
            expect(-1, twice, bytes);
            expect(-1, STR_EMPTY, STR_EMPTY);
            struct pieces *p = pieces_open(&a, NULL, bytes);
            str first;
            struct err e = {0};
            assert_int_equal(pieces_first(p, &first), size[i] > bytes.len);
            assert_int_equal(first.len, size[i] < bytes.len ? size[i] : bytes.len);
            assert_true(pieces_close(p, &e));
        }
    pieces_set_size(0);
    arena_release(&a);
}

static void what_is_broken_is_worth_nothing(void **state) {
    (void)state;
    struct arena a = {0};
    str gz = packed(&a, noise(&a, LENGTH));
    for (int t = 0; t < 2; t++) {
        static const char eof[] = "decompressing profile: unexpected EOF";
        static const char header[] = "decompressing profile: gzip: invalid header";
        threads(t ? "4" : "1");
        collect(&a, -1, str_slice(gz, 0, gz.len - 1), eof);
        collect(&a, -1, str_slice(gz, 0, gz.len / 2), eof);
        str garbage = str_join(&a, (str[]){gz, STR("garbage, ten bytes and more")}, 2, STR_EMPTY);
        collect(&a, -1, garbage, header);
        collect(&a, -1, str_slice(garbage, 0, gz.len + 9), eof);
        char *changed = (char *)(uintptr_t)str_copy(&a, gz).ptr;
        changed[gz.len - 6] ^= 1;
        collect(&a, -1, (str){changed, gz.len}, "decompressing profile: gzip: invalid checksum");
        /* the caller may stop early */
        struct pieces *p = pieces_open(&a, NULL, gz);
        struct err e = {0};
        str piece;
        uint64_t done;
        assert_true(pieces_next(p, &piece, &done));
        assert_true(pieces_close(p, &e));
        FILE *directory = fopen("/", "r");
        assert_non_null(directory);
        collect(&a, fileno(directory), STR_EMPTY, "read x: is a directory");
        fclose(directory);
    }
    arena_release(&a);
}

struct dripping {
    str rest;
    size_t drop;
};

static bool drip(void *context, str *out, struct err *e) {
    (void)e;
    struct dripping *d = context;
    *out = str_slice(d->rest, 0, d->drop);
    d->rest = str_from_offset(d->rest, d->drop);
    return true;
}

static bool unpack(struct arena *a, enum inflate_engine engine, str gz, size_t drop, size_t cap, str *out) {
    struct dripping source = {gz, drop};
    struct inflate_stream *s = inflate_stream_new(a, drip, &source, engine);
    struct sink all;
    struct err e = {0};
    char *room = arena_alloc(a, cap);
    size_t n;
    bool ok;
    sink_to_memory(&all);
    while ((ok = inflate_stream_next(s, room, cap, &n, &e)) && n) sink_write(&all, room, n);
    *out = str_copy(a, sink_bytes(&all));
    sink_drop(&all);
    inflate_stream_release(s);
    assert_int_equal(ok, e.text == NULL);
    err_clear(&e);
    return ok;
}

static void engines_agree(void **state) {
    (void)state;
    static const enum inflate_engine engine[] = {INFLATE_FASTEST, INFLATE_ZLIB};
    static const size_t drop[] = {1, 7, 1000, 1 << 20}, cap[] = {1, 100, 65536};
    struct arena a = {0};
    str bytes = noise(&a, 10000), gz = packed(&a, bytes), none = packed(&a, STR_EMPTY), out;
    str both = str_join(&a, (str[]){gz, none, gz}, 3, STR_EMPTY);
    str twice = str_join(&a, (str[]){bytes, bytes}, 2, STR_EMPTY);
    str junk = str_join(&a, (str[]){gz, STR("junk, not a member")}, 2, STR_EMPTY);
    char *changed = (char *)(uintptr_t)str_copy(&a, gz).ptr;
    changed[gz.len - 6] ^= 1; /* in the checksum */
    for (size_t e = 0; e < 2; e++)
        for (size_t d = 0; d < 4; d++)
            for (size_t c = 0; c < 3; c++) {
                assert_true(unpack(&a, engine[e], gz, drop[d], cap[c], &out) && str_equal(out, bytes));
                assert_true(unpack(&a, engine[e], both, drop[d], cap[c], &out) && str_equal(out, twice));
                assert_true(unpack(&a, engine[e], none, drop[d], cap[c], &out) && out.len == 0);
                assert_false(unpack(&a, engine[e], junk, drop[d], cap[c], &out));
                assert_false(unpack(&a, engine[e], (str){changed, gz.len}, drop[d], cap[c], &out));
                for (size_t cut = 1; cut < gz.len; cut += 97)
                    assert_false(unpack(&a, engine[e], str_slice(gz, 0, cut), drop[d], 65536, &out));
            }
    arena_release(&a);
}

/* The length at the end of a gzip file is that of its last member. */
static void one_member_holds_the_whole(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    str bytes = noise(&a, LENGTH), back;
    str gz = deflate_member(&a, bytes, DEFLATE_FAST);
    assert_true(inflate_gzip(&a, gz, &back, &e));
    assert_true(str_equal(back, bytes));
    const unsigned char *end = (const unsigned char *)gz.ptr + gz.len - 4;
    assert_int_equal(end[0] | end[1] << 8 | end[2] << 16 | end[3] << 24, LENGTH);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_make_the_whole),           cmocka_unit_test(a_source_follows_bytes),
        cmocka_unit_test(wrappers_may_be_nested),          cmocka_unit_test(pieces_of_any_size),
        cmocka_unit_test(what_is_broken_is_worth_nothing), cmocka_unit_test(engines_agree),
        cmocka_unit_test(one_member_holds_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
