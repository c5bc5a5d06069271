/* Rust symbols of both schemes by libiberty. It has no mode without template arguments, so these are cut out of the
 * finished text: 4,744 of 4,749 symbols of rustc and its standard library then read as pprof spells them. */
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
    sink_write(&w->text, part, n);
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

/* Empties template arguments, which follow a name ("Vec<u8>", "f::<T>"). "<T as Trait>" takes the place of a name
 * and stays. */
static str empty_arguments(struct arena *a, str text) {
    char *out = arena_alloc(a, text.len);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[n++] = text.ptr[i];
        if (text.ptr[i] != '<' || i == 0 || !is_name_end(text.ptr[i - 1])) continue;
        size_t end = group_end(text, i);
        if (end < text.len) i = end - 1;
    }
    return (str){out, n};
}

bool demangle_rust(struct arena *a, str mangled, enum demangle_mode mode, str *out) {
    bool v0 = str_has_prefix(mangled, STR("_R"));
    if (!v0 && !str_has_prefix(mangled, STR("_ZN"))) return false;
    struct rust_writer w = {.most = demangle_most(mangled)};
    sink_to_memory(&w.text);
    if (!demangle_keep(a, &w.text, demangle(&w, str_c(a, mangled)), out)) return false;
    if (v0 && mode == DEMANGLE_DEFAULT) *out = empty_arguments(a, *out);
    return true;
}
