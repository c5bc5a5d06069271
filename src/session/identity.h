/* What tells servers who asks: certificates and headers, from options, files and the environment. */
#ifndef CPROF_SESSION_IDENTITY_H
#define CPROF_SESSION_IDENTITY_H

#include "bytes/http.h"
#include "cli/argv.h"

/* Reads -header, -bearer and $CPROF_HEADERS, in this order of precedence: the headers of a later one are sent only if
 * no earlier one has their name. A fault is kept for the first request: files need no servers. All memory is in `a`. */
struct http_identity identity_read(struct arena *a, const struct argv_call *call);
/* Reads all of it again if files are named, and all of them are regular, since tokens in files are replaced when they
 * expire. Otherwise *identity stays as it is: a pipe is read once. New memory is in `a`. */
void identity_read_again(struct arena *a, const struct argv_call *call, struct http_identity *identity);

#endif
