/* Units of debug information, their abbreviations and the attributes of their entries (DWARF 2 to 5, GNU's split DWARF
 * 4). An entry is named by its offset in .debug_info. */
#ifndef CPROF_BINARIES_DWARF_UNIT_H
#define CPROF_BINARIES_DWARF_UNIT_H

#include <stdatomic.h>

#include "base/hash.h"
#include "binaries/dwarf/constants.h"
#include "binaries/dwarf/image.h"

/* A unit's header. */
struct dwarf_unit {
    uint64_t offset, end; /* in .debug_info */
    uint64_t abbrev;      /* offset in .debug_abbrev */
    uint64_t id;          /* of split units, 0: unknown */
    uint32_t first;       /* the first entry: bytes behind `offset` */
    uint8_t version, address_size, offset_size;
    bool types; /* a type unit */
};

struct dwarf_units {
    const struct dwarf_unit *at;
    uint32_t n;
    const uint64_t *abbrev; /* where lists of abbreviations begin in .debug_abbrev, ascending */
    uint32_t n_abbrev;
    bool damaged; /* the section ends in the middle of a unit */
};
struct dwarf_units dwarf_scan_units(struct arena *a, const struct dwarf_image *image);
/* The unit that contains an offset of .debug_info; UINT32_MAX if none does. */
uint32_t dwarf_find_unit(const struct dwarf_units *units, uint64_t offset);

struct dwarf_attribute {
    uint16_t name, form;
    int64_t constant; /* of DW_FORM_implicit_const */
};

/* How to skip the attributes of an entry, several at once. */
enum dwarf_step_kind { DWARF_STEP_FIXED, DWARF_STEP_LEB, DWARF_STEP_STRING, DWARF_STEP_BLOCK, DWARF_STEP_INDIRECT };
struct dwarf_step {
    uint8_t kind;  /* enum dwarf_step_kind */
    uint8_t width; /* of a block's size; 0: LEB128 */
    uint32_t size; /* of DWARF_STEP_FIXED */
};

struct dwarf_abbrev {
    uint64_t code;
    uint32_t first_attribute, n_attributes, first_step, n_steps;
    uint32_t fixed; /* size of all attributes if n_steps is 0 */
    uint16_t tag;   /* 0: no such abbreviation */
    bool children;
    bool is_function; /* a function or an inlined one */
    bool has_code;    /* is_function with addresses */
};

/* The abbreviations of a unit. */
struct dwarf_abbrevs {
    uint64_t offset; /* in .debug_abbrev */
    uint8_t address_size, offset_size, version;
    const struct dwarf_abbrev *at; /* in ascending order of their codes */
    const struct dwarf_attribute *attribute;
    const struct dwarf_step *step;
    uint32_t n, n_dense; /* the first n_dense have the codes 1, 2 … */
};

enum dwarf_value_kind {
    DWARF_NOTHING, /* of no use here */
    DWARF_NUMBER,
    DWARF_ADDRESS,
    DWARF_STRING,
    DWARF_REFERENCE,     /* an offset in .debug_info */
    DWARF_ALT_REFERENCE, /* the same in the supplementary file */
    DWARF_OFFSET,        /* in another section */
    DWARF_LIST_INDEX     /* of .debug_rnglists */
};
struct dwarf_value {
    enum dwarf_value_kind kind;
    uint64_t number;
    str string; /* of DWARF_STRING if it is part of the entry; others: dwarf_value_string */
    uint16_t form;
};

/* The attributes that say which addresses an entry has. */
struct dwarf_extent {
    struct dwarf_value low, high, ranges;
};
static inline void dwarf_extent_take(struct dwarf_extent *x, uint16_t name, const struct dwarf_value *v) {
    if (name == DW_AT_low_pc) x->low = *v;
    if (name == DW_AT_high_pc) x->high = *v;
    if (name == DW_AT_ranges) x->ranges = *v;
}

/* A unit whose attributes can be read. */
struct dwarf_open_unit {
    struct dwarf_unit head;
    const struct dwarf_abbrevs *abbrevs;
    struct dwarf_value directory, split_name;     /* DW_AT_comp_dir, DW_AT_dwo_name */
    uint64_t low, lines;                          /* base of range lists; offset in .debug_line, UINT64_MAX: none */
    uint64_t str_offsets, addr, rnglists, ranges; /* bases of indexed forms */
    uint64_t id;
    struct dwarf_extent extent; /* its addresses */
};

/* What the answers of all units of a file have cost, in bytes: of their frames, names and paths, and of line tables and
 * lists of ranges that were read. Units may share long names and tables, which compilers do not do. Threads share it,
 * and no sum depends on which of them does what. */
struct dwarf_spent {
    _Atomic uint64_t text, tables;
    uint64_t text_most, tables_most;
};
/* Adds n bytes, or none to ask. Returns false if they are too many in all: the answers of all units are then to be
 * dropped. `s` NULL: nothing is counted. */
static inline bool dwarf_spend_text(struct dwarf_spent *s, uint64_t n) {
    return !s || atomic_fetch_add_explicit(&s->text, n, memory_order_relaxed) + n <= s->text_most;
}
static inline bool dwarf_spend_tables(struct dwarf_spent *s, uint64_t n) {
    return !s || atomic_fetch_add_explicit(&s->tables, n, memory_order_relaxed) + n <= s->tables_most;
}

/* A thread's way into one image. */
struct dwarf_context {
    struct arena *arena; /* for everything below */
    const struct dwarf_image *image;
    const struct dwarf_image *addresses; /* has .debug_addr and .debug_ranges: not `image` in split DWARF */
    bool split;                          /* its units are the parts of others */
    struct dwarf_units units;
    struct dwarf_open_unit **open; /* by unit, NULL until needed */
    VEC(struct dwarf_abbrevs *) tables;
    struct u64map table_of;    /* where a list is and how it is read -> its index in `tables` */
    struct dwarf_spent *spent; /* NULL: nothing is counted */
    struct dwarf_context *alt; /* for the supplementary file, NULL until needed */
};
void dwarf_context_init(struct dwarf_context *c, struct arena *a, const struct dwarf_image *image,
                        struct dwarf_units units);
/* The context of the image's supplementary file; NULL if it has no such file. */
struct dwarf_context *dwarf_context_alt(struct dwarf_context *c);
/* Opens a unit. NULL if it is damaged. */
const struct dwarf_open_unit *dwarf_open_unit(struct dwarf_context *c, uint32_t unit);
/* Gives a unit of split DWARF the addresses of the program's unit that it is a part of. Returns NULL if it is damaged.
 */
const struct dwarf_open_unit *dwarf_join_unit(struct dwarf_context *c, uint32_t unit,
                                              const struct dwarf_open_unit *whole);
/* Whether a unit of a program is only the part of one that split DWARF leaves there. */
static inline bool dwarf_is_split(const struct dwarf_context *c, const struct dwarf_open_unit *u) {
    return c->image->from[DWARF_ADDR] && u->split_name.kind == DWARF_STRING;
}

/* The abbreviation with this code, or NULL. */
const struct dwarf_abbrev *dwarf_find_abbrev(const struct dwarf_abbrevs *t, uint64_t code);
/* Reads an attribute's value, which must be `form`'s. */
struct dwarf_value dwarf_read_value(const struct dwarf_open_unit *u, const struct dwarf_attribute *attribute,
                                    struct dwarf_reader *r);
/* Skips all attributes of an entry. */
void dwarf_skip_entry(const struct dwarf_abbrevs *t, const struct dwarf_abbrev *a, struct dwarf_reader *r);
/* The string of a value; empty for a value of another kind, and for an offset beyond its section. */
str dwarf_value_string(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v);
/* The same, counted as a table: many values may have one long string. Empty if that is too much. */
str dwarf_counted_string(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v);
/* The address of a value. Returns false for a value of another kind. */
bool dwarf_value_address(struct dwarf_context *c, const struct dwarf_open_unit *u, const struct dwarf_value *v,
                         uint64_t *out);

#endif
