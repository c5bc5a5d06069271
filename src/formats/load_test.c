/* Unit tests of load.c, and of the decoder of profile.proto. */
#include <stdlib.h>
#include <string.h>

#include "base/sink.h"
#include "base/tuning.h"
#include "bytes/gzip.h"
#include "bytes/pieces.h"
#include "formats/formats.h"
#include "formats/load.h"
#include "testing/test.h"

/* A small profile, encoded by hand: types a/count, one mapping, location 7 in function 3 ("f"), one sample. */
struct bytes {
    unsigned char at[4096];
    size_t n;
};

static void put(struct bytes *b, const void *p, size_t n) {
    memcpy(b->at + b->n, p, n);
    b->n += n;
}
#define PUT(b, literal) put((b), (literal), sizeof(literal) - 1)

static void tables(struct bytes *b) {
    PUT(b, "\x0a\x04\x08\x01\x10\x02");                         /* sample type: string 1, unit 2 */
    PUT(b, "\x22\x08\x08\x07\x22\x04\x08\x03\x10\x2a");         /* location 7: function 3 line 42 */
    PUT(b, "\x2a\x04\x08\x03\x10\x03");                         /* function 3: name string 3 */
    PUT(b, "\x32\x00\x32\x01\x61\x32\x05\x63ount\x32\x01\x66"); /* "", a, count, f */
}

static str view(const struct bytes *b) { return (str){(const char *)b->at, b->n}; }

static void expect_error(const struct bytes *b, const char *message) {
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    assert_false(load_bytes(&a, view(b), NULL, &p, &e));
    assert_string_equal(err_text(&e), message);
    err_clear(&e);
    arena_release(&a);
}

static void a_whole_profile(void **state) {
    (void)state;
    struct bytes b = {0};
    /* samples before the tables that they refer to: one packed, one not, and one with labels */
    PUT(&b, "\x12\x07\x0a\x02\x07\x07\x12\x01\x05");
    PUT(&b, "\x12\x06\x08\x07\x08\x07\x10\x06");
    PUT(&b, "\x12\x10\x08\x07\x10\x01\x1a\x04\x08\x01\x10\x03\x1a\x04\x08\x01\x18\x09");
    tables(&b);
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    assert_true(load_bytes(&a, view(&b), NULL, &p, &e));
    assert_int_equal(p.n_samples, 3);
    assert_int_equal(p.value[0][0], 5);
    assert_int_equal(p.value[0][1], 6);
    assert_int_equal(p.n_stacks, 2);
    assert_int_equal(p.stack_of[0], p.stack_of[1]);
    assert_int_equal(p.stack_off[1] - p.stack_off[0], 2);
    assert_int_equal(p.location[p.frame[0]].id, 7);
    assert_int_equal(p.line[p.location[0].first_line].line, 42);
    assert_true(str_equal(profile_str(&p, p.function[0].name), STR("f")));
    assert_int_equal(p.label_off[3] - p.label_off[2], 2);
    assert_false(p.label[p.label_ref[0]].numeric);
    assert_true(p.label[p.label_ref[1]].numeric);
    assert_int_equal(p.label[p.label_ref[1]].number, 9);
    uint32_t index;
    assert_true(profile_sample_index(&p, STR_EMPTY, &index, &e));
    assert_false(profile_sample_index(&p, STR("1"), &index, &e));
    assert_string_equal(err_text(&e), "sample_index 1 is outside the range [0..0]");
    assert_false(profile_sample_index(&p, STR("x"), &index, &e));
    assert_string_equal(err_text(&e), "sample_index \"x\" must be one of: [a]");
    err_clear(&e);
    arena_release(&a);
}

/* Several runs of locations make one list, even if all of them are empty. */
static void a_list_may_come_in_parts(void **state) {
    (void)state;
    struct bytes b = {0};
    PUT(&b, "\x12\x06\x0a\x00\x0a\x00\x10\x05");
    PUT(&b, "\x12\x08\x0a\x01\x07\x0a\x01\x07\x10\x06");
    tables(&b);
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    assert_true(load_bytes(&a, view(&b), NULL, &p, &e));
    assert_int_equal(p.n_samples, 2);
    assert_int_equal(p.stack_off[p.stack_of[0] + 1] - p.stack_off[p.stack_of[0]], 0);
    assert_int_equal(p.stack_off[p.stack_of[1] + 1] - p.stack_off[p.stack_of[1]], 2);
    arena_release(&a);
}

/* Types after the first sample count, too. */
static void types_may_come_late(void **state) {
    (void)state;
    struct bytes b = {0};
    PUT(&b, "\x12\x04\x12\x02\x05\x06");
    tables(&b);
    PUT(&b, "\x0a\x04\x08\x02\x10\x01");
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    assert_true(load_bytes(&a, view(&b), NULL, &p, &e));
    assert_int_equal(p.n_types, 2);
    assert_int_equal(p.value[0][0], 5);
    assert_int_equal(p.value[1][0], 6);
    arena_release(&a);
}

/* Some profilers use hashes as ids: ids of 64 bits, in any order, beside small ones. */
static void ids_may_be_wide(void **state) {
    (void)state;
    struct bytes b = {0};
    PUT(&b, "\x0a\x04\x08\x01\x10\x02\x12\x0d\x0a\x09\x07\xff\xff\xff\xff\xff\xff\xff\x7f\x10\x05");
    PUT(&b, "\x1a\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x1a\x02\x08\x01"); /* mappings 2^63-1, 1 */
    /* location 2^56-1: mapping 2^63-1, functions 2^35-1 and 3; location 7: mapping 1, function 2^35-1 */
    PUT(&b, "\x22\x21\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x10\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
            "\x22\x06\x08\xff\xff\xff\xff\x7f\x22\x04\x08\x03\x10\x2a");
    PUT(&b, "\x22\x0c\x08\x07\x10\x01\x22\x06\x08\xff\xff\xff\xff\x7f");
    PUT(&b, "\x2a\x04\x08\x03\x10\x03\x2a\x08\x08\xff\xff\xff\xff\x7f\x10\x01"); /* functions 3, 2^35-1 */
    PUT(&b, "\x32\x00\x32\x01\x61\x32\x05\x63ount\x32\x01\x66");
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    bool ok = load_bytes(&a, view(&b), NULL, &p, &e);
    assert_string_equal(ok ? "" : err_text(&e), "");
    assert_int_equal(p.frame[0], 1);
    assert_int_equal(p.frame[1], 0);
    assert_int_equal(p.location[0].mapping, 0);
    assert_int_equal(p.location[1].mapping, 1);
    assert_int_equal(p.line[0].function, 1);
    assert_int_equal(p.line[1].function, 0);
    assert_int_equal(p.line[2].function, 1);
    arena_release(&a);
}

/* A profile of any size that is being written. */
struct growing {
    struct arena arena;
    VEC(unsigned char) bytes;
};

static void put_byte(struct growing *g, unsigned byte) { *VEC_PUSH(&g->arena, &g->bytes) = (unsigned char)byte; }

/* Writes a number, or if `g` is NULL only returns the number of its bytes. */
static unsigned put_number(struct growing *g, uint64_t n) {
    unsigned size = 1;
    for (; n > 0x7f; n >>= 7, size++)
        if (g) put_byte(g, (n & 0x7f) | 0x80);
    if (g) put_byte(g, (unsigned)n);
    return size;
}

/* Writes a profile with location ids `step`, 2 * `step` … `most` * `step` and stacks of 0 to 40 frames, each twice. */
static void put_stacks(struct growing *g, uint64_t step, uint64_t most) {
    static const char type[] = "\x0a\x04\x08\x01\x10\x02", strings[] = "\x32\x00\x32\x01\x61\x32\x05\x63ount";
    for (size_t i = 0; i + 1 < sizeof type; i++) put_byte(g, (unsigned char)type[i]);
    for (uint64_t i = 1; i <= most; i++) {
        put_byte(g, 0x22);
        put_number(g, 1 + put_number(NULL, i * step));
        put_byte(g, 0x08);
        put_number(g, i * step);
    }
    for (uint64_t i = 0; i < 82; i++) {
        uint64_t n = i / 2, id[41], size = 0;
        for (uint64_t k = 0; k < n; k++) size += put_number(NULL, id[k] = (most - n * k * 7 % most) * step);
        put_byte(g, 0x12);
        put_number(g, 1 + put_number(NULL, size) + size + 2);
        put_byte(g, 0x0a);
        put_number(g, size);
        for (uint64_t k = 0; k < n; k++) put_number(g, id[k]);
        put_byte(g, 0x10);
        put_byte(g, 1);
    }
    for (size_t i = 0; i + 1 < sizeof strings; i++) put_byte(g, (unsigned char)strings[i]);
}

/* Narrow frames are those of the wide ones, where the ids are small and count from 1. */
static void frames_may_be_narrow(void **state) {
    (void)state;
    static const struct {
        uint64_t step, most;
        bool is_narrow;
    } row[] = {{1, 5, true},
               {1, TUNING_NARROW_MOST + 1, true},
               {1, TUNING_NARROW_MOST + 2, false},
               {2, 5, false},
               {UINT64_C(1) << 40, 5, false}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena a = {0};
        struct growing g = {0};
        put_stacks(&g, row[i].step, row[i].most);
        str bytes = {(const char *)g.bytes.at, g.bytes.n};
        struct profile wide, p;
        struct err e = {0};
        assert_true(load_bytes(&a, bytes, NULL, &wide, &e));
        assert_true(load_bytes(&a, bytes, &(struct load_options){.narrow = true}, &p, &e));
        assert_null(wide.narrow_frame);
        assert_true((p.narrow_frame != NULL) == row[i].is_narrow);
        assert_int_equal(p.n_stacks, 41);
        assert_int_equal(wide.n_stacks, 41);
        loc_id *room = profile_frames_room(&p, &a);
        for (stack_id s = 0; s < p.n_stacks; s++) {
            uint64_t n = wide.stack_off[s + 1] - wide.stack_off[s];
            assert_int_equal(p.stack_off[s + 1] - p.stack_off[s], n);
            assert_memory_equal(profile_frames(&p, s, room), wide.frame + wide.stack_off[s], n * sizeof(loc_id));
        }
        profile_widen(&p, &a);
        assert_memory_equal(p.frame, wide.frame, wide.stack_off[41] * sizeof(loc_id));
        arena_release(&a);
        arena_release(&g.arena);
    }
}

/* An input in pieces of `size` bytes. */
struct cut_up {
    str rest;
    size_t size;
};

static bool next_cut(void *context, str *piece) {
    struct cut_up *c = context;
    *piece = str_slice(c->rest, 0, c->size);
    c->rest = str_from_offset(c->rest, piece->len);
    return piece->len > 0;
}

/* The profile is the same wherever the bytes are cut. */
static void pieces_may_end_anywhere(void **state) {
    (void)state;
    struct bytes b = {0};
    tables(&b);
    for (unsigned char i = 0; i < 100; i++) {
        unsigned char sample[] = {0x12, 0x0e, 0x0a, 0x02, 0x07, 0x07, 0x12,         0x01,
                                  i,    0x1a, 0x05, 0x08, 0x01, 0x18, 0x80 | i % 7, 0x01};
        put(&b, sample, sizeof sample);
    }
    PUT(&b, "\x48\x80\x80\x80\x80\x80\x80\x80\x80\x01");                         /* a long time */
    PUT(&b, "\x9a\x01\x03\x61\x62\x63\xa1\x01\x01\x02\x03\x04\x05\x06\x07\x08"); /* unknown fields */
    for (size_t size = 1; size <= b.n; size++) {
        struct arena a = {0};
        struct profile p;
        struct err e = {0};
        struct cut_up cut = {view(&b), size};
        struct format_input in = {.arena = &a, .next = next_cut, .context = &cut};
        assert_int_equal(decode_pprof(&in, &p, &e), FORMAT_OK);
        assert_int_equal(p.n_samples, 100);
        assert_int_equal(p.n_stacks, 1);
        assert_int_equal(p.n_labels, 7);
        for (uint32_t i = 0; i < 100; i++) {
            assert_int_equal(p.value[0][i], i);
            assert_int_equal(p.label_ref[p.label_off[i]], i % 7);
        }
        arena_release(&a);
    }
}

/* Stacks that nobody looks at are left out if their locations are known, whose ids count from 1. */
static void stacks_may_be_left_out(void **state) {
    (void)state;
    static const struct {
        uint8_t location, in_sample;
        bool left_out;
    } row[] = {{1, 1, true}, {1, 2, false}, {1, 0, false}, {7, 7, false}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct arena a = {0};
        struct bytes b = {0};
        struct profile p;
        struct err e = {0};
        bool missed = false;
        const struct load_options no_stacks = {.missed_stacks = &missed};
        uint8_t sample[] = {0x12, 0x07, 0x0a, 0x02, row[i].in_sample, row[i].location, 0x12, 0x01, 0x05};
        uint8_t location[] = {0x22, 0x02, 0x08, row[i].location};
        PUT(&b, "\x0a\x04\x08\x01\x10\x01\x32\x00\x32\x01\x61");
        put(&b, sample, sizeof sample);
        put(&b, location, sizeof location);
        assert_int_equal(load_bytes(&a, view(&b), &no_stacks, &p, &e), row[i].left_out);
        assert_int_equal(missed, !row[i].left_out);
        if (row[i].left_out) {
            assert_int_equal(p.value[0][0], 5);
            assert_int_equal(p.stack_off[p.stack_of[0] + 1], 0);
        }
        err_clear(&e);
        arena_release(&a);
    }
}

static void broken_rules_have_sentences(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *message;
    } row[] = {
#define ROW(literal, message) {literal, sizeof(literal) - 1, message}
        ROW("\x12\x04\x12\x02\x01\x02", "malformed profile: mismatch: sample has 2 values vs. 1 types"),
        ROW("\x12\x04\x08\x09\x10\x01", "malformed profile: sample has nil location"),
        ROW("\x1a\x02\x10\x01", "malformed profile: found mapping with reserved ID=0"),
        ROW("\x1a\x02\x08\x01\x1a\x02\x08\x01", "malformed profile: multiple mappings with same id: 1"),
        ROW("\x2a\x02\x08\x03", "malformed profile: multiple functions with same id: 3"),
        ROW("\x2a\x00", "malformed profile: found function with reserved ID=0"),
        ROW("\x22\x02\x08\x07", "malformed profile: multiple locations with same id: 7"),
        ROW("\x22\x00", "malformed profile: found location with reserved id=0"),
        ROW("\x22\x06\x08\x08\x22\x02\x08\x09", "malformed profile: location id: 8 has a line with nil function"),
        ROW("\x48\x01\x48\x01", "parsing profile: concatenated profiles detected"),
        ROW("\x32\x7f", formats_unrecognized),             /* longer than the rest */
        ROW("\x0b", formats_unrecognized),                 /* a group */
        ROW("\x0a\x02\x08\x63", formats_unrecognized),     /* string 99 */
        ROW("\x12\x03\x0a\x01\x80", formats_unrecognized), /* cut varint in a stack */
        ROW("\x10\x01", formats_unrecognized),             /* sample with another wire type */
#undef ROW
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct bytes b = {0};
        tables(&b);
        put(&b, row[i].bytes, row[i].n);
        expect_error(&b, row[i].message);
    }
    struct bytes none = {0};
    expect_error(&none, "parsing profile: empty input file");
}

/* A million samples without bytes and a thousand types would need gigabytes of values. */
static void memory_follows_the_input(void **state) {
    (void)state;
    struct arena a = {0};
    size_t n_types = 1000, n_samples = 1000000;
    char *bytes = arena_alloc(&a, 2 * (n_types + n_samples) + 2), *p = bytes;
    *p++ = 0x32;
    *p++ = 0;
    for (size_t i = 0; i < n_types; i++) *p++ = 0x0a, *p++ = 0;
    for (size_t i = 0; i < n_samples; i++) *p++ = 0x12, *p++ = 0;
    struct profile out;
    struct err e = {0};
    assert_false(load_bytes(&a, (str){bytes, (size_t)(p - bytes)}, NULL, &out, &e));
    assert_string_equal(err_text(&e), "malformed profile: mismatch: sample has 0 values vs. 1000 types");
    assert_true(a.total < 100u << 20);
    err_clear(&e);
    arena_release(&a);
}

static void gzip_in_and_out(void **state) {
    (void)state;
    struct arena a = {0};
    struct err e = {0};
    struct sink packed;
    size_t n = 3 * 1024 * 1024 + 17;
    char *bytes = arena_alloc(&a, n);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)(i * i >> 7);
    sink_to_memory(&packed);
    struct deflate *d = deflate_begin(&a, &packed);
    for (size_t at = 0; at < n; at += 999983) deflate_write(d, bytes + at, n - at < 999983 ? n - at : 999983);
    assert_true(deflate_end(d, &e));
    str out, whole = str_copy(&a, sink_bytes(&packed));
    assert_true(inflate_gzip(&a, whole, &out, &e));
    assert_int_equal(out.len, n);
    assert_memory_equal(out.ptr, bytes, n);
    /* cut or changed anywhere, it fails with Go's message */
    assert_false(inflate_gzip(&a, str_slice(whole, 0, whole.len - 3), &out, &e));
    assert_string_equal(err_text(&e), "unexpected EOF");
    assert_false(inflate_gzip(&a, str_slice(whole, 0, 5), &out, &e));
    assert_string_equal(err_text(&e), "unexpected EOF");
    char *changed = (char *)(uintptr_t)str_copy(&a, whole).ptr;
    changed[whole.len - 6] ^= 1;
    assert_false(inflate_gzip(&a, (str){changed, whole.len}, &out, &e));
    assert_string_equal(err_text(&e), "gzip: invalid checksum");
    changed[2] = 9;
    assert_false(inflate_gzip(&a, (str){changed, whole.len}, &out, &e));
    assert_string_equal(err_text(&e), "gzip: invalid header");
    err_clear(&e);
    sink_close(&packed, &e);
    arena_release(&a);
}

static void sources_that_cannot_be_read(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p;
    struct err e = {0};
    assert_false(load_source(&a, STR("/nonexistent/x"), NULL, &p, &e));
    assert_string_equal(err_text(&e), "stat /nonexistent/x: no such file or directory");
    assert_false(load_source(&a, STR("/"), NULL, &p, &e));
    assert_string_equal(err_text(&e), "read /: is a directory");
    err_clear(&e);
    arena_release(&a);
}

/* Loads bytes whole, and in pieces of different sizes; all must give the same result. */
static void expect_the_same(str bytes) {
    static const size_t size[] = {1, 2, 7, 64, 1000};
    struct arena a = {0};
    struct profile whole, p;
    struct err e = {0}, e_pieces = {0};
    bool ok = load_bytes(&a, bytes, NULL, &whole, &e);
    for (size_t i = 0; i < 2 * (sizeof size / sizeof *size); i++) {
        assert_int_equal(setenv("CPROF_THREADS", i & 1 ? "4" : "1", 1), 0);
        pieces_set_size(size[i / 2]);
        load_set_pieces_from(1);
        assert_int_equal(load_bytes(&a, bytes, NULL, &p, &e_pieces), ok);
        load_set_pieces_from(0);
        pieces_set_size(0);
        if (!ok) {
            assert_string_equal(err_text(&e_pieces), err_text(&e));
            continue;
        }
        assert_int_equal(p.n_samples, whole.n_samples);
        assert_int_equal(p.n_locations, whole.n_locations);
        assert_int_equal(p.n_strings, whole.n_strings);
        for (uint32_t s = 0; s < p.n_strings; s++) assert_true(str_equal(p.string[s], whole.string[s]));
        for (uint32_t s = 0; s < p.n_samples; s++) assert_int_equal(p.value[0][s], whole.value[0][s]);
    }
    err_clear(&e);
    err_clear(&e_pieces);
    arena_release(&a);
}

static str packed(struct arena *a, str bytes) {
    struct sink out;
    sink_to_memory(&out);
    struct deflate *d = deflate_begin(a, &out);
    deflate_write(d, bytes.ptr, bytes.len);
    assert_true(deflate_end(d, NULL));
    str gz = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return gz;
}

static void pieces_load_as_the_whole(void **state) {
    (void)state;
    static const char *const text[] = {
        "heap profile: 1: 8 [1: 8] @ heapprofile\n1: 8 [1: 8] @ 0x11\n",
        "# a comment\n\n# another; the first bytes show no profile\ngoroutine profile: total 1\n1 @ 0x11\n",
        "--- contentionz 1 ---\nformat = java\nresolution = microseconds\n 14 1 @ 0x10\n 0x10 a.B.c (B.java)\n",
        "--- contentionz 1 ---\ncycles/second = 1000\n400 2 @ 0x1011\n",
        "heap profile: 1: 8 [1: 8] @ heapprofile\nnot a sample\n",
        "this is not a profile\n",
        "",
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        str bytes = str_from(text[i]), gz = packed(&a, bytes);
        expect_the_same(bytes);
        expect_the_same(gz);
        expect_the_same(str_slice(gz, 0, gz.len - 3));
    }
    struct bytes b = {0};
    PUT(&b, "\x12\x07\x0a\x02\x07\x07\x12\x01\x05\x12\x06\x08\x07\x08\x07\x10\x06");
    tables(&b);
    for (size_t n = 0; n <= b.n; n++) expect_the_same(str_slice(view(&b), 0, n));
    str gz = packed(&a, packed(&a, view(&b)));
    for (size_t n = 0; n <= gz.len; n++) expect_the_same(str_slice(gz, 0, n));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_profile),          cmocka_unit_test(a_list_may_come_in_parts),
        cmocka_unit_test(types_may_come_late),      cmocka_unit_test(ids_may_be_wide),
        cmocka_unit_test(frames_may_be_narrow),     cmocka_unit_test(pieces_may_end_anywhere),
        cmocka_unit_test(stacks_may_be_left_out),   cmocka_unit_test(broken_rules_have_sentences),
        cmocka_unit_test(memory_follows_the_input), cmocka_unit_test(gzip_in_and_out),
        cmocka_unit_test(pieces_load_as_the_whole), cmocka_unit_test(sources_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
