/* Answers to requests: their headers, and the forms of a body. */
#ifndef CPROF_SERVE_ANSWER_H
#define CPROF_SERVE_ANSWER_H

#include "serve/http.h"
#include "serve/results.h"

/* Each answer begins with one of these functions, which add the headers that all answers must have. */

/* A message for people, with a newline added; browsers never keep it. */
void answer_text(const struct http_call *call, struct http_answer *answer, unsigned status, str text);
/* The message as {"error": text}. */
void answer_json_error(const struct http_call *call, struct http_answer *answer, unsigned status, str text);
void answer_redirect(const struct http_call *call, struct http_answer *answer, str location);
/* A body that a browser keeps and revalidates each time. It must live as long as the call. */
void answer_bytes(const struct http_call *call, struct http_answer *answer, const char *type, str body);
/* A file of the program; `forever` if its URL names its contents, so that they never change. */
struct answer_file {
    const char *type, *etag;
    str body, packed; /* packed: the body as gzip */
};
void answer_file(const struct http_call *call, struct http_answer *answer, const struct answer_file *file,
                 bool forever);
/* The body of a result, or its message if it is an error, which is JSON if `json` is set. The answer releases the
 * result. */
void answer_result(const struct http_call *call, struct http_answer *answer, struct results *results,
                   const struct result *r, bool json);

/* Only the headers of a body that answer->read gives. */
void answer_stream(const struct http_call *call, struct http_answer *answer, const char *type);

void answer_header(const struct http_call *call, struct http_answer *answer, const char *name, const char *value);

#endif
