/* The words of messages about requests, as Go's client writes them, and words of requests and answers. Results live in
 * `a` or are the argument. */
#ifndef CPROF_BYTES_HTTP_WORDS_H
#define CPROF_BYTES_HTTP_WORDS_H

#include <sys/socket.h>

#include "base/str.h"

#define HTTP_INSECURE STR("https+insecure") /* the scheme of URLs whose certificates are not verified */

/* The URL without the password and an empty port, and with https for https+insecure. */
str http_shown_url(struct arena *a, str url);
/* An error of the system, an errno, with a small first letter. */
str http_system_words(struct arena *a, int errnum);
/* "127.0.0.1:80" or "[::1]:80"; "?" for an address of another family. */
str http_shown_address(struct arena *a, const struct sockaddr_storage *s);
/* The first line of a body as part of a message: at most 200 bytes, without control bytes; empty if the body is a page
 * for browsers. */
str http_first_line(struct arena *a, str body);
/* Reads the value of the header line "Name: value" if it has this name. */
bool http_header_value(str line, str name, str *value);
/* Returns true for the names and addresses of this machine that need no proxy. */
bool http_is_loopback(str host);

#endif
