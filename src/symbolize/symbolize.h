/* Names for addresses: finding the binaries a profile was taken from, asking the tools of the system
 * (llvm-symbolizer, addr2line, nm) about its addresses, and making mangled names readable. pprof.md 9.
 *
 * All of it works on views (see profile.h): columns that change are replaced by fresh ones in the arena,
 * nothing behind the old pointers is written, and strings stay canonical. */
#ifndef CPROF_SYMBOLIZE_SYMBOLIZE_H
#define CPROF_SYMBOLIZE_SYMBOLIZE_H

#include "bytes/http.h"
#include "profile/profile.h"

/* How to find binaries. Everything may be empty. */
struct symbolize_locate {
    str search_path; /* $PPROF_BINARY_PATH: directories separated by ':'; empty: $HOME/pprof/binaries */
    str exec_name;   /* the binary named before the profiles on the command line */
    str build_id;    /* -buildid */
};

/* For each source right after loading, whatever -symbolize says (pprof.md 9.1): replaces mapping files by the
 * binaries found below the search path (a binary with another build ID is noted and passed over), gives a
 * profile without mappings one (id 1, all zero) that every location belongs to, then puts exec_name over
 * the file of mapping 0 and build_id into its empty build ID. */
void symbolize_locate_binaries(struct arena *a, struct profile *view, const struct symbolize_locate *how,
                               struct notes *notes);

/* For profiles that were fetched: who knows the addresses of a mapping, before merging moved it. */
struct symbolize_source {
    str key; /* the mapping's build ID, or its file where it has none */
    str url; /* of the profile */
    uint64_t start;
};
struct symbolize_servers {
    const struct symbolize_source *source;
    size_t n;
    const struct http_tls *tls;
};

/* Once, on the merged profile: how->modes is the value of -symbolize, how->tools that of -tools. Adds lines
 * and functions to the locations of mappings that have none, then demangles. Whatever goes wrong with a
 * binary or a tool is noted and leaves its locations as they were. False, the end of the run, when a server
 * does not answer. */
struct symbolize_how {
    str modes, tools;
    struct symbolize_servers servers;
};
bool symbolize_profile(struct arena *a, struct profile *view, const struct symbolize_how *how, struct notes *notes,
                       struct err *e);

/* remote.c: asks the servers about the addresses that have no lines, in mappings without functions (in all with
 * `force`); pprof.md 9.4. False with the reference's sentence. */
bool symbolize_remote(struct arena *a, struct profile *view, bool force, const struct symbolize_servers *servers,
                      struct err *e);

#endif
