/* The web interface: -http. */
#ifndef CPROF_SERVE_SERVE_H
#define CPROF_SERVE_SERVE_H

#include "session/session.h"

struct argv_call;
/* Serves the session's profile until a signal ends the program, or until there was no request for -http_idle seconds.
 * Fails if it cannot start. */
bool serve_run(struct session *s, const struct argv_call *call, struct err *e);

#endif
