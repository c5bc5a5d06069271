/* libFuzzer: a table of symbols with any numbers, as a file of the cache whose checksum is right. The table that
 * is loaded equals the stored one, with every number in range. */
#include "symbolize/symbol_cache.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct symbol_cache_key key = {{"abcdef", 6}, {"key", 3}, {"prog", 4}};
static char folder[] = "/tmp/cprof-fuzz-XXXXXX";

static void remove_folder(void) {
    char path[128];
    struct sink out;
    sink_to_memory(&out);
    symbol_cache_clear(&out);
    sink_close(&out, NULL);
    for (const char *const *below = (const char *const[]){"/cprof/symbols", "/cprof", "", NULL}; *below; below++) {
        snprintf(path, sizeof path, "%s%s", folder, *below);
        rmdir(path);
    }
}

/* The next number: small ones are likely to be in range. */
static uint32_t take(const uint8_t **data, size_t *size) {
    uint32_t n = 0;
    if (*size < 1) return 0;
    if (**data < 0xf0 || *size < 5) {
        n = **data;
        *data += 1, *size -= 1;
        return n % 16;
    }
    memcpy(&n, *data + 1, 4);
    *data += 5, *size -= 5;
    return n;
}

static uint32_t *take_many(struct arena *a, size_t n, const uint8_t **data, size_t *size) {
    uint32_t *all = ARENA_ARRAY(a, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) all[i] = take(data, size);
    return all;
}

static void check(const struct symbols_table *stored, const struct symbols_table *s) {
    assert(s->n == stored->n && s->n_frames == stored->n_frames && s->n_texts == stored->n_texts);
    for (uint32_t i = 0; i < s->n; i++) {
        assert(symbols_find(s, s->address[i]) == i);
        for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++) {
            const struct symbols_function *f = &s->function[s->frame[k].function];
            assert(symbols_text(s, f->name).len < 64 && symbols_text(s, f->system_name).len < 64);
            assert(symbols_text(s, f->file).len < 64);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool made;
    struct arena a = {0};
    if (!made) {
        if (!mkdtemp(folder) || setenv("XDG_CACHE_HOME", folder, 1) != 0) abort();
        atexit(remove_folder);
        made = true;
    }
    struct symbols_table s = {.n = take(&data, &size) % 16, .n_frames = take(&data, &size) % 16}, got;
    s.n_functions = take(&data, &size) % 16;
    s.n_texts = take(&data, &size) % 16;
    uint64_t *address = ARENA_ARRAY(&a, uint64_t, s.n + 1);
    for (uint32_t i = 0, at = 0; i < s.n; i++) address[i] = at += take(&data, &size);
    s.address = address;
    s.first = take_many(&a, s.n + 1, &data, &size);
    s.frame = (const struct symbols_frame *)(const void *)take_many(&a, 3 * (size_t)s.n_frames, &data, &size);
    s.function = (const struct symbols_function *)(const void *)take_many(&a, 4 * (size_t)s.n_functions, &data, &size);
    uint32_t *end = take_many(&a, s.n_texts, &data, &size);
    static const char text[64] = "abc";
    if (s.n_texts) end[s.n_texts - 1] %= sizeof text; /* the size of the text that is stored */
    s.end = end;
    s.text = text;
    if (s.n) symbol_cache_store(&key, &s); /* else it is not stored, and the file is that of another input */
    if (s.n && symbol_cache_load(&a, &key, &got)) check(&s, &got);
    arena_release(&a);
    return 0;
}
