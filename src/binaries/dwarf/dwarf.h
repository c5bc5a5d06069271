/* Functions and lines at addresses of an ELF file, from its DWARF and its symbols, in this process. Answers are those
 * of llvm-symbolizer (src/speed.md says where they differ). */
#ifndef CPROF_BINARIES_DWARF_DWARF_H
#define CPROF_BINARIES_DWARF_DWARF_H

#include "base/err.h"
#include "binaries/frame.h"

struct dwarf_question {
    const char *path;
    const char *debug;       /* a file with the debug information; NULL: in `path`, or where its headers say */
    const uint64_t *address; /* as linked, in any order */
    uint32_t n;
};

enum dwarf_outcome {
    DWARF_ANSWERED, /* with an error set: parts of the file are damaged, and parts of the answers are missing */
    DWARF_FOREIGN,  /* not a linked ELF file; no answers */
    DWARF_FAILED    /* with an error: the file cannot be read; no answers */
};

/* Answers each address with at least one frame, whose strings may be empty. Answers live in `a`. */
enum dwarf_outcome dwarf_ask(struct arena *a, const struct dwarf_question *q, struct lines_answer *out, struct err *e);

/* Lists .symtab; a file without it has no symbols. The list lives in `a`. Returns false if `path` is no linked ELF file
 * or cannot be read. */
bool dwarf_list_symbols(struct arena *a, const char *path, struct lines_list *out);

#endif
