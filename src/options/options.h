/* Every option of cprof as plain data: one row of options.def gives a field here, a row in the table, a
 * flag, a prompt variable, help, completion and the manual. Lower layers read options; only src/cli
 * writes them. */
#ifndef CPROF_OPTIONS_OPTIONS_H
#define CPROF_OPTIONS_OPTIONS_H

#include "base/err.h"
#include "base/str.h"

enum options_sort { SORT_FLAT, SORT_CUM };
enum options_granularity {
    GRANULARITY_UNSET, /* functions */
    GRANULARITY_FUNCTIONS,
    GRANULARITY_FILEFUNCTIONS,
    GRANULARITY_FILES,
    GRANULARITY_LINES,
    GRANULARITY_ADDRESSES
};

/* The fields, in pprof's order (spec 1.4). Strings live as long as the arena they were set from. */
struct options {
    str output;
    bool call_tree, relative_percentages;
    str unit;
    bool compact_labels;
    str source_path, trim_path;
    bool intel_syntax, mean;
    str sample_index;
    double divide_by;
    bool normalize;
    enum options_sort sort;
    str tagroot, tagleaf;
    bool drop_negative;
    int64_t nodecount; /* -1: the report's own default */
    double nodefraction, edgefraction;
    bool trim;
    str focus, ignore, prune_from, hide, show, show_from, tagfocus, tagignore, tagshow, taghide;
    bool noinlines, showcolumns;
    enum options_granularity granularity;
};

#endif
