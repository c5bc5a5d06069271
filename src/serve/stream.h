/* Answers that are too large to be kept: they are written while they are sent. */
#ifndef CPROF_SERVE_STREAM_H
#define CPROF_SERVE_STREAM_H

#include "serve/http.h"
#include "serve/query.h"
#include "serve/state.h"

/* Answers with the stacks of the API, one per sample. Returns false, without an answer, if there are so few that they
 * can be a result like any other. */
bool stream_stacks(struct serve_state *s, const struct http_call *call, const struct query *q,
                   struct http_answer *answer);

#endif
