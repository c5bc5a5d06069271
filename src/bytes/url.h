/* Sources that are no files may be URLs, read and written as Go does it. */
#ifndef CPROF_BYTES_URL_H
#define CPROF_BYTES_URL_H

#include "base/str.h"

/* The URL that a source means: as it is, or with http:// before it when it reads host:port/path; its query sorted and
 * encoded anew. Empty when it means none. seconds > 0 becomes the query parameter of that name; where it is not, the
 * URL's own is what *seconds_asked says (0: none). */
str url_from_source(struct arena *a, str source, int64_t seconds, int64_t *seconds_asked);

/* Where the server of a profile fetched from `url` names addresses (pprof.md 9.4); empty when `url` is none. */
str url_of_symbols(struct arena *a, str url);

/* `text`, a message or a source that is no file, with *** in the place of each password: of every
 * "scheme://user:password@" in it, and of "user:password@" at its start. `text` itself where there is none. */
str url_mask(struct arena *a, str text);

/* Does it start with a scheme, and is it well-formed? */
bool url_is_absolute(str text);

#endif
