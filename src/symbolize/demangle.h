/* The parts behind symbolize.h's demangle_name. */
#ifndef CPROF_SYMBOLIZE_DEMANGLE_H
#define CPROF_SYMBOLIZE_DEMANGLE_H

#include "symbolize/symbolize.h"

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
