/* The addresses of an entry: DW_AT_low_pc and DW_AT_high_pc, or a list of ranges. */
#ifndef CPROF_BINARIES_DWARF_RANGES_H
#define CPROF_BINARIES_DWARF_RANGES_H

#include "binaries/dwarf/unit.h"

struct dwarf_range {
    uint64_t low, high; /* low <= address < high */
};

/* Ranges of one entry after the other. */
struct dwarf_ranges {
    struct arena *arena;
    VEC(struct dwarf_range) list;
};

/* Replaces the list by the entry's ranges, without empty ones and those that the linker dropped. Returns false if they
 * are damaged; the list has the ranges before that. */
bool dwarf_read_ranges(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_extent *x,
                       struct dwarf_ranges *out);

#endif
