/* Answers to requests: their headers, and the forms that a body may have. */
#ifndef CPROF_SERVE_ANSWER_H
#define CPROF_SERVE_ANSWER_H

#include "serve/http.h"
#include "serve/results.h"

/* Every answer begins with one of these; it has the headers that no answer may lack. */

/* A message for people, with a newline after it, and never kept by a browser. */
void answer_text(const struct http_call *call, struct http_answer *answer, unsigned status, str text);
/* The same as {"error": text}. */
void answer_json_error(const struct http_call *call, struct http_answer *answer, unsigned status, str text);
void answer_redirect(const struct http_call *call, struct http_answer *answer, str location);
/* A body that a browser keeps but asks about each time; with `forever` one that never changes under its URL. `body`
 * lives as long as the call. */
void answer_bytes(const struct http_call *call, struct http_answer *answer, const char *type, str body, bool forever);
/* A result's body, or its message where it is an error: as JSON where `json` is set. The answer releases it. */
void answer_result(const struct http_call *call, struct http_answer *answer, struct results *results,
                   const struct result *r, bool json);

void answer_header(const struct http_call *call, struct http_answer *answer, const char *name, const char *value);

/* May an answer to this Accept-Encoding be gzip? */
bool answer_accepts_gzip(str accept_encoding);
/* Does If-None-Match name this tag, or its form for gzip? */
bool answer_matches_etag(str if_none_match, str etag);

#endif
