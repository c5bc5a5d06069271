/* The data of a flame graph: the tree of the view's stacks, and units and titles for its values. The writers in this
 * folder share it: data.c and page.c (flamegraph), svg.c (its picture), terminal.c (flame), speedscope.c. */
#ifndef CPROF_REPORT_FLAME_FLAME_H
#define CPROF_REPORT_FLAME_FLAME_H

#include "go/unit.h"
#include "report/report.h"
#include "stacks/tree.h"

/* A sample type. A raw value times `scale` is in `unit`; scale includes divide_by. */
struct flame_type {
    uint32_t column; /* of the profile */
    str name, unit;  /* "cpu", "s"; plain counts have no unit */
    double scale;
    const struct unit_factor *units; /* the units to choose from, ascending; factors are in units of unit_base */
    size_t n_units;
    double unit_base;
    int64_t total; /* the total of percentages, before filters like the report's total */
};

struct flame {
    const struct report_in *in;
    bool two_sides;                /* each type has the columns new and base */
    const struct flame_type *type; /* type[0] is the selected one */
    uint32_t n_types;              /* number of types */
    struct stacktree_all *all;
    str title; /* "PROGRAM TYPE" */
    str note;  /* what the reader should know about the values; may be empty */
    /* set by flame_cut: */
    struct stacktree *tree;
    uint32_t n_shown_types; /* number of types with columns in the tree */
    double cut;
    uint64_t generation;             /* of the profile in the web interface, else 0 */
    const struct stacktree *callers; /* of a pivot, whose callees `tree` has; else NULL */
};

#define FLAME_CUT (1.0 / 20000)

/* Makes everything except the tree, in the report's arena. With all_types it includes types other than the selected
 * one. */
struct flame flame_make(const struct report_in *in, bool all_types);
/* The same of turned stacks: the tree begins with leaves, or with the frames of a pivot. */
struct flame_turn {
    enum turn_way way;
    bool fold;
    const struct regex *pivot;
};
struct flame flame_make_turned(const struct report_in *in, bool all_types, const struct flame_turn *turn);
/* Cuts f->tree with the first n_types types. */
void flame_cut(struct flame *f, uint32_t n_types, double cut);
void flame_drop(struct flame *f); /* after the last cut; f->tree stays */

/* The sum of the selected type's values in the view, which the header prints. */
int64_t flame_sum(const struct report_in *in);

/* The package of a frame's function as pprof finds it; without a function the folder of its file; empty if there is
 * neither. It decides the colour of the frame. */
str flame_package(const struct stacktree_frame *f);

/* In data.c: writes the data object on one line. man/cprof-flame.schema.json describes it. */
void flame_write_data(const struct flame *f, struct report_lines header, struct sink *out);
/* Cuts the tree so that the data are small enough for a page, and writes them: first drops the other types, then, if
 * `cut` is not 0, cuts more of the tree. */
void flame_write_fitting_data(struct flame *f, double cut, struct report_lines header, struct sink *data);

/* In svg.c: writes a picture of the tree. `header` is that of the page; the picture shows its last line. */
void flame_write_svg(const struct flame *f, struct report_lines header, struct sink *out);

#endif
