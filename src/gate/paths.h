/* The call path and the source line of a regression. */
#ifndef CPROF_GATE_PATHS_H
#define CPROF_GATE_PATHS_H

#include "gate/sums.h"

struct gate_paths {
    const struct gate_in *in;
    const struct gate_sums *sums;
    const double *growth; /* per stack: mean over the new runs minus mean over the base runs */
};
/* scale[run] is multiplied with values, as in the verdict. */
struct gate_paths gate_paths_begin(struct arena *a, const struct gate_in *in, const struct gate_sums *sums,
                                   const double *scale);
/* Fills row->path, row->path_node and row->path_delta (the call path to the function that grew most, root first)
 * and row->file and row->line (its source line that grew most; its first line if lines are unknown). */
void gate_find_path(struct arena *a, const struct gate_paths *paths, struct gate_row *row);

#endif
