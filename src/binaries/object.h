/* Object files: converts addresses of a process to addresses of its binary. object_open.h reads the needed headers
 * from a file. */
#ifndef CPROF_BINARIES_OBJECT_H
#define CPROF_BINARIES_OBJECT_H

#include "base/err.h"
#include "base/str.h"

/* One ELF program header. */
struct object_segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
};

enum object_format { OBJECT_ELF, OBJECT_MACHO, OBJECT_FAT_MACHO, OBJECT_PE };

struct object {
    str path;
    str build_id; /* lower-case hex digits; empty: unknown, or not ELF */
    /* the process's mapping */
    uint64_t start, limit, offset;

    uint64_t device, number; /* of the file: the same for all paths to it */
    enum object_format format;
    uint64_t linked; /* the address that a file is linked for that is not ELF */

    bool elf;
    uint16_t elf_type; /* ET_EXEC, ET_DYN, ET_REL … */
    const struct object_segment *segment;
    uint32_t n_segments;
    uint32_t text_segment;  /* the executable segment .text is in, or UINT32_MAX */
    bool has_kernel_offset; /* the symbol _stext (or _text) was found */
    uint64_t kernel_offset;

    bool no_contents; /* a file of debug information: its segments have no bytes, so their offsets mean nothing */
    bool has_debug;   /* it has DWARF itself, or is not ELF */
    str debug_link;   /* the name of its file of debug information, in .gnu_debuglink; may be empty */

    bool base_known, base_failed; /* the base is computed once, for the first address */
    uint64_t base;
};

/* True for a mapping of the whole address space, which some tools write; its addresses are those of the file. */
bool object_is_whole_space(const struct object *o);
/* The base of an ELF file, to be subtracted from addresses of the process (elfexec.GetBase). `load` is the
 * mapping's segment, or NULL. Fails with pprof's message. */
bool object_elf_base(const struct object *o, const struct object_segment *load, uint64_t *base, struct err *e);
/* Converts an address of the process to one of the file. The first call decides the base for all later ones. It
 * fails if its address is outside the mapping or no single segment fits; all later calls then fail, too. */
bool object_address(struct object *o, uint64_t address, uint64_t *out, struct err *e);

#endif
