/* Fetches the sources again and again, and shows a report of them that refreshes: -watch. */
#ifndef CPROF_SESSION_WATCH_H
#define CPROF_SESSION_WATCH_H

#include "session/session.h"

struct argv_call;

enum { WATCH_LEAST_MS = 100, WATCH_MOST_MS = 24 * 60 * 60 * 1000 };

/* Reads a time such as 5s, 1.5s, 500ms, 2m or 1h; a number alone is in seconds. Fails outside of WATCH_LEAST_MS to
 * WATCH_MOST_MS. */
bool watch_read_time(str text, int64_t *ms, struct err *e);

/* Shows the call's report, or top, of its sources every call->call.watch, with the change since the first profile,
 * until SIGINT, SIGTERM or SIGHUP comes, or the reader of a pipe is gone. On a terminal each report replaces the one
 * before; the terminal's modes are never changed. Elsewhere reports follow each other. After the first, a profile that
 * cannot be had is reported, and the last one stays. A copy of the last profile is kept if any came from a server. */
bool watch_run(struct session *s, const struct argv_call *call, struct err *e);

#endif
