/* URLs as sources of profiles, parsed and written as Go does. */
#ifndef CPROF_BYTES_URL_H
#define CPROF_BYTES_URL_H

#include "base/str.h"

/* The URL for a source: the source itself, or with http:// before it if it reads host:port/path; its query is
 * sorted and encoded again. Empty if it is not a URL. seconds > 0 becomes the query parameter "seconds"; otherwise
 * *seconds_asked is the value in the URL (0: none). */
str url_from_source(struct arena *a, str source, int64_t seconds, int64_t *seconds_asked);

/* The URL at which the server of a profile fetched from `url` symbolizes addresses (pprof.md 9.4); empty if `url`
 * is not a URL. */
str url_of_symbols(struct arena *a, str url);

/* Returns `text`, a message or a source that is not a file, with *** for each password: in every
 * "scheme://user:password@", and in "user:password@" at the start of the text. Returns `text` itself if it has no
 * password. */
str url_mask(struct arena *a, str text);

/* True if Go's parser of URLs accepts it, absolute or relative. */
bool url_is_valid(str text);

/* True if it is valid and starts with a scheme. */
bool url_is_absolute(str text);

/* Parts of a URL that is valid, "SCHEME://AUTHORITY/…", where an authority is "user:password@HOST:port". Empty if the
 * URL does not have the part. */
str url_scheme(str url);
str url_authority(str url);
str url_host(str authority, str *port);

/* The path of the socket of a URL with the scheme http+unix: its host, decoded. */
str url_socket(struct arena *a, str url);
/* The URL with another scheme and host; user and password stay. */
str url_with_server(struct arena *a, str url, str scheme, str host);

/* Returns true if what was meant for the server of `asked` may be sent to that of `now`: it has the same host and port,
 * and the connection is no less safe. From port 80 of HTTP to port 443 of HTTPS is allowed. */
bool url_is_same_server(str asked, str now);

#endif
