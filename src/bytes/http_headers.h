/* Headers that the user adds to requests. Their values are often secrets: no message has them. */
#ifndef CPROF_BYTES_HTTP_HEADERS_H
#define CPROF_BYTES_HTTP_HEADERS_H

#include "base/err.h"
#include "base/str.h"

enum { HTTP_HEADERS_MOST = 64, HTTP_HEADER_MOST = 16384 /* bytes of a line */ };

/* Lines "Name: value", valid as parts of a request, each followed by a NUL that is not counted. */
struct http_headers {
    VEC(str) line;
};

/* Adds one line, trimmed. Fails if it is no header, or one by which a request would end elsewhere than libcurl thinks;
 * the error names neither the line's value nor where the line is from. */
bool http_headers_add(struct arena *a, struct http_headers *h, str line, struct err *e);
/* Adds the lines of a text; empty ones and those that start with # are skipped. The error starts with "line N: ". */
bool http_headers_add_lines(struct arena *a, struct http_headers *h, str text, struct err *e);
/* Adds the headers of `more` whose names *h does not have. */
void http_headers_add_missing(struct arena *a, struct http_headers *h, const struct http_headers *more);

#endif
