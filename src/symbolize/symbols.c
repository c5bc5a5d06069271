/* Builds tables of the frames at addresses. */
#include "symbolize/symbols.h"

#include <string.h>

#include "base/search.h"
#include "binaries/demangle.h"

uint32_t symbols_find(const struct symbols_table *s, uint64_t address) {
    uint32_t low = search_u64(s->address, 0, s->n, address);
    return low < s->n && s->address[low] == address ? low : UINT32_MAX;
}

struct symbols_builder {
    struct arena *arena;
    struct intern texts, functions; /* functions: by system name, file and start line */
    struct u64map long_texts;       /* where one lies -> its id in `texts`: frames share them */
    VEC(uint64_t) address;
    VEC(uint32_t) first;
    VEC(struct symbols_frame) frame;
    VEC(struct symbols_function) function;
};

static uint32_t small(int64_t line) { return line > 0 && line < UINT32_MAX ? (uint32_t)line : 0; }

/* The id of a text. Many frames may have one long text, which is hashed once. */
static uint32_t text_id(struct symbols_builder *b, str text) {
    enum { LONG = 64 };
    if (text.len < LONG) return intern_id(&b->texts, text);
    uint64_t at = (uint64_t)(uintptr_t)text.ptr;
    uint32_t id;
    if (u64map_get(&b->long_texts, at, &id) && b->texts.key[id].len == text.len) return id;
    bool added;
    id = intern_id(&b->texts, text);
    u64map_put(&b->long_texts, at, id, &added);
    return id;
}

/* Adds a function if it is new; an empty `name` is to be found by demangling. */
static uint32_t add_function(struct symbols_builder *b, str name, str system_name, str file, uint32_t start_line) {
    const uint32_t key[3] = {text_id(b, system_name), text_id(b, file), start_line};
    uint32_t id = intern_id(&b->functions, (str){(const char *)key, sizeof key});
    if (id < b->function.n) return id;
    if (!name.len) name = demangle_function(b->arena, system_name, DEMANGLE_DEFAULT);
    *VEC_PUSH(b->arena, &b->function) =
        (struct symbols_function){intern_id(&b->texts, name), key[0], key[1], start_line};
    return id;
}

static void add_address(struct symbols_builder *b, uint64_t address) {
    *VEC_PUSH(b->arena, &b->address) = address;
    *VEC_PUSH(b->arena, &b->first) = (uint32_t)b->frame.n;
}

static void add_answer(struct symbols_builder *b, uint64_t address, const struct lines_answer *answer) {
    add_address(b, address);
    for (uint32_t i = 0; i < answer->n; i++) {
        const struct lines_frame *f = &answer->frame[i];
        uint32_t function = add_function(b, STR_EMPTY, f->function, f->file, small(f->start_line));
        *VEC_PUSH(b->arena, &b->frame) = (struct symbols_frame){function, small(f->line), small(f->column)};
    }
}

static void add_old(struct symbols_builder *b, const struct symbols_table *old, uint32_t i) {
    add_address(b, old->address[i]);
    for (uint32_t k = old->first[i]; k < old->first[i + 1]; k++) {
        const struct symbols_function *f = &old->function[old->frame[k].function];
        uint32_t function = add_function(b, symbols_text(old, f->name), symbols_text(old, f->system_name),
                                         symbols_text(old, f->file), f->start_line);
        *VEC_PUSH(b->arena, &b->frame) = (struct symbols_frame){function, old->frame[k].line, old->frame[k].column};
    }
}

static struct symbols_table finish(struct symbols_builder *b) {
    struct symbols_table s = {.n = (uint32_t)b->address.n,
                              .n_frames = (uint32_t)b->frame.n,
                              .n_functions = (uint32_t)b->function.n,
                              .n_texts = b->texts.n,
                              .address = b->address.at,
                              .frame = b->frame.at,
                              .function = b->function.at};
    uint64_t len = 0;
    uint32_t *end = ARENA_ARRAY(b->arena, uint32_t, b->texts.n);
    for (uint32_t i = 0; i < b->texts.n; i++) len += b->texts.key[i].len;
    if (len > UINT32_MAX || b->frame.n > UINT32_MAX) return (struct symbols_table){0};
    char *text = arena_alloc(b->arena, (size_t)len);
    uint32_t at = 0;
    for (uint32_t i = 0; i < b->texts.n; i++) {
        if (b->texts.key[i].len) memcpy(text + at, b->texts.key[i].ptr, b->texts.key[i].len);
        end[i] = at += (uint32_t)b->texts.key[i].len;
    }
    *VEC_PUSH(b->arena, &b->first) = (uint32_t)b->frame.n;
    s.first = b->first.at;
    s.end = end;
    s.text = text;
    return s;
}

struct symbols_table symbols_merge(struct arena *a, const struct symbols_table *old, const uint64_t *address,
                                   const struct lines_answer *answer, uint32_t n) {
    struct symbols_builder b = {
        .arena = a, .texts = {.arena = a}, .functions = {.arena = a, .copy = true}, .long_texts = {.arena = a}};
    intern_id(&b.texts, STR_EMPTY);
    for (uint32_t o = 0, i = 0; o < old->n || i < n;) {
        if (i == n || (o < old->n && old->address[o] < address[i])) {
            add_old(&b, old, o++);
        } else {
            add_answer(&b, address[i], &answer[i]);
            i++;
        }
    }
    return finish(&b);
}
