/* Hashes of paths of frames, which name a node of a tree in URLs. src/web/flame.js computes the same ones: two lanes of
 * 32 bits. A frame counts by the UTF-8 of its name, NUL, its file, NUL, its line, and NUL if it is inlined, hashed by
 * FNV-1a (the second lane: with other constants). A path is its parent's hash, mixed with that of its last frame. They
 * have no seed, so anyone can make paths with equal hashes: the first one found is shown. */
#ifndef CPROF_STACKS_PATHHASH_H
#define CPROF_STACKS_PATHHASH_H

#include "base/str.h"

struct pathhash {
    uint32_t lane[2];
};

/* The hash of a root is {0, 0}, that of the root of callers {1, 1}. */
struct pathhash pathhash_frame(str name, str file, int64_t line, bool inlined);
struct pathhash pathhash_child(struct pathhash parent, struct pathhash frame);
/* Parses 16 hexadecimal digits. */
bool pathhash_parse(str text, struct pathhash *out);

#endif
