/* Every format, cut off at every byte: the profile or the error is the same whether the input is whole and read by one
 * thread, or comes in pieces and is read by several. The inputs are the seeds of the fuzzer. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/sink.h"
#include "formats/formats.h"
#include "formats/pprof/encode.h"
#include "testing/load_ways.h"
#include "testing/test.h"

#define SEEDS "testdata/fuzz/formats"

/* What loading gives: the lines that were left out, then a profile in bytes or an error. */
static str result_of(struct arena *a, struct load_way way, bool lenient, str bytes) {
    struct arena own = {0};
    struct profile p;
    struct err e = {0};
    uint64_t left_out = 0;
    struct load_options options = {.lenient = lenient, .left_out = &left_out};
    struct sink s;
    sink_to_memory(&s);
    if (load_in_a_way(&own, way, bytes, &options, &p, &e)) {
        sink_printf(&s, "%d left out\n", (int)left_out);
        encode_profile(&p, &s);
    } else {
        assert_true(err_text(&e) && *err_text(&e));
        sink_printf(&s, "%s\n", err_text(&e));
    }
    str result = str_copy(a, sink_bytes(&s));
    sink_drop(&s);
    err_clear(&e);
    arena_release(&own);
    return result;
}

/* Reads a seed without its first line, the id of its format, which is returned in id. */
static str read_seed(struct arena *a, const char *name, str *id) {
    enum { MOST = 8192 };
    char path[512], *bytes = arena_alloc(a, MOST);
    snprintf(path, sizeof path, SEEDS "/%s", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    str all = {bytes, fread(bytes, 1, MOST, f)};
    assert_true(all.len < MOST);
    fclose(f);
    size_t newline = str_find_char(all, '\n');
    *id = str_slice(all, 0, newline);
    return str_from_offset(all, newline + 1);
}

/* Returns the number of cuts that gave a profile. Files that are refused are named by their first piece, which is large
 * but in tests, so they are cut whole only. */
static int cut_everywhere(const char *name, bool in_pieces, str bytes) {
    int n_loaded = 0;
    for (size_t n = 0; n <= bytes.len; n++) {
        struct arena a = {0};
        str part = str_slice(bytes, 0, n);
        bool lenient = n % 2, at_end = n == bytes.len || (n && bytes.ptr[n - 1] == '\n');
        str whole = result_of(&a, (struct load_way){.threads = "1"}, lenient, part);
        if (in_pieces && (at_end || n % 5 == 0)) {
            struct load_way way = {.piece = 1 + n % 11, .block = 1 + n % 7, .threads = "4"};
            str pieces = result_of(&a, way, lenient, part);
            if (!str_equal(whole, pieces))
                fail_msg("%s, cut off after %zu bytes:\n%.*s\nin pieces:\n%.*s", name, n, STR_ARG(whole),
                         STR_ARG(pieces));
        }
        n_loaded += str_find(whole, STR(" left out\n")) < whole.len;
        arena_release(&a);
    }
    return n_loaded;
}

static void every_cut_gives_the_same_in_every_way(void **state) {
    (void)state;
    struct arena a = {0};
    int n_loaded[FORMATS_N] = {0};
    DIR *folder = opendir(SEEDS);
    assert_non_null(folder);
    for (struct dirent *d; (d = readdir(folder));) {
        if (d->d_name[0] == '.') continue;
        str id, bytes = read_seed(&a, d->d_name, &id);
        int n = cut_everywhere(d->d_name, !str_equal(id, STR("unread")), bytes);
        for (int i = 0; i < FORMATS_N; i++)
            if (str_equal(id, str_from(formats[i].id))) n_loaded[i] += n;
    }
    closedir(folder);
    for (int i = 0; i < FORMATS_N; i++)
        if (*formats[i].name && !n_loaded[i]) fail_msg("no seed of the format %s is a profile", formats[i].id);
    arena_release(&a);
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_cut_gives_the_same_in_every_way)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
