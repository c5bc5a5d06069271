/* The tree of stacks merged from the root: a node is a path of frames. Where small subtrees of a node are left out,
 * their number and sums are kept, so that for each node and column
 *
 *     total = self + totals of its children + sum of the subtrees left out.
 *
 * Sums wrap, as sums of a profile's values do. The tree does not depend on the number of threads. */
#ifndef CPROF_STACKS_TREE_H
#define CPROF_STACKS_TREE_H

#include "options/options.h"
#include "profile/profile.h"

/* Frames differ in name, file, line, column or inlined, as far as the view's granularity shows them. */
struct stacktree_frame {
    str name;     /* as shown, with ":LINE" or ":LINE:COLUMN" if the view tells lines apart; never empty */
    str function; /* only the name of the function; empty if unknown */
    str file;     /* trimmed; if the view does not tell files apart, the file of all functions of this name, or empty */
    int64_t line; /* 0: none */
    bool inlined;
};

/* Columns: SIDES per type, in the order of types; one per type if there is only one side. Values of a base are
 * positive. */
struct stacktree_plan {
    const uint32_t *type; /* columns of the profile; the first one decides the order of children */
    uint32_t n_types;
    bool two_sides; /* each type has the columns SIDE_NEW and SIDE_BASE */
};

/* The stacks in the order of their tree, with the sums of all types. Trees are cut from it. */
struct stacktree_all;
/* Orders the stacks of the view's samples; `o` trims paths. What trees refer to lives in `a`, as do the types of the
 * plan. */
struct stacktree_all *stacktree_grow(struct arena *a, const struct profile *v, const struct options *o,
                                     const struct stacktree_plan *plan);
void stacktree_drop(struct stacktree_all *all); /* frees the memory outside of the arena */

struct stacktree_more {
    uint32_t node;  /* a node with children that were left out; ascending */
    uint32_t count; /* number of these children */
};

struct stacktree {
    const struct stacktree_frame *frame; /* frame[0], "root", belongs to the root; the others are sorted by name */
    uint32_t n_frames;
    /* Nodes in preorder: children by value of type[0], descending; equal ones by name. Node 0 is the root. */
    uint32_t n_nodes;
    const uint32_t *depth, *frame_of; /* [node]; only the root has depth 0 */
    uint32_t n_columns;
    int64_t *const *self, *const *total; /* [column][node] */
    const struct stacktree_more *more;
    uint32_t n_more;
    int64_t *const *more_sum; /* [column][index into more] */
    uint32_t n_all;           /* number of nodes, including those that were left out */
};

/* Cuts a tree with the first n_types of the plan's types, in `a`. A subtree is left out if, for each of these types,
 * its total is 0 or below `cut` times the type's sum of magnitudes; the larger of two sides counts. With a cut of 0
 * nothing is left out. */
struct stacktree *stacktree_cut(struct arena *a, const struct stacktree_all *all, uint32_t n_types, double cut);

#endif
