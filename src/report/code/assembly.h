/* Machine code of binaries from objdump, and their symbols, for disasm and weblist. */
#ifndef CPROF_REPORT_CODE_ASSEMBLY_H
#define CPROF_REPORT_CODE_ASSEMBLY_H

#include "base/err.h"
#include "base/str.h"
#include "binaries/frame.h"
#include "binaries/tools.h"
#include "regex/regex.h"

struct assembly_tools {
    const char *objdump; /* NULL if not found */
    bool is_llvm;
    struct tools others;
};
/* Finds the tools by `config`, the value of -tools; empty: on $PATH. */
void assembly_find_tools(struct arena *a, str config, struct assembly_tools *out);

struct assembly_inst {
    uint64_t address; /* in the file */
    str text;
    str function, file; /* empty if unknown */
    int64_t line;
    bool apart; /* a line that tells nothing stood before it, which ended the function, the file and the line */
};
struct assembly {
    const struct assembly_inst *at;
    size_t n;
};
/* The instructions of `file` in [start, end). */
struct assembly_range {
    str file;
    uint64_t start, end;
    bool intel; /* print Intel's syntax */
    bool lines; /* objdump tells functions, files and lines; on large binaries this takes most of the time */
};
/* Without range->lines the function is the symbol in angle brackets, and files are empty. Fails with pprof's message if
 * there is no objdump or it fails. */
bool assembly_disassemble(struct arena *a, const struct assembly_tools *tools, const struct assembly_range *range,
                          struct assembly *out, struct err *e);
/* Sets functions, files and lines of n listings of one file from its debug information, as llvm-objdump tells them.
 * Returns false, with nothing changed, if these are not known for each instruction. */
bool assembly_add_lines(struct arena *a, const struct assembly_tools *tools, str file, struct assembly *code, size_t n,
                        struct notes *notes);
/* Parses text that objdump printed. Separate for tests. */
struct assembly assembly_parse(struct arena *a, str text);

/* Adjacent symbols at one address are one. The addresses before the first symbol form one without names, which only
 * a search by address finds. */
struct assembly_symbol {
    uint64_t start, end; /* `end` is the last address: one before the next symbol */
    const str *name;     /* all names if found by address, else the matching name, in the spelling that matched */
    uint32_t n_names;
    bool several; /* it has names that read differently, of which llvm-objdump chooses one */
};
struct assembly_symbols {
    const struct assembly_symbol *at;
    size_t n;
};
/* Finds the symbols of `file` with a matching name, mangled or in one of its readable forms, or at `address` (0: no
 * address). */
struct assembly_search {
    str file;
    const struct regex *match;
    uint64_t address;
    const uint64_t *sampled; /* ascending; symbols without one of these are left out, unless they are at `address`.
                              * NULL: all are kept */
    size_t n_sampled;
};
/* Returns false if the file cannot be read. */
bool assembly_find_symbols(struct arena *a, const struct assembly_tools *tools, const struct assembly_search *wanted,
                           struct assembly_symbols *out, struct err *e);
/* Parses what nm printed; other lines are skipped. */
struct lines_list assembly_parse_symbols(struct arena *a, str text);
struct assembly_symbols assembly_select_symbols(struct arena *a, struct lines_list list,
                                                const struct assembly_search *wanted);

#endif
