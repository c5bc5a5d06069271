/* The programs of the system that know about binaries, and how to run them. */
#ifndef CPROF_BINARIES_TOOLS_H
#define CPROF_BINARIES_TOOLS_H

#include "base/err.h"
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

/* Runs argv (argv[0] a path, or a name to look up on $PATH), feeds it `input` and collects all it writes to
 * standard output in `a`; its standard error is ours when `show_errors`, else thrown away. Input and output
 * are moved at the same time, so neither side can wait for ever on the other. False with a sentence in the
 * reference's form ("exec: \"nm\": executable file not found in $PATH", "exit status 1"); *output then holds
 * what was read until then. */
bool tools_run(struct arena *a, const char *const *argv, str input, bool show_errors, str *output, struct err *e);

#endif
