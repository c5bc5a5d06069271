/* Loads many sources and merges them into one profile. */
#ifndef CPROF_SESSION_LOADER_H
#define CPROF_SESSION_LOADER_H

#include "merge/merge.h"
#include "session/source_load.h"

/* pprof merges sources 128 at a time; the merged header (time, duration, period) depends on the grouping. */
enum { LOADER_GROUP = 128 };

/* The result of merging sources. */
struct loader_result {
    struct merge_groups groups;    /* used while loading; empty afterwards */
    struct arena arena;            /* memory of the profile */
    struct profile profile;        /* valid if n_loaded > 0 */
    uint32_t n_loaded;             /* number of sources that could be loaded */
    bool any_url;                  /* one of these is a URL */
    source_load_mappings mappings; /* mappings of fetched profiles, in the session's arena */
};

/* Loads n_all sources in parallel. Merges the first n of them into *to (all zeros), in their order, and prints their
 * messages; these must not be used afterwards. The others are loaded first and left to the caller, in the state
 * SOURCE_LOAD_DONE, which a later call accepts. Returns false only if sources cannot be merged. */
bool loader_run(struct session *s, struct source_load *source, uint32_t n, uint32_t n_all, struct loader_result *to,
                struct err *e);

/* For tests: sets the size of groups, from 1 to LOADER_GROUP, and of the window of files that are loaded but not
 * merged, from 2; 0: the usual sizes. */
void loader_set_limits(uint32_t group, uint32_t window);

#endif
