/* Split DWARF: the parts of a program's units that are in other files, in the package beside it (.dwp) or in those that
 * the units name (.dwo). */
#ifndef CPROF_BINARIES_DWARF_SPLIT_H
#define CPROF_BINARIES_DWARF_SPLIT_H

#include "binaries/dwarf/walk.h"

/* Opens the package beside a program, for all threads. Returns false if it cannot be read. */
bool dwarf_open_package(struct arena *a, const char *program, struct dwarf_image *out);

/* A file by its device and number; zeros: not found. */
struct dwarf_file_id {
    uint64_t device, number;
};
/* The file that a unit of the program names. Paths live in `scratch`. */
struct dwarf_file_id dwarf_split_file(struct dwarf_context *c, const struct dwarf_open_unit *u, struct arena *scratch);

/* Where a thread finds the parts of units. Between two calls of dwarf_split_close all units that name a file name the
 * same one, which is opened once. */
struct dwarf_split {
    const struct dwarf_image *package; /* NULL: none */
    struct arena of_part;              /* for the part of the package that was found last */
    /* the file that the units name */
    struct arena of_file; /* for everything below */
    struct dwarf_image image;
    struct dwarf_walker walker;
    struct u64map unit_of; /* an ID -> the first unit with it */
    bool *was_found;       /* by unit */
    bool was_tried, is_damaged;
};
/* Finds the part that belongs to a unit of the program, which is there until the next call. *damaged is set if its file
 * is damaged. */
struct dwarf_functions dwarf_split_find(struct dwarf_split *s, struct dwarf_walker *program,
                                        const struct dwarf_open_unit *u, bool *damaged);
/* Closes the file. Returns false if it was cut short while it was read. */
bool dwarf_split_close(struct dwarf_split *s);

#endif
