/* Finds what can name the locations of each mapping without names: its binary, debug information, or a list. */
#ifndef CPROF_SYMBOLIZE_PLAN_H
#define CPROF_SYMBOLIZE_PLAN_H

#include "binaries/object.h"
#include "profile/profile.h"
#include "symbolize/debuginfod.h"
#include "symbolize/symbol_list.h"
#include "symbolize/trouble.h"

/* A mapping, and what can name its locations. */
struct plan_job {
    map_id mapping;
    const loc_id *location; /* n */
    uint32_t n;
    struct object object; /* the mapping's binary, or its debug information if the binary is gone */
    str debug;            /* the object's file of debug information; empty: the object itself, or not found */
    str alt;              /* the supplementary file (of dwz) of these, if it was fetched, else empty */
    bool listed;          /* `list` knows the names, not the object */
    struct symbol_list list;

    /* while planning: */
    bool opened, missing; /* is the object the mapping's? Was no object found in its place? */
    str build_id;         /* of debug information that is wanted; may be empty */
    struct err trouble;   /* why the object is not the mapping's */
};

struct plan_how {
    bool force; /* names are replaced */
    bool fast;  /* nothing is fetched */
    str search_path;
    const struct debuginfod_progress *progress;
};
/* Returns the jobs of all mappings that need and can have names, in order, with all memory in `a`. Mappings for which
 * nothing is found are troubles, in pprof's words if it has some. */
struct plan_job *plan_mappings(struct arena *a, struct profile *view, const struct plan_how *how,
                               struct troubles *troubles, uint32_t *n_jobs);
/* The name of a mapping in messages: "prog (build ID ab12)". */
str plan_name(struct arena *a, str file, str build_id);

#endif
