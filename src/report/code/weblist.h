/* What weblist shows: which instructions belong to which source lines of the functions asked for, and what was
 * measured on them (pprof.md 8.13). Made in weblist_code.c and weblist_ranges.c, written by weblist.c. */
#ifndef CPROF_REPORT_CODE_WEBLIST_H
#define CPROF_REPORT_CODE_WEBLIST_H

#include "report/report.h"

/* One function at an address; a stack of them is innermost first. */
struct weblist_frame {
    str function; /* as the binary spells it */
    str file;
    int64_t line;
};
struct weblist_stack {
    const struct weblist_frame *at;
    uint32_t n;
};

struct weblist_inst {
    uint64_t address;      /* in the process; made up where the profile has none */
    uint64_t file_address; /* in the binary */
    uint64_t length;       /* bytes */
    str text;
    bool synthetic; /* nothing is known of it but its place */
    str file;       /* of the innermost function */
    int64_t line;
    int64_t flat, cum;
};

/* An instruction's place in a file: where a function asked for stands in its stack. */
struct weblist_site {
    str file; /* cleaned */
    int64_t line;
    str function;
    uint64_t address;
    struct weblist_stack callees; /* inlined below it */
    uint32_t number;              /* in order of discovery */
};

struct weblist_code {
    const struct weblist_site *site; /* by file, line and number */
    size_t n_sites;
    const struct weblist_inst *inst; /* by address, no two of one address */
    size_t n_insts;
    struct weblist_names *names;
};
/* False when nothing matches the pattern. */
bool weblist_find_code(const struct report_in *in, struct weblist_code *out);
const struct weblist_inst *weblist_find_inst(const struct weblist_code *code, uint64_t address); /* NULL: none */
/* The name the profile shows a function by. */
str weblist_pretty_name(const struct weblist_code *code, str function);

/* ---- between weblist_code.c and weblist_ranges.c ---- */

/* An address of a function asked for. */
struct weblist_wanted {
    uint64_t address;
    loc_id location;
    uint32_t number; /* in order of discovery */
};
/* What was measured at an address. */
struct weblist_weight {
    uint64_t address;
    int64_t flat, cum;
};
/* An instruction found, with the functions at its place. */
struct weblist_found {
    struct weblist_inst inst;
    struct weblist_stack shown; /* whose sites it gets */
};
struct weblist_list {
    struct arena *arena;
    VEC(struct weblist_found) found;
};
/* Instructions at and around `wanted` (by address, no two of one address), in order of discovery: first those of
 * addresses without binary, then range by range, the heaviest first. */
void weblist_find_insts(const struct report_in *in, const struct weblist_wanted *wanted, size_t n_wanted,
                        const struct weblist_weight *weight, size_t n_weights, struct weblist_list *out);

#endif
