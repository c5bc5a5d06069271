/* Many sources become one profile. */
#ifndef CPROF_SESSION_LOADER_H
#define CPROF_SESSION_LOADER_H

#include "merge/merge.h"
#include "session/source_load.h"

/* pprof merges sources 128 at a time; the merged header (time, duration, period) depends on the grouping. */
enum { LOADER_GROUP = 128 };

/* Sources that were merged. */
struct loader_result {
    struct merge_groups groups;    /* on the way; empty afterwards */
    struct arena arena;            /* of the profile, and of nothing that is needed without it */
    struct profile profile;        /* valid if n_loaded > 0 */
    uint32_t n_loaded;             /* how many sources could be loaded */
    bool any_url;                  /* of these */
    source_load_mappings mappings; /* of what was fetched, in the session's arena */
};

/* Loads n_all sources side by side. The first n of them are merged into *to (all zeros), in their order, and reported;
 * they must not be used any more. The others, which come first, are left as loaded, to the caller: in the state
 * SOURCE_LOAD_DONE, in which a later call takes them. False only when sources cannot be merged. */
bool loader_run(struct session *s, struct source_load *source, uint32_t n, uint32_t n_all, struct loader_result *to,
                struct err *e);

/* For tests: another size of groups, from 1 to LOADER_GROUP, and of the window of files that are loaded and not merged
 * yet, from 2; 0: the usual ones. */
void loader_set_limits(uint32_t group, uint32_t window);

#endif
