/* Functions and lines at addresses of an ELF file, from its DWARF and its symbols, in this process. Answers are those
 * of llvm-symbolizer (src/speed.md says where they differ). */
#ifndef CPROF_BINARIES_DWARF_DWARF_H
#define CPROF_BINARIES_DWARF_DWARF_H

#include "base/err.h"
#include "binaries/frame.h"

struct dwarf_question {
    const char *path;
    const char *debug;       /* a file with the debug information; NULL: in `path`, or where its headers say */
    const char *alt;         /* the supplementary file (of dwz) of these; NULL: where they say */
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

/* Returns true if the debug information in an ELF file refers to a supplementary file (of dwz) that is not where it
 * says: its name and its ID in hex digits, which is a build ID, in `a`. */
bool dwarf_lacks_alt(struct arena *a, const char *path, str *name, str *build_id);

/* Lists .symtab; a file without it has no symbols. The list lives in `a`. Returns false if `path` is no linked ELF file
 * or cannot be read. */
bool dwarf_list_symbols(struct arena *a, const char *path, struct lines_list *out);

/* A source file as it is now, and whether it is the one that a binary was built from. */
enum dwarf_sameness { DWARF_UNKNOWN, DWARF_SAME, DWARF_OTHER };
struct dwarf_source {
    str path; /* as in the answers of dwarf_ask */
    unsigned char md5[16];
    enum dwarf_sameness sameness; /* a result */
};
/* Compares n sources with the MD5 sums in the line tables of DWARF 5, which clang writes, and gcc from version 14 on.
 * Where a binary has none, or another build ID (in hex digits; empty: any), they are DWARF_UNKNOWN. */
void dwarf_compare_sources(const char *path, str build_id, struct dwarf_source *source, uint32_t n);

#endif
