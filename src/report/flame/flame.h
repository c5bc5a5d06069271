/* What flame graphs are made of: the tree of the view's stacks, and how its values are shown. Shared by the writers in
 * this folder: data.c and page.c (flamegraph), svg.c (its picture), terminal.c (flame), speedscope.c. */
#ifndef CPROF_REPORT_FLAME_FLAME_H
#define CPROF_REPORT_FLAME_FLAME_H

#include "go/unit.h"
#include "report/report.h"
#include "stacks/tree.h"

/* A sample type. A raw value times scale is in `unit`; divide_by is in the scale. */
struct flame_type {
    uint32_t column; /* of the profile */
    str name, unit;  /* "cpu", "s"; no unit for plain counts */
    double scale;
    const struct unit_factor *units; /* the units to choose from, ascending; factors are in units of unit_base */
    size_t n_units;
    double unit_base;
    int64_t total; /* what percentages refer to, before filters as the report's total is */
};

struct flame {
    const struct report_in *in;
    bool two_sides;                /* columns are new and base */
    const struct flame_type *type; /* type[0] is the one that was selected */
    uint32_t n_types;              /* of the profile */
    struct stacktree_all *all;
    str title; /* "PROGRAM TYPE" */
    str note;  /* what the reader should know of the values; may be empty */
    /* Chosen by the writer: */
    struct stacktree *tree;
    uint32_t n_shown_types; /* whose columns the tree has */
    double cut;
    uint64_t generation; /* of the profile in the web interface, else 0 */
};

#define FLAME_CUT (1.0 / 20000)

/* All but what the writer chooses, in the report's arena. With all_types the types but the first are there too. */
struct flame flame_make(const struct report_in *in, bool all_types);
/* Makes f->tree of the first n_types. */
void flame_cut(struct flame *f, uint32_t n_types, double cut);
void flame_drop(struct flame *f);

/* The selected type's values in the view: what the header says is shown. */
int64_t flame_sum(const struct report_in *in);

/* The package of a frame's function as pprof has it, of a frame without one its file's folder; empty where there is
 * none. Frames are coloured by it. */
str flame_package(const struct stacktree_frame *f);

/* data.c: the data object on one line: man/cprof-flame.schema.json. */
void flame_write_data(const struct flame *f, struct report_lines header, struct sink *out);

/* svg.c: a picture of the tree; header as in the page, of which its last line is shown. */
void flame_write_svg(const struct flame *f, struct report_lines header, struct sink *out);

#endif
