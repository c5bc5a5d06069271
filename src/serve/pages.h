/* The pages below /ui/, and the files that they load. */
#ifndef CPROF_SERVE_PAGES_H
#define CPROF_SERVE_PAGES_H

#include "serve/http.h"
#include "serve/query.h"
#include "serve/state.h"

/* The page /ui/NAME for a query; false where there is no such page. Where its report fails the answer is the message,
 * as the reference's is. */
bool pages_answer(struct serve_state *s, const struct http_call *call, str name, const struct query *q,
                  struct http_answer *answer);
bool pages_has(str name);

/* The file /ui/assets/NAME; false where there is none. `version` is the query's v. */
bool pages_answer_asset(const struct http_call *call, str name, str version, struct http_answer *answer);

#endif
