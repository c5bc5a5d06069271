/* maxdepth: stacks cut to a number of frames. */
#ifndef CPROF_FILTER_DEPTH_H
#define CPROF_FILTER_DEPTH_H

#include "profile/profile.h"

/* Keeps the `most` frames of each stack that are nearest to the root, inlined calls being frames, too; 0 keeps all. The
 * values of what is cut off become flat values of the frame above it. */
void filter_max_depth(struct arena *a, struct profile *v, uint64_t most);

#endif
