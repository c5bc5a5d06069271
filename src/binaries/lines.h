/* Functions and lines at addresses of one binary. */
#ifndef CPROF_BINARIES_LINES_H
#define CPROF_BINARIES_LINES_H

#include "base/err.h"
#include "binaries/frame.h"
#include "binaries/tools.h"

/* Addresses of one file, as linked in the file; `base` was subtracted from the process's addresses. */
struct lines_question {
    const struct tools *tools;
    bool fast; /* names only, as if the tools that know lines were not found */
    str path;
    str debug; /* a file with the debug information of `path`; empty: in `path`, or where its headers say */
    str alt;   /* the supplementary file (of dwz) of these; empty: where they say */
    uint64_t base;
    const uint64_t *address;
    uint32_t n;
};
/* Asks about all addresses at once. An ELF file is read in this process, unless the user names the tools to run. `out`
 * has q->n answers; everything lives in `a`. After any failure the answers are empty. Each way that failed before
 * another was taken adds a note. Returns false if nothing could read the file. */
bool lines_ask(struct arena *a, const struct lines_question *q, struct lines_answer *out, struct notes *notes);

/* lines_symbolizer.c: parses one line of llvm-symbolizer's JSON. */
struct lines_answer lines_parse_json(struct arena *a, str line);
/* Takes the next line off *rest, trimmed; returns false if no whole line is left. */
bool lines_next(str *rest, str *line);

/* lines_nm.c: a binary's symbols by address. */
struct lines_symbols {
    const struct lines_symbol {
        uint64_t address, size; /* the base is added */
        str name;
        bool data;
    } * at;
    size_t n;
};
/* Parses nm's output in its POSIX format; skips lines of any other form. The result is sorted by address. */
struct lines_symbols lines_parse_nm(struct arena *a, str output, uint64_t base);
/* The symbol that contains a process's address; NULL if not found. */
const struct lines_symbol *lines_find_symbol(const struct lines_symbols *s, uint64_t address);

#endif
