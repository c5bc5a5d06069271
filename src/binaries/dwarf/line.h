/* Line tables: the files of a unit, and the place in the source of each address. */
#ifndef CPROF_BINARIES_DWARF_LINE_H
#define CPROF_BINARIES_DWARF_LINE_H

#include "binaries/dwarf/unit.h"

enum { DWARF_MD5_SIZE = 16 };

struct dwarf_file_name {
    str name;
    uint64_t directory; /* its number */
    str path;           /* once it was needed */
    const char *md5;    /* of its contents, DWARF_MD5_SIZE bytes in the image; NULL: not known */
};

struct dwarf_line_table {
    struct arena *arena;       /* for the lists; set by the caller */
    struct dwarf_spent *spent; /* counts paths; NULL: they are not counted */
    str directory;             /* of the compilation */
    uint8_t version;
    const str *directories;
    struct dwarf_file_name *file;
    uint32_t n_directories, n_files;
};

struct dwarf_place {
    uint64_t file; /* its number */
    uint32_t line;
    uint16_t column;
    bool known;
};

/* Reads the table of a unit, and the places of n addresses in ascending order. Returns false if it is damaged; what was
 * read before that is there. */
bool dwarf_read_lines(struct dwarf_context *c, const struct dwarf_open_unit *u, const uint64_t *address, uint32_t n,
                      struct dwarf_place *place, struct dwarf_line_table *out);
/* Reads the lists of the table at *offset in .debug_line and sets *offset behind it, without a unit. A damaged table
 * has no files. Returns false if no table is there. */
bool dwarf_next_files(struct dwarf_context *c, uint64_t *offset, struct dwarf_line_table *out);
/* The path of a file, in `a`, as llvm-symbolizer prints it: absolute if the unit's directory is known. Returns false if
 * the table has no such file. */
bool dwarf_file_path(struct arena *a, struct dwarf_line_table *t, uint64_t number, str *out);

#endif
