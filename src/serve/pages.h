/* The pages below /ui/, and the files that they load. */
#ifndef CPROF_SERVE_PAGES_H
#define CPROF_SERVE_PAGES_H

#include "serve/http.h"
#include "serve/query.h"
#include "serve/state.h"

/* Answers with the page /ui/NAME for a query; returns false if there is no such page. If its report fails, the answer
 * is the message, as in pprof. */
bool pages_answer(struct serve_state *s, const struct http_call *call, str name, const struct query *q,
                  struct http_answer *answer);
bool pages_has(str name);

/* Answers with the file /ui/assets/NAME; returns false if it does not exist. `version` is the parameter v of the
 * query. */
bool pages_answer_asset(const struct http_call *call, str name, str version, struct http_answer *answer);

#endif
