/* For unit tests: loads bytes as they may come to a decoder: whole, or in pieces that are decoded while they are
 * read, in blocks of lines of any size, by several threads. */
#ifndef CPROF_TESTING_LOAD_WAYS_H
#define CPROF_TESTING_LOAD_WAYS_H

#include <stdlib.h>

#include "bytes/pieces.h"
#include "formats/load.h"
#include "formats/names/textlines.h"
#include "testing/random.h"

/* 0: the usual size, for inputs of that size, and the usual threads. */
struct load_way {
    size_t piece, block;
    const char *threads;
};

/* The usual way in every sixth round, else small pieces, small blocks or both. */
static inline struct load_way load_random_way(struct random *r, int round) {
    return (struct load_way){.piece = round % 2 ? 1 + random_below(r, 5000) : 0,
                             .block = round % 3 ? 1 + random_below(r, 3000) : 0};
}

static inline bool load_in_a_way(struct arena *a, struct load_way way, str bytes, const struct load_options *options,
                                 struct profile *out, struct err *e) {
    load_set_pieces_from(way.piece ? 1 : 0);
    pieces_set_size(way.piece);
    textlines_set_block(way.block);
    if (way.threads) setenv("CPROF_THREADS", way.threads, 1);
    bool ok = load_bytes(a, bytes, options, out, e);
    if (way.threads) unsetenv("CPROF_THREADS");
    load_set_pieces_from(0);
    pieces_set_size(0);
    textlines_set_block(0);
    return ok;
}

#endif
