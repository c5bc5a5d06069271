/* Bytes of an object file, read at given places only: binaries are large, their headers small. The door to the readers
 * of formats, too. */
#ifndef CPROF_BINARIES_OBJECT_READER_H
#define CPROF_BINARIES_OBJECT_READER_H

#include "binaries/object.h"

struct object_file {
    struct arena *arena; /* scratch */
    int fd;
    uint64_t size;
    bool big_endian;
};

/* The `size` bytes at `offset`; false when the file does not have them all. */
bool object_read(const struct object_file *f, uint64_t offset, uint64_t size, str *out);
/* A number of 1, 2, 4 or 8 bytes at an offset that lies inside `s`. */
uint64_t object_number(const struct object_file *f, str s, size_t offset, unsigned size);

/* object_elf.c: fills in segments, type, build ID, text segment and, when asked, the kernel's offset. Sentences
 * are the rest after "error parsing F: ". */
bool object_read_elf(struct object_file *f, struct arena *a, str kernel_symbol, bool want_kernel, struct object *out,
                     struct err *e);
/* object_foreign.c: where the file wants to be loaded. Sentences are complete but for "error reading … file F: ". */
bool object_read_macho(struct object_file *f, uint64_t offset, struct object *out, struct err *e);
bool object_read_fat_macho(struct object_file *f, struct object *out, struct err *e);
bool object_read_pe(struct object_file *f, struct object *out, struct err *e);

#endif
