/* The runs of a folder, by their time: what a gate compares new runs with. */
#ifndef CPROF_SESSION_HISTORY_H
#define CPROF_SESSION_HISTORY_H

#include "session/sources.h"

/* Adds to `out` the last -history_runs profiles of the folder -history, from the oldest to the newest: by the time in
 * the profile, else by the time of the file; equal times by name. Left out are the new runs, which may be in the folder
 * already. Files are read one after the other. Fails on a file that cannot be read. */
bool history_runs(struct arena *a, const struct argv_call *call, const struct sources *new_runs, struct sources *out,
                  struct err *e);

#endif
