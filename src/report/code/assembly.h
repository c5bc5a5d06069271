/* Machine code and symbols of binaries from objdump and nm, for disasm and weblist. */
#ifndef CPROF_REPORT_CODE_ASSEMBLY_H
#define CPROF_REPORT_CODE_ASSEMBLY_H

#include "base/err.h"
#include "base/str.h"
#include "regex/regex.h"

struct assembly_tools {
    const char *objdump; /* NULL if not found */
    bool is_llvm;
    const char *nm;
};
/* Finds the tools by `config`, the value of -tools; empty: on $PATH. */
void assembly_find_tools(struct arena *a, str config, struct assembly_tools *out);

struct assembly_inst {
    uint64_t address; /* in the file */
    str text;
    str function, file; /* empty if unknown */
    int64_t line;
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
};
/* Fails with pprof's message if there is no objdump or it fails. */
bool assembly_disassemble(struct arena *a, const struct assembly_tools *tools, const struct assembly_range *range,
                          struct assembly *out, struct err *e);
/* Parses text that objdump printed. Separate for tests. */
struct assembly assembly_parse(struct arena *a, str text);

/* Adjacent symbols at one address are one. The addresses before the first symbol form one without names, which only
 * a search by address finds. */
struct assembly_symbol {
    uint64_t start, end; /* `end` is the last address: one before the next symbol */
    const str *name;     /* all names if found by address, else the matching name, in the spelling that matched */
    uint32_t n_names;
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
};
/* Returns false if nm fails. */
bool assembly_find_symbols(struct arena *a, const struct assembly_tools *tools, const struct assembly_search *wanted,
                           struct assembly_symbols *out, struct err *e);
struct assembly_symbols assembly_parse_symbols(struct arena *a, str text, const struct regex *match, uint64_t address);

#endif
