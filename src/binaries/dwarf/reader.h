/* Reads the numbers and strings of a section, never beyond its end. There is no reader.c: all of it is inline. */
#ifndef CPROF_BINARIES_DWARF_READER_H
#define CPROF_BINARIES_DWARF_READER_H

#include "base/str.h"

/* After a failure `at` is `end`, and all further numbers are 0. */
struct dwarf_reader {
    const unsigned char *at, *end;
    bool big_endian, failed;
};

/* Reads the bytes of `s` from the offset on; fails at once if the offset is behind its end. */
static inline struct dwarf_reader dwarf_reader_at(str s, uint64_t offset, bool big_endian) {
    const unsigned char *start = (const unsigned char *)s.ptr;
    bool fits = offset <= s.len;
    return (struct dwarf_reader){fits && start ? start + offset : start, start ? start + s.len : start, big_endian,
                                 !fits};
}

static inline size_t dwarf_left(const struct dwarf_reader *r) { return (size_t)(r->end - r->at); }

static inline uint64_t dwarf_fail(struct dwarf_reader *r) {
    r->at = r->end;
    r->failed = true;
    return 0;
}

static inline void dwarf_skip(struct dwarf_reader *r, uint64_t n) {
    if (n > dwarf_left(r))
        dwarf_fail(r);
    else
        r->at += n;
}

/* A number of 1 to 8 bytes. */
static inline uint64_t dwarf_number(struct dwarf_reader *r, unsigned size) {
    uint64_t v = 0;
    if (size > dwarf_left(r)) return dwarf_fail(r);
    for (unsigned i = 0; i < size; i++) {
        uint64_t byte = r->at[i];
        v = r->big_endian ? v << 8 | byte : v | byte << (8 * i);
    }
    r->at += size;
    return v;
}

static inline uint8_t dwarf_u8(struct dwarf_reader *r) { return r->at < r->end ? *r->at++ : (uint8_t)dwarf_fail(r); }

/* LEB128. Bits beyond the 64th are dropped. */
static inline uint64_t dwarf_uleb(struct dwarf_reader *r) {
    uint64_t v = 0;
    for (unsigned shift = 0; r->at < r->end; shift += 7) {
        unsigned char byte = *r->at++;
        if (shift < 64) v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return v;
    }
    return dwarf_fail(r);
}

static inline int64_t dwarf_sleb(struct dwarf_reader *r) {
    uint64_t v = 0;
    unsigned shift = 0;
    while (r->at < r->end) {
        unsigned char byte = *r->at++;
        if (shift < 64) v |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if (byte >= 0x80) continue;
        if (shift < 64 && byte & 0x40) v |= UINT64_MAX << shift;
        return (int64_t)v;
    }
    return (int64_t)dwarf_fail(r);
}

/* The bytes before the next NUL, which must be there. */
static inline str dwarf_string(struct dwarf_reader *r) {
    const unsigned char *start = r->at, *nul = start < r->end ? memchr(start, 0, dwarf_left(r)) : NULL;
    if (!nul) {
        dwarf_fail(r);
        return STR_EMPTY;
    }
    r->at = nul + 1;
    return (str){(const char *)start, (size_t)(nul - start)};
}

/* Cuts a table of strings behind its last NUL. Each string in it then has an end. */
static inline str dwarf_whole_strings(str table) {
    const char *nul = table.len ? memrchr(table.ptr, 0, table.len) : NULL;
    return nul ? str_slice(table, 0, (size_t)(nul - table.ptr) + 1) : STR_EMPTY;
}

#endif
