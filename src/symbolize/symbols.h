/* Frames at addresses of one binary, with each function and each text once. It is what a cache file holds, so it has
 * numbers in place of pointers. */
#ifndef CPROF_SYMBOLIZE_SYMBOLS_H
#define CPROF_SYMBOLIZE_SYMBOLS_H

#include "base/hash.h"
#include "binaries/lines.h"

struct symbols_frame {
    uint32_t function, line, column; /* 0: unknown; a line that does not fit counts as unknown */
};
struct symbols_function {
    uint32_t name, system_name, file, start_line; /* texts, and a line; `name` is demangled as by default */
};
struct symbols_table {
    uint32_t n, n_frames, n_functions, n_texts;
    const uint64_t *address; /* n, ascending, each once */
    const uint32_t *first;   /* n + 1: address i has the frames first[i] … first[i+1]-1, innermost first; or none */
    const struct symbols_frame *frame;
    const struct symbols_function *function;
    const uint32_t *end; /* n_texts: text i ends there, and the next begins */
    const char *text;    /* text 0 is empty */
};

static inline str symbols_text(const struct symbols_table *s, uint32_t i) {
    uint32_t from = i ? s->end[i - 1] : 0;
    return (str){s->text + from, s->end[i] - from};
}
/* The number of an address, or UINT32_MAX. */
uint32_t symbols_find(const struct symbols_table *s, uint64_t address);

/* Makes a table of `old` and of the answers about n other addresses, ascending. It lives in `a`, and so must `old`. It
 * is empty if its texts exceed 4 GB. */
struct symbols_table symbols_merge(struct arena *a, const struct symbols_table *old, const uint64_t *address,
                                   const struct lines_answer *answer, uint32_t n);

#endif
