/* Machine code and symbols of binaries, as objdump and nm tell of them: for disasm and weblist. */
#ifndef CPROF_REPORT_CODE_ASSEMBLY_H
#define CPROF_REPORT_CODE_ASSEMBLY_H

#include "base/err.h"
#include "base/str.h"
#include "regex/regex.h"

struct assembly_tools {
    const char *objdump; /* NULL: there is none */
    bool is_llvm;
    const char *nm;
};
/* Looks where `config` says, the value of -tools; empty: on $PATH. */
void assembly_find_tools(struct arena *a, str config, struct assembly_tools *out);

struct assembly_inst {
    uint64_t address; /* in the file */
    str text;
    str function, file; /* empty when unknown */
    int64_t line;
};
struct assembly {
    const struct assembly_inst *at;
    size_t n;
};
/* The instructions of `file` from `start` up to but without `end`. */
struct assembly_range {
    str file;
    uint64_t start, end;
    bool intel; /* in Intel's syntax */
};
/* Fails with the reference's message when there is no objdump or it fails. */
bool assembly_disassemble(struct arena *a, const struct assembly_tools *tools, const struct assembly_range *range,
                          struct assembly *out, struct err *e);
/* What a text that objdump printed says; split off for tests. */
struct assembly assembly_parse(struct arena *a, str text);

/* Adjacent symbols at one address are one. What is before the first symbol counts as one without names, which only its
 * address finds. */
struct assembly_symbol {
    uint64_t start, end; /* the last address is `end`: one before the next symbol */
    const str *name;     /* all names at an address that was asked for, else the one that matched, as it matched */
    uint32_t n_names;
};
struct assembly_symbols {
    const struct assembly_symbol *at;
    size_t n;
};
/* The symbols of `file` with a name that matches, mangled or in one of its readable forms, or at `address` (0: at none
 * in particular). */
struct assembly_search {
    str file;
    const struct regex *match;
    uint64_t address;
};
/* False when nm fails. */
bool assembly_find_symbols(struct arena *a, const struct assembly_tools *tools, const struct assembly_search *wanted,
                           struct assembly_symbols *out, struct err *e);
struct assembly_symbols assembly_parse_symbols(struct arena *a, str text, const struct regex *match, uint64_t address);

#endif
