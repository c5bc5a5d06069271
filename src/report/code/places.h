/* Where a source may be if it is not where pprof looks for it: Go's folders, module roots, renamed checkouts. */
#ifndef CPROF_REPORT_CODE_PLACES_H
#define CPROF_REPORT_CODE_PLACES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* What the environment says about Go's folders. */
struct places_go {
    str root;          /* $GOROOT, else the root of the program go on $PATH; empty: unknown */
    bool root_named;   /* by $GOROOT; else it counts only if it has the version that the binary was built with */
    str module_caches; /* $GOMODCACHE, pkg/mod of each folder of $GOPATH, ~/go/pkg/mod; separated by ':' */
};
/* Strings live in `a`. */
void places_read_environment(struct arena *a, struct places_go *out);

/* Where to look. */
struct places_scope {
    str search_path;           /* folders separated by ':' */
    bool named;                /* the user named them by -source_path: any file with the path's end is meant */
    str trim_path, only_below; /* as for source_reader_new */
    struct places_go go;
};
struct places_index; /* the scope and the modules in it, found once */
struct places_index *places_new(struct arena *a, const struct places_scope *scope);

/* A source of the profile, and the binary that was made of it. */
struct places_source {
    str path, binary; /* as the profile has them; no binary: unknown */
};
/* Paths to try, the surest first, without duplicates. There are at most PLACES_MOST. */
enum { PLACES_MOST = 256 };
struct places_list {
    const str *at;
    size_t n;
};
struct places_list places_find(struct arena *a, struct places_index *p, const struct places_source *of);

/* The prefix of `path` that -trim_path would have to remove for the file to be found in a folder of the search path or
 * above one. The longest rest counts; *found is its path. Empty if there is no such file. */
str places_find_prefix(struct arena *a, struct places_index *p, str path, str *found);

/* Opens a file with an untrusted name that has to be below one of the folders `only_below`, if that is not empty.
 * Returns -1 with errno set on failure; sets *outside, which may be NULL, if the file exists and is not below one. */
int places_open(str path, str only_below, bool *outside);
/* Opens only what is a regular file. */
int places_open_regular(str path, str only_below, bool *outside);

#endif
