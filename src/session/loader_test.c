/* Unit tests of loader.c: for all sizes of groups and window and all numbers of threads, the result equals that of
 * merging one group after the other. */
#include "session/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/pprof/encode.h"
#include "testing/sketch.h"
#include "testing/test.h"

enum { MOST = 9 };

/* Kinds of sources. */
enum {
    PLAIN = 'f',  /* a file */
    FINER = 'u',  /* a file with a finer unit */
    FEWER = 't',  /* a file with fewer sample types */
    PIPE = 'p',   /* a pipe */
    BROKEN = 'b', /* a file that is not a profile */
    MISSING = 'm' /* no file */
};

struct place {
    struct arena arena;
    char directory[64];
    int pipe[MOST];
};

static str encoded(struct arena *a, char kind, uint32_t i) {
    const char *types = kind == FINER ? "cpu/us samples/count" : kind == FEWER ? "cpu/ms" : "cpu/ms samples/count";
    str text = str_format(a, "types %s\nmain;f%u %u%s k=v\nmain;common 1%s\n", types, (unsigned)i % 3, (unsigned)i + 1,
                          kind == FEWER ? "" : " 1", kind == FEWER ? "" : " 1");
    struct profile p = sketch_profile(a, text.ptr);
    p.time_nanos = i % 4 ? 1000 - (int64_t)i : 0;
    p.duration_nanos = 10;
    struct sink out;
    sink_to_memory(&out);
    if (kind == BROKEN)
        sink_text(&out, "this is not a profile\n");
    else
        encode_profile(&p, &out);
    str bytes = str_copy(a, sink_bytes(&out));
    sink_drop(&out);
    return bytes;
}

static void put_file(const char *path, str bytes) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
}

/* Makes a source of a kind, and the profile in it. Returns false if it has none. */
static bool put_source(struct place *p, char kind, uint32_t i, str *source, struct profile *profile) {
    struct arena *a = &p->arena;
    str bytes = encoded(a, kind, i);
    *source = str_format(a, "%s/%u%c", p->directory, (unsigned)i, kind);
    if (kind == PIPE) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], bytes.ptr, bytes.len), bytes.len);
        close(ends[1]);
        p->pipe[i] = ends[0];
        *source = str_format(a, "/proc/self/fd/%d", ends[0]);
    } else if (kind != MISSING) {
        put_file(source->ptr, bytes);
    }
    struct symbolize_locate locate = {0};
    struct notes notes = {.arena = a};
    if (kind == MISSING || !load_bytes(a, bytes, NULL, profile, NULL)) return false;
    symbolize_locate_binaries(a, profile, &locate, &notes);
    return true;
}

/* The straight version: merges each group, then the results one after the other. */
static uint32_t merge_straight(struct arena *a, struct profile *profile, const bool *ok, uint32_t n, uint32_t group,
                               struct profile *out) {
    uint32_t n_loaded = 0;
    bool is_first = true;
    for (uint32_t start = 0; start < n; start += group) {
        const struct profile *in[MOST];
        struct profile one, before = *out;
        uint32_t n_ok = 0;
        for (uint32_t i = start; i < n && i < start + group; i++)
            if (ok[i]) in[n_ok++] = &profile[i];
        n_loaded += n_ok;
        if (!n_ok) continue;
        assert_true(merge_profiles(a, in, n_ok, &one, NULL));
        const struct profile *both[] = {&before, &one};
        if (is_first)
            *out = one;
        else
            assert_true(merge_profiles(a, both, 2, out, NULL));
        is_first = false;
    }
    return n_loaded;
}

static void expect(const char *kinds, uint32_t group, uint32_t window, const char *threads) {
    struct place p = {.directory = "/tmp/cprof-loader-XXXXXX"};
    struct arena *a = &p.arena;
    struct profile profile[MOST], want = {0};
    str source[MOST];
    bool ok[MOST];
    uint32_t n = (uint32_t)strlen(kinds);
    assert_non_null(mkdtemp(p.directory));
    for (uint32_t i = 0; i < n; i++) ok[i] = put_source(&p, kinds[i], i, &source[i], &profile[i]);
    uint32_t n_want = merge_straight(a, profile, ok, n, group, &want);

    struct argv_call call = {0};
    struct session session = {.arena = a};
    struct symbolize_locate locate = {0};
    struct loader_result got = {0};
    struct err e = {0};
    assert_int_equal(setenv("CPROF_THREADS", threads, 1), 0);
    loader_set_limits(group, window);
    struct source_load *all = source_load_new(&session, &call, &locate, source, n);
    /* the last source is not merged */
    assert_true(loader_run(&session, all, n - 1, n, &got, &e));
    assert_int_equal(all[n - 1].state, SOURCE_LOAD_DONE);
    for (uint32_t i = 0; i + 1 < n; i++) assert_int_equal(all[i].state, SOURCE_LOAD_MERGED);
    source_load_drop(&all[n - 1]);
    if (n > 1 && got.n_loaded) {
        struct profile want_few = {0};
        assert_int_equal(got.n_loaded, merge_straight(a, profile, ok, n - 1, group, &want_few));
        assert_string_equal(sketch_show(a, &got.profile).ptr, sketch_show(a, &want_few).ptr);
    }
    arena_release(&got.arena);
    bool has_pipe = strchr(kinds, PIPE) != NULL;
    for (uint32_t i = 0; i < n; i++)
        if (kinds[i] == PIPE) close(p.pipe[i]);
    /* loads all sources again, except pipes, which were read already */
    if (!has_pipe) {
        got = (struct loader_result){0};
        all = source_load_new(&session, &call, &locate, source, n);
        assert_true(loader_run(&session, all, n, n, &got, &e));
        assert_int_equal(got.n_loaded, n_want);
        if (n_want) {
            assert_string_equal(sketch_show(a, &got.profile).ptr, sketch_show(a, &want).ptr);
            assert_int_equal(got.profile.time_nanos, want.time_nanos);
            assert_int_equal(got.profile.duration_nanos, want.duration_nanos);
            assert_int_equal(got.profile.n_locations, want.n_locations);
            assert_int_equal(got.profile.n_mappings, want.n_mappings);
            assert_int_equal(got.profile.n_stacks, want.n_stacks);
        }
        arena_release(&got.arena);
    }
    loader_set_limits(0, 0);
    for (uint32_t i = 0; i < n; i++)
        if (kinds[i] != PIPE && kinds[i] != MISSING) unlink(source[i].ptr);
    rmdir(p.directory);
    arena_release(a);
}

static void any_limits_give_the_same(void **state) {
    (void)state;
    static const char *const kinds[] = {"f",       "ff",       "fffffffff", "fffffufff", "uffffffff", "ffffftfft",
                                        "fffpfff", "pffffff",  "ffffffp",   "ffbffffff", "bbf",       "bbb",
                                        "ffmfubf", "mfffffff", "fufufuf",   "ffpfuftff"};
    static const uint32_t group[] = {1, 2, 3, 128}, window[] = {2, 3, 8};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t g = 0; g < sizeof group / sizeof *group; g++)
            for (size_t w = 0; w < sizeof window / sizeof *window; w++)
                for (int t = 0; t < 2; t++) expect(kinds[k], group[g], window[w], t ? "4" : "1");
}

static void sources_that_cannot_be_merged_are_an_error(void **state) {
    (void)state;
    struct arena a = {0};
    char directory[] = "/tmp/cprof-loader-XXXXXX";
    assert_non_null(mkdtemp(directory));
    str source[4];
    for (int i = 0; i < 4; i++) {
        struct profile p = sketch_profile(&a, i == 2 ? "types bytes/bytes\na 1\n" : "types cpu/ms\na 1\n");
        struct sink out;
        sink_to_memory(&out);
        encode_profile(&p, &out);
        source[i] = str_format(&a, "%s/%d", directory, i);
        put_file(source[i].ptr, sink_bytes(&out));
        sink_drop(&out);
    }
    static const uint32_t group[] = {1, 2, 3, 4};
    for (size_t g = 0; g < sizeof group / sizeof *group; g++) {
        struct argv_call call = {0};
        struct session session = {.arena = &a};
        struct symbolize_locate locate = {0};
        struct loader_result got = {0};
        struct err e = {0};
        loader_set_limits(group[g], 2);
        struct source_load *all = source_load_new(&session, &call, &locate, source, 4);
        assert_false(loader_run(&session, all, 4, 4, &got, &e));
        assert_string_equal(err_text(&e), "no sample type is in all profiles; -rename_types=old=new renames types");
        err_clear(&e);
        arena_release(&got.arena);
    }
    loader_set_limits(0, 0);
    for (int i = 0; i < 4; i++) unlink(source[i].ptr);
    rmdir(directory);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_limits_give_the_same),
        cmocka_unit_test(sources_that_cannot_be_merged_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
