/* From a request to its answer: who may ask, which URL means what. */
#ifndef CPROF_SERVE_ROUTES_H
#define CPROF_SERVE_ROUTES_H

#include "serve/http.h"

/* An http_handler; the context is a struct serve_state. */
http_handler routes_answer;

#endif
