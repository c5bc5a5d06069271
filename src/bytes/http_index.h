/* The page on which a server lists its profiles, as Go's net/http/pprof writes it at /debug/pprof/. */
#ifndef CPROF_BYTES_HTTP_INDEX_H
#define CPROF_BYTES_HTTP_INDEX_H

#include "base/str.h"

enum { HTTP_INDEX_MOST = 256, HTTP_INDEX_NAME_MOST = 64 };

struct http_index_entry {
    str name;  /* letters, digits, '.', '_' and '-'; at most HTTP_INDEX_NAME_MOST bytes */
    str count; /* at most 20 digits; empty: the page has none */
};
struct http_index {
    VEC(struct http_index_entry) entry; /* in the order of the page, no name twice, at most HTTP_INDEX_MOST */
};

/* Reads the links of a page whose targets are names, with the last number before each. Returns false if this is no list
 * of profiles: no link leads to one that Go's runtime has. Texts point into `page`. */
bool http_index_read(struct arena *a, str page, struct http_index *out);

#endif
