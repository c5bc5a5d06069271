/* Frames at the addresses of one unit. */
#ifndef CPROF_BINARIES_DWARF_WALK_H
#define CPROF_BINARIES_DWARF_WALK_H

#include "binaries/dwarf/line.h"
#include "binaries/frame.h"

/* What an entry says about its function, and those that it refers to. */
struct dwarf_description {
    str linkage_name, name;
    int64_t line;
    bool has_line;
    uint64_t counted; /* the end of the unit for which its bytes were counted last: see struct dwarf_spent */
};

/* A thread's state for all units of one image. */
struct dwarf_walker {
    struct dwarf_context context; /* its arena is scratch */
    struct arena *results;        /* for the frames and their strings */
    struct u64map described;      /* an entry's offset -> description */
    VEC(struct dwarf_description) descriptions;
};
void dwarf_walker_init(struct dwarf_walker *w, struct arena *scratch, struct arena *results,
                       const struct dwarf_image *image, struct dwarf_units units);

/* Addresses of one unit. */
struct dwarf_asked {
    const uint64_t *address; /* ascending */
    struct lines_answer *answer;
    uint32_t n;
};
/* The unit that has a unit's functions: itself, or its part in split DWARF. */
struct dwarf_functions {
    struct dwarf_walker *walker;        /* of its image */
    const struct dwarf_open_unit *unit; /* NULL: not found */
};
/* Answers each address of a unit of w with at least one frame. Returns false if the unit is damaged, or NULL; parts of
 * answers are then missing. */
bool dwarf_answer_unit(struct dwarf_walker *w, const struct dwarf_open_unit *u, struct dwarf_functions functions,
                       const struct dwarf_asked *asked);

#endif
