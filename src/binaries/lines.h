/* Asking the tools about addresses of one binary. */
#ifndef CPROF_BINARIES_LINES_H
#define CPROF_BINARIES_LINES_H

#include "base/err.h"
#include "binaries/tools.h"

struct lines_frame {
    str function, file;
    int64_t line, column, start_line;
};

/* The frames at an address, innermost first; none when nothing is known. */
struct lines_answer {
    const struct lines_frame *frame;
    uint32_t n;
};

/* Addresses of one file (of the file, not of the process); `base` is what was taken off them. */
struct lines_question {
    const struct tools *tools;
    bool fast; /* names only, as where the tools that know lines were not found */
    str path;
    uint64_t base;
    const uint64_t *address;
    uint32_t n;
};
/* Asks about all of them in one run of a tool. out has q->n answers; everything lives in `a`. Whatever fails leaves
 * answers empty. */
void lines_ask(struct arena *a, const struct lines_question *q, struct lines_answer *out);

/* lines_symbolizer.c: one line of llvm-symbolizer's JSON. */
struct lines_answer lines_parse_json(struct arena *a, str line);
/* The next line of *rest, trimmed; false when no whole line is left. */
bool lines_next(str *rest, str *line);

/* lines_nm.c: a binary's symbols by address. */
struct lines_symbols {
    const struct lines_symbol {
        uint64_t address, size; /* address with the base */
        str name;
        bool data;
    } * at;
    size_t n;
};
/* Parses what nm printed in its POSIX format, sorted by address; lines of any other form are passed over. */
struct lines_symbols lines_parse_nm(struct arena *a, str output, uint64_t base);
/* The symbol a (runtime) address belongs to; NULL: none. */
const struct lines_symbol *lines_find_symbol(const struct lines_symbols *s, uint64_t address);

#endif
