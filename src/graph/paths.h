/* Trims paths of source files, as reports show them. */
#ifndef CPROF_GRAPH_PATHS_H
#define CPROF_GRAPH_PATHS_H

#include "base/str.h"

/* Trims a path by source_path and trim_path (pprof.md 8.7.3). Returns a view into `path`. */
str graph_trim_path(str path, str trim_path, str source_path);

#endif
