/* Many sources become one profile. */
#ifndef CPROF_SESSION_GATHER_H
#define CPROF_SESSION_GATHER_H

#include "merge/merge.h"
#include "session/grab.h"

/* Sources are merged in groups of so many, as pprof does: what their headers say together depends on it. */
enum { GATHER_GROUP = 128 };

/* Sources on their way to one profile. */
struct gathered {
    struct merge_groups groups;
    struct arena arena; /* of the profile, and of nothing that is needed without it */
    struct profile profile;
    uint32_t n_loaded; /* how many could be */
};

/* What is left to do for profiles that were fetched. */
struct fetched {
    bool any;
    grab_mappings mappings;
};

/* Loads n sources and merges what could be loaded. False only when they cannot be merged. `also` is loaded too, for
 * later; it may be NULL. */
bool gather(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathered *to,
            struct fetched *fetched, struct err *e);

/* stream.c: the same for files that agree in types and units. False when they do not, or are no files: then all is as
 * before, but `also` may be loaded. */
bool stream_files(struct session *s, struct grab *grab, uint32_t n, struct grab *also, struct gathered *to);

/* Its parts. Loads n sources and one more, which may be NULL, at the same time: */
void gather_load(struct session *s, struct grab *grab, uint32_t n, struct grab *also);
struct merge_source gather_source(struct grab *g); /* what was loaded, on its way into a merge */
void gather_remember(struct session *s, const struct grab *g, struct fetched *out);

#endif
