/* Shows the stage of a run and its time: a line on a terminal's standard error while loading takes long, and the table
 * of stages of -v at the end. Pipes and files get no line. */
#ifndef CPROF_SESSION_PROGRESS_H
#define CPROF_SESSION_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sink.h"
#include "formats/load.h"

struct progress;

/* With `verbose`, progress_print prints the times of stages. The program has one progress. All functions accept NULL
 * and then do nothing. Lives in `a`. */
struct progress *progress_new(struct arena *a, bool verbose);

/* Begins another load, whose time the line shows. */
void progress_again(struct progress *p);
/* Starts loading and merging n sources; 0: ends it. */
void progress_sources(struct progress *p, uint32_t n);
void progress_loading(
    struct progress *p); /* starts the stage "loading"; a single source's loader names stages of its own */
void progress_loaded(struct progress *p); /* one of them has been loaded, or cannot be; may be called from any thread */

/* Ends the current stage and starts another. The times of a stage that starts repeatedly are added up. */
void progress_stage(struct progress *p, const char *name);

/* From progress_show to progress_hide a line on the terminal shows the stage and its progress. Nothing else may be
 * written to the terminal meanwhile; progress_hide removes the line. */
void progress_show(struct progress *p);
void progress_hide(struct progress *p);
/* Writes the text of the line: stage, progress, time ("decoding 45% of 47.80MB, 1.2s"). */
void progress_line(struct progress *p, struct sink *out);

/* The progress of one source; initially all zeros. */
struct progress_source {
    struct progress *progress;
    uint64_t done, total;
};
/* Options for a loader that make it report its progress to `source`, from any thread. `source` must outlive the
 * loader. */
struct load_options progress_loader(struct progress *p, struct progress_source *source);

/* Ends the last stage and, if verbose, prints the table: stage, time, peak memory so far. */
void progress_print(struct progress *p);

#endif
