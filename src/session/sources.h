/* The sources that the words of a command line stand for: lists, directories and patterns. */
#ifndef CPROF_SESSION_SOURCES_H
#define CPROF_SESSION_SOURCES_H

#include "cli/argv.h"

typedef VEC(str) sources_names;

/* In the order of the words. */
struct sources {
    sources_names name;
    VEC(bool) found; /* per name: in a list, in a directory or by a pattern, not named by a word */
};

/* Adds what n words stand for. A word is, in this order: an existing file (of directories all files below them, in the
 * order of their names, except hidden ones and what links to directories hold), "@FILE" for a list with a source a line
 * ("@-" is one on standard input), a pattern with *, ? or [, or else a source as it is. A gate's directories stand for
 * the files right in them. Lists are not nested. Called pprof, words are sources as they are. Names live in `a`. */
bool sources_expand(struct arena *a, const struct argv_call *call, const str *word, uint32_t n, struct sources *out,
                    struct err *e);

enum { SOURCES_MOST = 10000000, SOURCES_LIST_BYTES = 1 << 30, SOURCES_NAME_BYTES = 1 << 16, SOURCES_DEPTH = 100 };
/* Adds the names in the text of a list to `out`; `list` is its name in errors. Zero bytes end names if `zeros` is set,
 * else newlines do. */
bool sources_read_list(struct arena *a, str list, str text, bool zeros, sources_names *out, struct err *e);

#endif
