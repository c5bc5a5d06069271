/* How much text the stacks of a view make. Equal stacks and their lines are stored once, so a file of a few kilobytes
 * can hold stacks that are as long as the product of two of its lists. */
#ifndef CPROF_STACKS_SIZE_H
#define CPROF_STACKS_SIZE_H

#include "base/err.h"
#include "profile/profile.h"

/* A view passes with up to 16 lines for each frame, or 16 million lines, whichever is more; and with up to 1 KB of
 * names for each frame, or 4 GB of names. */
enum { STACKS_LINES_A_FRAME = 16, STACKS_LINES = 1 << 24, STACKS_BYTES_A_FRAME = 1024 };
#define STACKS_BYTES (UINT64_C(4) << 30)

/* Fails if the stacks that samples use are larger: reports that write stacks line by line would not end, or would fill
 * a disk. */
bool stacks_check_size(struct arena *a, const struct profile *view, struct err *e);

#endif
