/* Readable names for mangled C++ and Rust symbols. demangle.c and demangle_rust.c are the only files that know
 * libiberty. */
#ifndef CPROF_BINARIES_DEMANGLE_H
#define CPROF_BINARIES_DEMANGLE_H

#include "base/arena.h"
#include "base/str.h"

enum demangle_mode {
    DEMANGLE_DEFAULT,   /* no parameters, no template arguments */
    DEMANGLE_TEMPLATES, /* no parameters */
    DEMANGLE_FULL       /* everything except clone suffixes */
};
/* Demangles a C++ (Itanium) or Rust (legacy, v0) symbol, spelled as pprof spells it. Returns `mangled` itself (the
 * same pointer) if it is not such a symbol. */
str demangle_name(struct arena *a, str mangled, enum demangle_mode mode);
/* The name shown for a function with this system name (pprof.md 9.5): demangle_name, with a leading underscore
 * removed; from names that look like readable C++, the parts that `mode` leaves out are cut. */
str demangle_function(struct arena *a, str system_name, enum demangle_mode mode);

/* If the demangled text would be longer than this, the symbol stays mangled: symbols that refer back to their own
 * parts can expand exponentially. No symbol of a real program comes near the limit. */
static inline size_t demangle_most(str mangled) { return 16 * 1024 + 256 * mangled.len; }

/* Closes a memory sink; if `ok`, *out becomes its text, copied into the arena. Returns `ok`. */
struct sink;
bool demangle_keep(struct arena *a, struct sink *s, bool ok, str *out);

/* demangle_rust.c: demangles a Rust symbol of the v0 scheme (_R…) or the legacy one (_ZN…17h<hash>E). Returns false
 * if it is neither; it may then be C++. */
bool demangle_rust(struct arena *a, str mangled, enum demangle_mode mode, str *out);

#endif
