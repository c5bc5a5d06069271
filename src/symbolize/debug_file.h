/* Finds separate files of debug information, by build ID or by .gnu_debuglink. */
#ifndef CPROF_SYMBOLIZE_DEBUG_FILE_H
#define CPROF_SYMBOLIZE_DEBUG_FILE_H

#include "binaries/object.h"
#include "symbolize/tried.h"

/* What is known of the binary whose debug information is wanted. */
struct debug_file_query {
    str search_path;             /* folders separated by ':' */
    const struct object *binary; /* NULL: not found */
    str file, build_id;          /* of the mapping; may be empty */
    struct tried *tried;
};
/* Looks below the search path, then beside the binary and below /usr/lib/debug, for a regular file with debug
 * information and the same build ID. *path lives in `a`. Returns false if no such file is found, or the build ID is
 * empty. */
bool debug_file_find(struct arena *a, const struct debug_file_query *q, str *path);

#endif
