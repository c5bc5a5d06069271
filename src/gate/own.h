/* Tells a program's own code from its runtime, C library and standard library. */
#ifndef CPROF_GATE_OWN_H
#define CPROF_GATE_OWN_H

#include "graph/names.h"
#include "profile/profile.h"

/* True for the program's own code and its dependencies. The rule depends on the language, known from the file's
 * suffix or else from the form of the name:
 *
 *  Go: not if the package's path starts with an element of the standard library (runtime, net, internal, vendor …);
 *  Java, Kotlin, Scala: not the packages java, javax, jdk, sun, com.sun, kotlin and scala;
 *  Python: not files of lib/python outside of site-packages, and not <frozen …>;
 *  JavaScript: not files node:…, and not (program), (idle) and the like;
 *  Rust: not the crates std, core and alloc, and not files of /rustc/;
 *  C and C++: not the mappings of libc, libstdc++, the loader and the kernel, the namespace std, files of /usr/include
 *    and /usr/lib, and names that begin with two underscores. */
bool own_is_function(str name, str file);
bool own_is_mapping(str file);

/* The frame that a stack's samples are attributed to. */
struct own_leaf {
    uint64_t frame; /* index into the profile's frame[] */
    uint32_t line;  /* index into names->node_of, of one of the frame's lines */
};
/* For each stack, the deepest line of own code. A stack without own code, as in a runtime's own threads, has its
 * outermost line that names the started work. The entry of a stack without frames is undefined. */
const struct own_leaf *own_leaves(struct arena *a, const struct profile *p, const struct graph_names *names);
/* For each node, whether its code is the program's own. */
const bool *own_nodes(struct arena *a, const struct profile *p, const struct graph_names *names);

#endif
