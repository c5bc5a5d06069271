/* Where in the program a regression happened. */
#ifndef CPROF_GATE_PATHS_H
#define CPROF_GATE_PATHS_H

#include "gate/gate.h"

/* Fills row->path and row->path_delta (the call path to the function that grew most, root first) and
 * row->file and row->line (its source line that grew most; its first line where lines are unknown).
 * scale[run] is applied to values, as in the verdict. */
void gate_find_path(struct arena *a, const struct gate_in *in, const struct graph_names *names, const double *scale,
                    struct gate_row *row);

#endif
