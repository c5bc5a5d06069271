/* Reads parts of an object file, which is large while its headers are small. Also declares the readers of each
 * format. */
#ifndef CPROF_BINARIES_OBJECT_READER_H
#define CPROF_BINARIES_OBJECT_READER_H

#include "binaries/object.h"

struct object_file {
    struct arena *arena; /* scratch */
    int fd;
    uint64_t size;
    uint64_t device, number; /* the same for all paths to it */
    bool big_endian;
};

/* In object_open.c: opens a regular file, with f->arena set; the caller closes f->fd. Fails with pprof's message. */
bool object_file_open(struct object_file *f, const char *path, struct err *e);

/* Reads the `size` bytes at `offset`; returns false if the file does not have them all. */
bool object_read(const struct object_file *f, uint64_t offset, uint64_t size, str *out);
/* A number of 1, 2, 4 or 8 bytes at `offset`, which must be inside `s`. */
uint64_t object_number(const struct object_file *f, str s, size_t offset, unsigned size);

/* object_elf.c: fills in segments, type, build ID and text segment. Error messages are the part after "error parsing F:
 * ". */
bool object_read_elf(struct object_file *f, struct arena *a, struct object *out, struct err *e);
/* The value of the first symbol with this name. Returns false if the file has none, or is not ELF. */
bool object_find_symbol(struct object_file *f, str name, uint64_t *value);
/* Finds a section with contents by its name. Returns false if the file has none, or is not ELF; sets f->big_endian. */
struct object_section {
    uint64_t address, offset, size;
};
bool object_find_section(struct object_file *f, const char *name, struct object_section *out);
/* object_foreign.c: fills in the address that the file is linked for. Error messages are the part after "error reading
 * … file F: ". */
bool object_read_macho(struct object_file *f, uint64_t offset, struct object *out, struct err *e);
bool object_read_fat_macho(struct object_file *f, struct object *out, struct err *e);
bool object_read_pe(struct object_file *f, struct object *out, struct err *e);

#endif
