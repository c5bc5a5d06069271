/* An ELF file in memory, and its sections of debug information, decompressed. All sizes and offsets are bounded by the
 * file. */
#ifndef CPROF_BINARIES_DWARF_IMAGE_H
#define CPROF_BINARIES_DWARF_IMAGE_H

#include "base/err.h"
#include "binaries/dwarf/reader.h"

enum dwarf_section {
    DWARF_INFO,
    DWARF_ABBREV,
    DWARF_STR,
    DWARF_STR_OFFSETS,
    DWARF_LINE_STR,
    DWARF_ADDR,
    DWARF_RANGES,
    DWARF_RNGLISTS,
    DWARF_LINE,
    DWARF_ARANGES,
    DWARF_CU_INDEX,
    DWARF_SECTIONS
};

/* A section header. */
struct dwarf_elf_section {
    str name, bytes; /* bytes: empty for those without bytes in the file */
    uint64_t flags, size;
    uint32_t type, link;
};

struct dwarf_image {
    const char *path;
    str file; /* mapped */
    bool big_endian, wide /* 64 bit */;
    uint16_t type, machine; /* e_type, e_machine */
    const struct dwarf_elf_section *elf;
    uint32_t n_elf;
    str build_id;  /* its bytes */
    str debuglink; /* name of the file with debug information, or empty */
    uint32_t debuglink_checksum;
    /* the supplementary file (of dwz) that entries may refer to: what its own ID must be; empty: none */
    str alt_path, alt_id;
    str own_alt_id;                /* of a supplementary file of DWARF 5; others have a build ID */
    const struct dwarf_image *alt; /* once it was opened, or NULL */
    str section[DWARF_SECTIONS];   /* empty if missing or not loaded */
    uint32_t from[DWARF_SECTIONS]; /* index of the section header, 0: none */
};

/* Maps a regular file and reads its headers. With `split`, sections are those of split DWARF (.debug_info.dwo). On
 * failure *is_elf says whether the file is ELF at all. */
bool dwarf_image_open(struct arena *a, const char *path, bool split, struct dwarf_image *out, bool *is_elf,
                      struct err *e);
/* Makes the sections of the set (1 << DWARF_INFO | …) readable; on several threads if they are compressed. Decompressed
 * ones live in `a`. Fails if one is damaged; the others are loaded nevertheless. */
bool dwarf_image_load(struct arena *a, struct dwarf_image *image, unsigned set, struct err *e);
/* Reduces the sections of a package of split DWARF (.dwp) to those of the unit with this ID. Returns false if the
 * package does not have it. */
bool dwarf_image_select(struct dwarf_image *package, uint64_t id);
/* Unmaps the file. Returns false if it was cut short while it was read, so that what was read may be wrong. */
bool dwarf_image_close(struct dwarf_image *image);

static inline struct dwarf_reader dwarf_read_section(const struct dwarf_image *image, enum dwarf_section s,
                                                     uint64_t offset) {
    return dwarf_reader_at(image->section[s], offset, image->big_endian);
}

#endif
