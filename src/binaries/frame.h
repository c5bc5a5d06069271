/* The functions and lines at an address, and a list of symbols: what every way to find them answers. There is no
 * frame.c. */
#ifndef CPROF_BINARIES_FRAME_H
#define CPROF_BINARIES_FRAME_H

#include "base/str.h"
#include "base/tuning.h"

struct lines_frame {
    str function, file;
    int64_t line, column, start_line;
};

/* The frames at an address, innermost first; no frames if nothing is known. */
struct lines_answer {
    const struct lines_frame *frame;
    uint32_t n;
};

/* The symbols that have an address, as `nm -n` lists them: by address, then by name, without sections and files. */
struct lines_listed {
    uint64_t address, size; /* size: 0 if nm does not tell */
    str name;
    bool data; /* what pprof takes for data by the letter of nm: weak symbols, and those of sections without code */
};
struct lines_list {
    const struct lines_listed *at;
    size_t n;
};

/* Bytes of names and paths that the answers about n addresses of a file may have. Compilers write less; damaged files
 * give many answers one long text. */
static inline uint64_t lines_text_most(uint64_t file_size, uint64_t n) {
    return TUNING_DWARF_SPENT + 16 * file_size + 1024 * n;
}

#endif
