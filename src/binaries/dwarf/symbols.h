/* Names of addresses by an ELF symbol table, chosen as llvm-symbolizer chooses them. */
#ifndef CPROF_BINARIES_DWARF_SYMBOLS_H
#define CPROF_BINARIES_DWARF_SYMBOLS_H

#include "binaries/dwarf/image.h"
#include "binaries/frame.h"

/* Views into the image; `name` is empty if no symbol was found. */
struct dwarf_symbol {
    str name, file; /* file: of a local symbol, as STT_FILE names it; may be empty */
};

/* Finds the symbols at n addresses in ascending order. Uses .symtab, or .dynsym in a file without it; returns false if
 * the file has neither. */
bool dwarf_find_symbols(struct arena *scratch, const struct dwarf_image *image, const uint64_t *address, uint32_t n,
                        struct dwarf_symbol *out);

/* Lists .symtab; empty for a file without it. Names are copied into `a`. */
struct lines_list dwarf_list_table(struct arena *a, const struct dwarf_image *image);

#endif
