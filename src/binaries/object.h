/* Object files: is this file a binary, which build is it, and which of its addresses is a runtime address?
 * A small bounded reader of ELF (32 and 64 bit, both byte orders), Mach-O and PE headers; symbol names and
 * lines come from the tools (tools.h). Opening reads headers only and keeps no file open. */
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

/* Opens `path` as the file mapped at [start, limit) from `offset`; kernel_symbol is the mapping's (usually
 * empty). Fails with pprof's sentence ("stat F: no such file or directory", "unrecognized binary format: F",
 * "could not identify base for F: …"). Start 0, limit 2^64-1 and offset 0 ask just whether F is a binary. */
bool object_open(struct arena *a, str path, uint64_t start, uint64_t limit, uint64_t offset, str kernel_symbol,
                 struct object *out, struct err *e);

/* The address inside the file for a runtime address. The first call decides the base for all later ones;
 * it fails when its address lies outside the mapping or no single segment can be meant, and then so do all
 * later calls. */
bool object_address(struct object *o, uint64_t address, uint64_t *out, struct err *e);

#endif
