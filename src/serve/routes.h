/* Answers requests: checks whether they are allowed, and calls the handler of their URL. */
#ifndef CPROF_SERVE_ROUTES_H
#define CPROF_SERVE_ROUTES_H

#include "serve/http.h"

/* An http_handler. The context is a struct serve_state. */
http_handler routes_answer;

#endif
