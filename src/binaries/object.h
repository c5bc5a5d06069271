/* Object files: which of a binary's addresses is a runtime address? object_open.h reads what is asked here from a file.
 */
#ifndef CPROF_BINARIES_OBJECT_H
#define CPROF_BINARIES_OBJECT_H

#include "base/err.h"
#include "base/str.h"

/* One ELF program header. */
struct object_segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
};

struct object {
    str path;
    str build_id; /* lower-case hex digits; empty: none, or not ELF */
    /* where the profiled process had it */
    uint64_t start, limit, offset;

    bool elf;
    uint16_t elf_type; /* ET_EXEC, ET_DYN, ET_REL … */
    const struct object_segment *segment;
    uint32_t n_segments;
    uint32_t text_segment;  /* the executable segment .text is in, or UINT32_MAX */
    bool has_kernel_offset; /* the value of _stext (or _text) was looked up and found */
    uint64_t kernel_offset;

    bool base_known, base_failed; /* base is computed from the first address asked for, once */
    uint64_t base;
};

/* Some tools make one mapping of all there is; its addresses are the file's own. */
bool object_is_whole_space(const struct object *o);
/* What to subtract from a runtime address of an ELF file (elfexec.GetBase), given the segment that the mapping stands
 * for (NULL: none). Fails with pprof's message. */
bool object_elf_base(const struct object *o, const struct object_segment *load, uint64_t *base, struct err *e);
/* The address inside the file for a runtime address. The first call decides the base for all later ones;
 * it fails when its address lies outside the mapping or no single segment can be meant, and then so do all
 * later calls. */
bool object_address(struct object *o, uint64_t address, uint64_t *out, struct err *e);

#endif
