/* The data of weblist: the instructions of each source line of the requested functions, with their values (pprof.md
 * 8.13). Computed in weblist_code.c and weblist_ranges.c, written by weblist_page.c. */
#ifndef CPROF_REPORT_CODE_WEBLIST_H
#define CPROF_REPORT_CODE_WEBLIST_H

#include "report/report.h"

/* One function at an address; stacks of them are innermost first. */
struct weblist_frame {
    str function; /* in the binary's spelling */
    str file;
    int64_t line;
};
struct weblist_stack {
    const struct weblist_frame *at;
    uint32_t n;
};

struct weblist_inst {
    uint64_t address;      /* in the process; made up if the profile has none */
    uint64_t file_address; /* in the binary */
    uint64_t length;       /* bytes */
    str text;
    bool synthetic; /* no instruction is known, only its place */
    str file;       /* of the innermost function */
    int64_t line;
    int64_t flat, cum;
};

/* An instruction's place in a file: where a requested function is in its stack. */
struct weblist_site {
    str file; /* cleaned */
    int64_t line;
    str function;
    uint64_t address;
    struct weblist_stack callees; /* inlined below it */
    uint32_t number;              /* in order of discovery */
};

struct weblist_code {
    const struct weblist_site *site; /* sorted by file, line and number */
    size_t n_sites;
    const struct weblist_inst *inst; /* sorted by address, without duplicates */
    size_t n_insts;
    struct weblist_names *names;
};
/* Returns false if nothing matches the pattern. */
bool weblist_find_code(const struct report_in *in, struct weblist_code *out);
const struct weblist_inst *weblist_find_inst(const struct weblist_code *code, uint64_t address); /* NULL: none */
/* The name that the profile shows for a function. */
str weblist_pretty_name(const struct weblist_code *code, str function);

/* An address in a requested function. */
struct weblist_wanted {
    uint64_t address;
    loc_id location;
    uint32_t number; /* in order of discovery */
};
/* The values at an address. */
struct weblist_weight {
    uint64_t address;
    int64_t flat, cum;
};
/* An instruction that was found, with the functions at its address. */
struct weblist_found {
    struct weblist_inst inst;
    struct weblist_stack shown; /* the stack its sites are made from */
};
struct weblist_list {
    struct arena *arena;
    VEC(struct weblist_found) found;
};
/* Finds instructions at and around `wanted` (sorted by address, without duplicates), in order of discovery: first
 * those of addresses without a binary, then range by range, from the heaviest. */
void weblist_find_insts(const struct report_in *in, const struct weblist_wanted *wanted, size_t n_wanted,
                        const struct weblist_weight *weight, size_t n_weights, struct weblist_list *out);

#endif
