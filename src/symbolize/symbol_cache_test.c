/* Unit tests of symbolize/symbols.c and symbolize/symbol_cache.c. */
#include "symbolize/symbol_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing/test.h"

static const struct lines_frame frames[] = {
    {.function = {"_Z5innerv", 9}, .file = {"/a.cc", 5}, .line = 7, .column = 3, .start_line = 5},
    {.function = {"outer", 5}, .file = {"/b.c", 4}, .line = 9, .start_line = 1},
    {.function = {"", 0}, .file = {"", 0}, .line = -1, .column = INT64_MAX},
};
static const uint64_t addresses[] = {0x10, 0x20, 0x30};
static const struct lines_answer answers[] = {{frames, 2}, {NULL, 0}, {frames + 1, 2}};

static struct symbols_table make(struct arena *a) {
    const struct symbols_table empty = {0};
    return symbols_merge(a, &empty, addresses, answers, 3);
}

static void expect_made(const struct symbols_table *s) {
    assert_int_equal(s->n, 3);
    assert_int_equal(symbols_find(s, 0x10), 0);
    assert_int_equal(symbols_find(s, 0x30), 2);
    assert_int_equal(symbols_find(s, 0x31), UINT32_MAX);
    assert_int_equal(s->first[1], 2);
    assert_int_equal(s->first[2], 2);
    assert_int_equal(s->first[3], 4);
    const struct symbols_function *inner = &s->function[s->frame[0].function];
    assert_true(str_equal(symbols_text(s, inner->name), STR("inner")));
    assert_true(str_equal(symbols_text(s, inner->system_name), STR("_Z5innerv")));
    assert_true(str_equal(symbols_text(s, inner->file), STR("/a.cc")));
    assert_int_equal(inner->start_line, 5);
    assert_int_equal(s->frame[0].line, 7);
    assert_int_equal(s->frame[0].column, 3);
    assert_int_equal(s->frame[1].function, s->frame[2].function);
    assert_int_equal(s->frame[3].line, 0); /* numbers that do not fit count as unknown */
    assert_int_equal(s->frame[3].column, 0);
    assert_int_equal(s->function[s->frame[3].function].system_name, 0);
}

static void tables_are_merged(void **state) {
    (void)state;
    struct arena a = {0};
    const struct symbols_table empty = {0};
    assert_int_equal(symbols_find(&empty, 0), UINT32_MAX);
    struct symbols_table all = make(&a);
    expect_made(&all);
    struct symbols_table middle = symbols_merge(&a, &empty, addresses + 1, answers + 1, 1);
    const uint64_t outer_address[] = {0x10, 0x30};
    const struct lines_answer outer_answer[] = {answers[0], answers[2]};
    struct symbols_table merged = symbols_merge(&a, &middle, outer_address, outer_answer, 2);
    expect_made(&merged);
    assert_int_equal(merged.n_texts, all.n_texts);
    assert_int_equal(merged.n_functions, all.n_functions);
    arena_release(&a);
}

/* A cache in a folder of its own. */
struct place {
    struct arena arena;
    char root[TEST_PATH_MAX];
    const char *folder, *file; /* `file` is NULL before anything was stored */
};

static void find_file(struct place *p) {
    DIR *d = opendir(p->folder);
    p->file = NULL;
    for (const struct dirent *entry; d && (entry = readdir(d));)
        if (entry->d_name[0] != '.') p->file = str_format(&p->arena, "%s/%s", p->folder, entry->d_name).ptr;
    if (d) closedir(d);
}

static void place_open(struct place *p) {
    *p = (struct place){.folder = NULL};
    assert_true(test_folder(p->root));
    setenv("XDG_CACHE_HOME", p->root, 1);
    p->folder = str_format(&p->arena, "%s/cprof/symbols", p->root).ptr;
}

static void place_close(struct place *p) {
    if (p->file) unlink(p->file);
    rmdir(p->folder);
    rmdir(str_format(&p->arena, "%s/cprof", p->root).ptr);
    rmdir(p->root);
    arena_release(&p->arena);
}

static const struct symbol_cache_key key = {{"abcdef", 6}, {"key", 3}, {"prog", 4}};

static void what_is_stored_is_loaded(void **state) {
    (void)state;
    struct place p;
    place_open(&p);
    struct symbols_table s = make(&p.arena), got;
    assert_false(symbol_cache_load(&p.arena, &key, &got));
    assert_true(symbol_cache_store(&key, &s));
    assert_true(symbol_cache_load(&p.arena, &key, &got));
    expect_made(&got);
    struct symbol_cache_key other = key;
    other.text = STR("kez");
    assert_false(symbol_cache_load(&p.arena, &other, &got));
    assert_int_equal(got.n, 0);
    /* the name of a file does not decide */
    find_file(&p);
    const char *first = p.file;
    unlink(first);
    assert_true(symbol_cache_store(&other, &s));
    find_file(&p);
    const char *second = p.file;
    assert_true(symbol_cache_store(&key, &s));
    assert_int_equal(rename(first, second), 0);
    assert_false(symbol_cache_load(&p.arena, &other, &got));
    unlink(second);
    assert_true(symbol_cache_store(&key, &s));
    other = key;
    other.build_id = STR("../abc");
    assert_true(symbol_cache_store(&other, &s)); /* which does nothing */
    assert_false(symbol_cache_load(&p.arena, &other, &got));
    other.build_id = STR("abcdee");
    assert_false(symbol_cache_load(&p.arena, &other, &got));
    find_file(&p);
    place_close(&p);
}

/* With any byte changed, and with any length, a file counts as missing. */
static void damage_is_noticed(void **state) {
    (void)state;
    struct place p;
    place_open(&p);
    struct symbols_table s = make(&p.arena), got;
    assert_true(symbol_cache_store(&key, &s));
    find_file(&p);
    struct stat st;
    assert_int_equal(stat(p.file, &st), 0);
    int fd = open(p.file, O_RDWR);
    assert_true(fd >= 0);
    for (off_t i = 0; i < st.st_size; i++) {
        unsigned char byte, bad;
        assert_int_equal(pread(fd, &byte, 1, i), 1);
        for (unsigned bit = 0; bit < 8; bit++) {
            bad = (unsigned char)(byte ^ 1U << bit);
            assert_int_equal(pwrite(fd, &bad, 1, i), 1);
            assert_false(symbol_cache_load(&p.arena, &key, &got));
        }
        assert_int_equal(pwrite(fd, &byte, 1, i), 1);
    }
    assert_true(symbol_cache_load(&p.arena, &key, &got));
    for (off_t n = st.st_size; n-- > 0;) {
        assert_int_equal(ftruncate(fd, n), 0);
        assert_false(symbol_cache_load(&p.arena, &key, &got));
    }
    close(fd);
    place_close(&p);
}

/* The numbers of a file are checked, even if its checksum is right. */
static void unsound_tables_count_as_missing(void **state) {
    (void)state;
    struct place p;
    place_open(&p);
    struct symbols_table good = make(&p.arena), got;
    const uint64_t twice[] = {0x10, 0x10, 0x30};
    const uint32_t back[] = {0, 2, 1, 4}, over[] = {0, 2, 2, 5}, late[] = {1, 2, 2, 4};
    uint32_t *ends = ARENA_ARRAY(&p.arena, uint32_t, good.n_texts);
    memcpy(ends, good.end, good.n_texts * sizeof *ends);
    ends[1] = ends[2] + 1;
    struct symbols_frame frame[4];
    memcpy(frame, good.frame, sizeof frame);
    frame[2].function = good.n_functions;
    struct symbols_function function[8];
    assert_true(good.n_functions <= 8);
    memcpy(function, good.function, good.n_functions * sizeof *function);
    function[0].name = good.n_texts;
    struct symbols_table bad[7];
    for (unsigned i = 0; i < 7; i++) bad[i] = good;
    bad[0].address = twice;
    bad[1].first = back;
    bad[2].first = over;
    bad[3].first = late;
    bad[4].end = ends;
    bad[5].frame = frame;
    bad[6].function = function;
    for (unsigned i = 0; i < 7; i++) {
        symbol_cache_store(&key, &bad[i]);
        assert_false(symbol_cache_load(&p.arena, &key, &got));
    }
    symbol_cache_store(&key, &good);
    assert_true(symbol_cache_load(&p.arena, &key, &got));
    find_file(&p);
    place_close(&p);
}

TESTS {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_merged),
        cmocka_unit_test(what_is_stored_is_loaded),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(unsound_tables_count_as_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
