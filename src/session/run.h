/* Makes reports: filters, aggregates, writes, and passes the bytes to their destination. */
#ifndef CPROF_SESSION_RUN_H
#define CPROF_SESSION_RUN_H

#include "report/report.h"
#include "session/session.h"

/* The inputs of a report. `in` points into the struct, which therefore must not be copied. */
struct run_view {
    struct profile view; /* filtered and aggregated; shares columns with the session's profile */
    struct options options;
    struct filter_units units;
    struct report_gate gate; /* for a gate's report */
    struct report_in in;
};
/* Does everything before the report itself: filters, total, aggregation. Only reads the session; several threads may
 * prepare commands of one session at once, each with an arena of its own. Warnings go to `notes`. */
bool run_prepare(const struct session *s, const struct command *c, struct arena *a, struct notes *notes,
                 struct run_view *out, struct err *e);

/* Writes the report, or one for each of the groups that the option `by` makes. */
bool run_report(const struct report_in *in, struct sink *out, struct err *e);

/* Makes a report that goes to standard output, and returns the text as it would be written there, in `a`. */
bool run_to_text(struct session *s, const struct command *c, struct arena *a, str *text, struct err *e);
/* Makes one report and writes it to its destination. */
bool run_command(struct session *s, const struct command *c, struct err *e);
/* The lines of the profile's header under the current settings, and the total of the selected value. Returns false if
 * the settings select no value. */
bool run_header(struct session *s, struct arena *a, struct notes *notes, struct report_lines *lines, int64_t *total);

#endif
