/* The programs of the system that know about binaries, and where they are. */
#ifndef CPROF_BINARIES_TOOLS_H
#define CPROF_BINARIES_TOOLS_H

#include "base/str.h"

struct tools {
    const char *llvm_symbolizer, *addr2line, *nm; /* what to run: a path when found, else the plain name */
    bool llvm_symbolizer_found, addr2line_found, nm_found;
};

/* Finds the tools as the -tools flag says: entries "PATH" or "tool:PATH" separated by commas; the empty
 * entry means $PATH. Strings live in `a`. */
void tools_find(struct arena *a, str config, struct tools *out);

/* The disassembler is looked for apart, since asking for its version runs it. NULL: none found. */
const char *tools_find_objdump(struct arena *a, str config, bool *is_llvm);

#endif
