/* Rust symbols of both schemes by libiberty, as rustc-demangle spells them: the 19,883 symbols that librustc_driver
 * exports are alike. pprof leaves 505 of these mangled, and 8 differ. There is no mode without template arguments, so
 * these are cut out of the finished text. */
#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

#include "base/sink.h"
#include "binaries/demangle.h"

struct rust_writer {
    struct sink text;
    size_t most;
    jmp_buf too_long; /* libiberty's callback cannot end the printing by its result */
};

static void write_part(const char *part, size_t n, void *context) {
    struct rust_writer *w = context;
    if (n > w->most - w->text.len) longjmp(w->too_long, 1);
    if (n) sink_write(&w->text, part, n);
}

/* A function of its own, so that no local variable it changes is used after the jump. */
static bool demangle(struct rust_writer *w, const char *mangled) {
    if (setjmp(w->too_long)) return false;
    return rust_demangle_callback(mangled, DMGL_NO_OPTS, write_part, w) != 0;
}

static bool is_name_end(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
           c == '}';
}

/* The end of the group that starts at text[from]; text.len if it is unbalanced. The > of -> closes nothing. */
static size_t group_end(str text, size_t from) {
    size_t depth = 0;
    for (size_t i = from; i < text.len; i++) {
        if (text.ptr[i] == '<') depth++;
        if (text.ptr[i] == '>' && text.ptr[i - 1] != '-' && --depth == 0) return i;
    }
    return text.len;
}

/* True if the word before text[at] is "for", after which lifetimes are listed in place of arguments. */
static bool follows_for(str text, size_t at) {
    return at >= 3 && memcmp(text.ptr + at - 3, "for", 3) == 0 && (at == 3 || !is_name_end(text.ptr[at - 4]));
}

/* Empties template arguments, which follow a name ("Vec<u8>", "f::<T>"). "<T as Trait>" takes the place of a name
 * and stays, and so does "for<'a>". */
static str empty_arguments(struct arena *a, str text) {
    char *out = arena_alloc(a, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[n++] = text.ptr[i];
        if (text.ptr[i] != '<' || i == 0 || !is_name_end(text.ptr[i - 1]) || follows_for(text, i)) continue;
        size_t end = group_end(text, i);
        if (end < text.len) i = end - 1;
    }
    return (str){out, n};
}

/* Escapes the character constants ' and \, which libiberty prints unescaped. */
static str escape_constants(struct arena *a, str text) {
    size_t n = 0, quotes = 0;
    for (size_t i = 0; i < text.len; i++) quotes += text.ptr[i] == '\'';
    if (quotes < 2) return text;
    char *out = arena_alloc(a, text.len + quotes);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool constant = i && i + 1 < text.len && text.ptr[i - 1] == '\'' && text.ptr[i + 1] == '\'';
        if (constant && (c == '\'' || c == '\\')) out[n++] = '\\';
        out[n++] = c;
    }
    return (str){out, n};
}

bool demangle_rust(struct arena *a, str mangled, enum demangle_mode mode, str *out) {
    bool v0 = str_has_prefix(mangled, STR("_R"));
    if (!v0 && !str_has_prefix(mangled, STR("_ZN"))) return false;
    struct rust_writer w = {.most = demangle_most(mangled)};
    sink_to_memory(&w.text);
    if (!demangle_keep(a, &w.text, demangle(&w, str_c(a, mangled)), out) || !out->len) return false;
    *out = escape_constants(a, *out);
    if (v0 && mode == DEMANGLE_DEFAULT) *out = empty_arguments(a, *out);
    return true;
}
