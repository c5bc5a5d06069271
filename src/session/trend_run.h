/* -trend: a series of profiles, each of which is loaded, summed and freed. */
#ifndef CPROF_SESSION_TREND_RUN_H
#define CPROF_SESSION_TREND_RUN_H

#include "session/session.h"

/* Loads the sources of the call a few at a time, and writes the trend to the destination of its report. A source that
 * cannot be loaded is named and left out. */
bool trend_run(struct session *s, const struct argv_call *call, struct err *e);

#endif
