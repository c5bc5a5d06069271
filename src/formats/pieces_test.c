#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "bytes/gzip.h"
#include "formats/load.h"
#include "formats/pieces.h"
#include "testing/test.h"

/* Longer than all the pieces there are at a time. */
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

/* What comes out of all pieces; *ok is what pieces_close said. */
static str collect(struct arena *a, int fd, str bytes, bool *ok) {
    struct arena work = {0};
    struct sink all;
    struct err e = {0};
    struct pieces *p = pieces_open(&work, fd, bytes);
    str piece;
    uint64_t done = 0;
    sink_to_memory(&all);
    while (pieces_next(p, &piece, &done)) sink_write(&all, piece.ptr, piece.len);
    *ok = pieces_close(p);
    str out = str_copy(a, sink_bytes(&all));
    sink_close(&all, &e);
    arena_release(&work);
    return out;
}

static void expect(int fd, str bytes, str want) {
    struct arena a = {0};
    bool ok;
    str got = collect(&a, fd, bytes, &ok);
    assert_true(ok);
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

static void what_is_broken_is_worth_nothing(void **state) {
    (void)state;
    struct arena a = {0};
    str gz = packed(&a, noise(&a, LENGTH));
    for (int t = 0; t < 2; t++) {
        bool ok;
        threads(t ? "4" : "1");
        collect(&a, -1, str_slice(gz, 0, gz.len - 1), &ok);
        assert_false(ok);
        collect(&a, -1, str_slice(gz, 0, gz.len / 2), &ok);
        assert_false(ok);
        /* nobody waits for a maker whose pieces nobody wants */
        struct pieces *p = pieces_open(&a, -1, gz);
        str piece;
        uint64_t done;
        assert_true(pieces_next(p, &piece, &done));
        assert_false(pieces_close(p));
    }
    arena_release(&a);
}

/* --- engines --------------------------------------------------------------------------------------------------------
 */

struct dripping {
    str rest;
    size_t drop;
};

static bool drip(void *context, str *out) {
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
    while ((ok = inflate_stream_next(s, room, cap, &n)) && n) sink_write(&all, room, n);
    *out = str_copy(a, sink_bytes(&all));
    sink_close(&all, &e);
    inflate_stream_release(s);
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
    changed[gz.len - 6] ^= 1; /* the checksum */
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

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(what_is_broken_is_worth_nothing),
        cmocka_unit_test(engines_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
