/* What a run is doing and for how long: a line on a terminal's standard error while loading takes its time, and -v's
 * table of stages at the end. Nothing goes into a pipe. */
#ifndef CPROF_SESSION_PROGRESS_H
#define CPROF_SESSION_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sink.h"
#include "formats/load.h"

struct watch;

/* `verbose`: stages are timed for watch_print. One watch for the program; NULL is a watch that sees nothing, and every
 * function takes it. Lives in `a`. */
struct watch *watch_new(struct arena *a, bool verbose);

/* From here on n sources are loaded and merged; 0: that is over. */
void watch_sources(struct watch *w, uint32_t n);
void watch_loading(struct watch *w); /* the stage "loading"; a single source's loader names stages of its own */
void watch_loaded(struct watch *w);  /* one of them has been loaded, or cannot be; from any thread */

/* The stage that begins now; the one before it ends. A stage that begins again goes on: its times are added up. */
void watch_stage(struct watch *w, const char *name);

/* Between these a line on the terminal says what goes on and how far it is. Nobody else may write there meanwhile: the
 * line is gone when watch_hide returns. */
void watch_show(struct watch *w);
void watch_hide(struct watch *w);
/* The line itself: what, how far, how long ("decoding 45% of 47.80MB, 1.2s"). */
void watch_line(struct watch *w, struct sink *out);

/* How far one source is; starts as zeros. */
struct watch_source {
    struct watch *watch;
    uint64_t done, total;
};
/* Loader's options that report to it, from any thread. Keeps `source`. */
struct load_options watch_loader(struct watch *w, struct watch_source *source);

/* Ends the last stage and writes the table, when the watch is verbose: stage, time, peak memory so far. */
void watch_print(struct watch *w);

#endif
