/* Makes reports: filters, aggregates, writes and puts the bytes where they belong. */
#ifndef CPROF_SESSION_RUN_H
#define CPROF_SESSION_RUN_H

#include "report/report.h"
#include "session/session.h"

/* Makes one report and puts it where it belongs. */
bool run_command(struct session *s, const struct command *c, struct err *e);
/* The lines of the profile's header under the current settings, and the total of the selected value. False when the
 * settings select none. */
bool run_header(struct session *s, struct arena *a, struct notes *notes, struct report_lines *lines, int64_t *total);

#endif
