/* Readable names for mangled C++ and Rust symbols. demangle.c is the only file that knows libiberty. */
#ifndef CPROF_BINARIES_DEMANGLE_H
#define CPROF_BINARIES_DEMANGLE_H

#include "base/arena.h"
#include "base/str.h"

enum demangle_mode {
    DEMANGLE_DEFAULT,   /* no parameters, no template arguments */
    DEMANGLE_TEMPLATES, /* no parameters */
    DEMANGLE_FULL       /* everything but clone suffixes */
};
/* What a C++ (Itanium) or Rust (legacy, v0) symbol stands for, spelled as pprof spells it; `mangled` itself
 * (the same pointer) when it is no such symbol. */
str demangle_name(struct arena *a, str mangled, enum demangle_mode mode);
/* The name shown for a function with this system name (pprof.md 9.5): demangle_name, then without a leading
 * underscore, then, for what looks like a readable C++ name already, with the mode's parts cut out of it. */
str demangle_function(struct arena *a, str system_name, enum demangle_mode mode);

/* A text longer than this stays mangled: symbols that refer back to their own parts can stand for text
 * exponentially longer than they are. No symbol of a real program comes near it. */
static inline size_t demangle_most(str mangled) { return 16 * 1024 + 256 * mangled.len; }

/* The text of a memory sink, in the arena, when `ok`, which is returned; closes the sink. */
struct sink;
bool demangle_keep(struct arena *a, struct sink *s, bool ok, str *out);

/* demangle_rust.c: a Rust symbol of the v0 scheme (_R…) or the one before (_ZN…17h<hash>E). False: neither; perhaps
 * C++. */
bool demangle_rust(struct arena *a, str mangled, enum demangle_mode mode, str *out);

#endif
