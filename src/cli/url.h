/* Sources that are no files may be URLs. */
#ifndef CPROF_CLI_URL_H
#define CPROF_CLI_URL_H

#include "base/str.h"

/* The URL that a source means, by Go's rules for reading URLs: as it is, or with http:// before it when it reads
 * host:port/path; empty when it means none. seconds > 0 becomes the query parameter of that name. */
str url_from_source(struct arena *a, str source, int64_t seconds);

#endif
