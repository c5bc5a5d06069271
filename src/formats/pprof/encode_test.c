/* Unit tests of encode.c. */
#include "base/sink.h"
#include "bytes/gzip.h"
#include "formats/format.h"
#include "formats/load.h"
#include "formats/pprof/encode.h"
#include "testing/sketch.h"
#include "testing/test.h"

static str encode(struct arena *a, const struct profile *p) {
    struct sink s;
    struct err e = {0};
    sink_to_memory(&s);
    encode_profile(p, &s);
    str bytes = str_copy(a, sink_bytes(&s));
    assert_true(sink_close(&s, &e));
    return bytes;
}

#define EXPECT_BYTES(got, literal)                                                                                     \
    do {                                                                                                               \
        assert_int_equal((got).len, sizeof(literal) - 1);                                                              \
        assert_memory_equal((got).ptr, literal, sizeof(literal) - 1);                                                  \
    } while (0)

static void bytes_are_pprofs(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "types s/c\nf;g+h@x;f 1 z=v b=v n:-1 n:2ms\nf 0\n");
    p.mapping =
        &(struct profile_mapping){.id = 9, .start = 1, .limit = 300, .file = p.mapping[0].file, .has_filenames = true};
    str got = encode(&a, &p);
    EXPECT_BYTES(got, "\x0a\x04\x08\x01\x10\x02" /* s/c: strings 1 and 2 */
                      /* three frames are packed; labels are sorted by key, string labels first */
                      "\x12\x2a\x0a\x03\x01\x02\x01\x10\x01"
                      "\x1a\x04\x08\x03\x10\x04\x1a\x04\x08\x05\x10\x04"
                      "\x1a\x0d\x08\x06\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x1a\x06\x08\x06\x18\x02\x20\x07"
                      "\x12\x04\x08\x01\x10\x00" /* a single frame is not packed; zero values are written */
                      "\x1a\x0b\x08\x09\x10\x01\x18\xac\x02\x28\x08\x40\x01"
                      "\x22\x0a\x08\x01\x10\x09\x22\x04\x08\x01\x10\x01"
                      "\x22\x10\x08\x02\x10\x09\x22\x04\x08\x03\x10\x01\x22\x04\x08\x02\x10\x01"
                      "\x2a\x04\x08\x01\x10\x09\x2a\x04\x08\x02\x10\x0a\x2a\x06\x08\x03\x10\x0b\x20\x0c"
                      "\x32\x00\x32\x01s\x32\x01\x63\x32\x01\x62\x32\x01v\x32\x01z\x32\x01n\x32\x02ms\x32\x05/PROG"
                      "\x32\x01\x66\x32\x01g\x32\x01h\x32\x01x"
                      "\x70\x00"); /* the default type, written although it is not set */
    arena_release(&a);
}

static void headers_are_written(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "types s/s\n");
    p.n_mappings = 0;
    str_id c = profile_add_string(&p, &a, STR("#1"));
    p.comment = (str_id[]){c, c, c};
    p.n_comments = 3;
    p.time_nanos = 1;
    p.duration_nanos = 2;
    p.period = 3;
    p.period_type.unit = p.type[0].unit;
    p.default_type = p.doc_url = p.drop_frames = p.keep_frames = p.type[0].type;
    str got = encode(&a, &p);
    EXPECT_BYTES(got, "\x0a\x04\x08\x01\x10\x01\x32\x00\x32\x01s\x32\x02#1"
                      "\x38\x01\x40\x01\x48\x01\x50\x02\x5a\x02\x10\x01\x60\x03\x6a\x03\x02\x02\x02\x70\x01\x78\x01");
    p.n_comments = 2; /* two comments are not packed */
    got = encode(&a, &p);
    assert_true(str_has_suffix(got, STR("\x60\x03\x68\x02\x68\x02\x70\x01\x78\x01")));
    arena_release(&a);
}

/* Parts that aggregation hides are not written. */
static void views_are_written_as_they_show(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "f@x 1\n");
    str whole = encode(&a, &p);
    p.shown = (struct profile_shown){.file = true, .address = true};
    str less = encode(&a, &p);
    assert_int_equal(whole.len - less.len, 7); /* the name's field and string, the line's field */
    arena_release(&a);
}

/* Encodes deep stacks, large ids, many labels in any order and filtered rows, and decodes them again. */
static void decoding_gives_it_back(void **state) {
    (void)state;
    enum { DEPTH = 200, LABELS = 40 };
    struct arena a = {0};
    struct build b;
    build_init(&b, &a);
    for (int t = 0; t < 3; t++) build_type(&b, build_string(&b, str_format(&a, "t%d", t)), 0);
    struct profile_line line = {.function = build_function(&b, (struct profile_function){.id = UINT64_MAX})};
    loc_id frame[DEPTH];
    for (uint64_t i = 0; i < DEPTH; i++)
        frame[i] = build_location(
            &b, (struct profile_location){.id = i < 64 ? (uint64_t)1 << i : i * 1000 + 7, .mapping = PROFILE_NONE},
            &line, 1);
    label_id label[LABELS];
    for (int i = 0; i < LABELS; i++) {
        struct profile_label l = {.key = build_string(&b, str_format(&a, "k%d", (LABELS - i) % 7)), .numeric = i % 2};
        if (l.numeric)
            l.number = i;
        else
            l.value = build_string(&b, str_format(&a, "v%d", i));
        label[i] = build_label(&b, l);
    }
    for (uint32_t i = 0; i < DEPTH; i++)
        build_sample(&b, frame, i, (int64_t[]){i, -(int64_t)i, INT64_MIN}, label, i % LABELS);
    struct profile p, back;
    struct err e = {0};
    assert_true(build_seal(&b, &p, &e));
    uint32_t row[DEPTH];
    for (uint32_t i = 0; i < DEPTH; i++) row[i] = DEPTH - 1 - i;
    p.row = row;
    p.n_samples = DEPTH - 5;
    struct format_input in = {.arena = &a, .bytes = encode(&a, &p)};
    assert_int_equal(decode_pprof(&in, &back, &e), FORMAT_OK);
    assert_int_equal(back.n_samples, p.n_samples);
    for (uint32_t i = 0; i < p.n_samples; i++) {
        uint32_t from = row[i];
        for (int t = 0; t < 3; t++) assert_int_equal(back.value[t][i], p.value[t][from]);
        stack_id s = back.stack_of[i];
        assert_int_equal(back.stack_off[s + 1] - back.stack_off[s], from);
        for (uint32_t f = 0; f < from; f++)
            assert_true(back.location[back.frame[back.stack_off[s] + f]].id == p.location[frame[f]].id);
        label_id want[LABELS];
        uint32_t n = profile_sorted_labels(&p, from, want);
        assert_int_equal(back.label_off[i + 1] - back.label_off[i], n);
        for (uint32_t k = 0; k < n; k++) {
            const struct profile_label *x = &p.label[want[k]], *y = &back.label[back.label_ref[back.label_off[i] + k]];
            assert_true(str_equal(profile_str(&p, x->key), profile_str(&back, y->key)));
            assert_true(str_equal(profile_str(&p, x->value), profile_str(&back, y->value)));
            assert_int_equal(x->number, y->number);
        }
    }
    arena_release(&a);
}

static void gzip_holds_the_same(void **state) {
    (void)state;
    struct arena a = {0};
    struct profile p = sketch_profile(&a, "a;b 1 k=v\n");
    struct sink s;
    struct err e = {0};
    sink_to_memory(&s);
    assert_true(encode_profile_gzip(&p, &s, &e));
    str plain;
    assert_true(inflate_gzip(&a, sink_bytes(&s), &plain, &e));
    assert_true(str_equal(plain, encode(&a, &p)));
    assert_true(sink_close(&s, &e));
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_pprofs),
        cmocka_unit_test(headers_are_written),
        cmocka_unit_test(views_are_written_as_they_show),
        cmocka_unit_test(decoding_gives_it_back),
        cmocka_unit_test(gzip_holds_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
