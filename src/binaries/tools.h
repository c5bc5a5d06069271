/* The system's tools for binaries (llvm-symbolizer, addr2line, nm, objdump) and where they are. */
#ifndef CPROF_BINARIES_TOOLS_H
#define CPROF_BINARIES_TOOLS_H

#include "base/str.h"

struct tools {
    const char *llvm_symbolizer, *addr2line, *nm; /* commands to run: a path if found, else the plain name */
    bool llvm_symbolizer_found, addr2line_found, nm_found;
    /* the user says which tools to run, or where to look for them: llvm-symbolizer or addr2line; nm */
    bool lines_named, nm_named;
};

/* Finds the tools by the value of -tools: entries "FOLDER", "tool:FOLDER" or "tool:FILE" separated by commas; the
 * empty entry means $PATH. Strings live in `a`. */
void tools_find(struct arena *a, str config, struct tools *out);

/* Finds the disassembler. Separate from tools_find, because it runs the tool for its version. NULL if not
 * found. */
const char *tools_find_objdump(struct arena *a, str config, bool *is_llvm);

#endif
