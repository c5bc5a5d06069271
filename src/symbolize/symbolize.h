/* Names for addresses: finds the binaries a profile was taken from, asks the system's tools (llvm-symbolizer,
 * addr2line, nm) about its addresses, and demangles names. pprof.md 9.
 *
 * All of it works on views (see profile.h): changed columns are replaced by new ones in the arena, nothing behind
 * the old pointers is written, and strings stay canonical. */
#ifndef CPROF_SYMBOLIZE_SYMBOLIZE_H
#define CPROF_SYMBOLIZE_SYMBOLIZE_H

#include "bytes/http.h"
#include "profile/profile.h"
#include "symbolize/debuginfod.h"

/* How to find binaries. Every text may be empty. */
struct symbolize_locate {
    str search_path; /* $PPROF_BINARY_PATH: directories separated by ':'; empty: $HOME/pprof/binaries */
    str exec_name;   /* the binary named before the profiles on the command line */
    str build_id;    /* -buildid */
};

/* For each source right after loading, whatever -symbolize says (pprof.md 9.1): replaces mapping files by the
 * binaries found below the search path (a binary with another build ID is noted and skipped); gives a profile
 * without mappings one mapping (id 1, all zero), which gets every location; then sets the file of mapping 0 to
 * exec_name and its build ID, if empty, to build_id. */
void symbolize_locate_binaries(struct arena *a, struct profile *view, const struct symbolize_locate *how,
                               struct notes *notes);

/* For a fetched profile: the server that knows the addresses of a mapping, and how merging moved it. */
struct symbolize_source {
    str key; /* the mapping's build ID, or its file if it has none */
    str url; /* of the profile */
    uint64_t start;
};
struct symbolize_servers {
    const struct symbolize_source *source;
    size_t n;
    const struct http_identity *who;
    int64_t timeout_ms; /* for each question */
};

/* Once, on the merged profile: how->modes is the value of -symbolize, how->tools that of -tools, how->search_path as
 * for symbolize_locate. Adds lines and functions to the locations of mappings that have none, then demangles. A failure
 * of a binary, a tool or a server is noted and leaves its locations unchanged: no profile is lost because its names
 * cannot be had. */
struct symbolize_how {
    str modes, tools, search_path;
    bool use_cache; /* symbol_cache.h */
    struct symbolize_servers servers;
    struct debuginfod_progress progress;
};
void symbolize_profile(struct arena *a, struct profile *view, const struct symbolize_how *how, struct notes *notes);

/* remote.c: asks the servers about the addresses without lines, in mappings without functions (in all, with
 * `force`); pprof.md 9.4. Notes have pprof's error messages. */
void symbolize_remote(struct arena *a, struct profile *view, bool force, const struct symbolize_servers *servers,
                      struct notes *notes);

#endif
