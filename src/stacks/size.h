/* How much text the names of a view make. Equal names, stacks and their lines are stored once, so a file of a few
 * kilobytes can hold stacks that are as long as the product of two of its lists, and a long name can be that of many
 * lines, edges or labels. */
#ifndef CPROF_STACKS_SIZE_H
#define CPROF_STACKS_SIZE_H

#include "base/err.h"
#include "profile/profile.h"

/* A view passes with up to 16 lines for each frame, or 16 million lines, whichever is more; and with up to 1 KB of
 * names for each frame, line or label of a sample, or 4 GB of names. A file whose samples share stacks holds each
 * once: of its view count the frames of the file, and 64 for each sample. */
enum { STACKS_LINES_A_FRAME = 16, STACKS_LINES = 1 << 24, STACKS_NAME_BYTES = 1024, STACKS_FRAMES_A_SAMPLE = 64 };
#define STACKS_BYTES (UINT64_C(4) << 30)

/* What a report writes. */
struct stacks_text {
    bool stacks;  /* each stack line by line, or each edge: at most the frames that samples use, with names and files */
    bool lines;   /* each line of each location, with its name and file */
    bool labels;  /* each label of each sample */
    bool samples; /* `stacks` for each sample that has them */
    bool ids;     /* the number of each frame of each sample */
};
/* Fails if one of them is larger: the report would not end, or would fill a disk or the memory. The view is one of
 * `loaded`. */
bool stacks_check_size(struct arena *a, const struct profile *loaded, const struct profile *view,
                       struct stacks_text what, struct err *e);

#endif
