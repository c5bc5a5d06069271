/* A cache of symbols on disk, a file for each binary and way to read it, in $XDG_CACHE_HOME/cprof/symbols or
 * ~/.cache/cprof/symbols. Files appear whole or not at all; a file that is damaged, of another version or owner counts
 * as missing. Failures are silent: without its cache cprof is slower. Several processes may use it at once. */
#ifndef CPROF_SYMBOLIZE_SYMBOL_CACHE_H
#define CPROF_SYMBOLIZE_SYMBOL_CACHE_H

#include "base/sink.h"
#include "symbolize/symbols.h"

enum { SYMBOL_CACHE_FILE_MOST_MB = 64, SYMBOL_CACHE_MOST_MB = 512 };

/* What a file is about. */
struct symbol_cache_key {
    str build_id;
    str text; /* all that the answers depend on, besides the build */
    str name; /* of the binary, for symbol_cache_print */
};
/* The line of a key's text for a file: its size and time. */
str symbol_cache_stamp(struct arena *a, str path);
/* The line of a key's text for this program, whose demangler shapes the answers. */
str symbol_cache_program(struct arena *a);

/* Symbols that were stored under this key, in `a`. Returns false, and an empty table, if there are not any. */
bool symbol_cache_load(struct arena *a, const struct symbol_cache_key *key, struct symbols_table *out);
/* Returns false if the table is too large for a file. */
bool symbol_cache_store(const struct symbol_cache_key *key, const struct symbols_table *s);
/* Removes the files that were not used for longest, until the rest is small enough. */
void symbol_cache_trim(void);

/* Writes what the cache holds, a line for each file. */
void symbol_cache_print(struct sink *out);
/* Removes all files, and writes how many. */
void symbol_cache_clear(struct sink *out);

#endif
