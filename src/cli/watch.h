/* What a run is doing and for how long: a line on a terminal's standard error while loading takes its time, and -v's
 * table of stages at the end. Nothing goes into a pipe. */
#ifndef CPROF_CLI_WATCH_H
#define CPROF_CLI_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "load/load.h"

struct watch;

/* `verbose`: stages are timed for watch_print. One watch for the program; NULL is a watch that sees nothing, and every
 * function takes it. Lives in `a`. */
struct watch *watch_new(struct arena *a, bool verbose);

/* From here to watch_done sources are loaded: a line on the terminal says how far that is. */
void watch_sources(struct watch *w, uint32_t n);
void watch_done(struct watch *w); /* the line is gone when this returns */

/* A loader's callback for one of the sources; may be called from any thread. */
struct load_watch watch_loader(struct watch *w);

/* The stage that begins now; the one before it ends. */
void watch_stage(struct watch *w, const char *name);

/* Ends the last stage and writes the table, when the watch is verbose: stage, time, peak memory so far. */
void watch_print(struct watch *w);

#endif
