/* The tree that stacks make when they are merged from the root on: a node is a path of frames. Where a node's small
 * subtrees are left out, their number and sums stay, so that at every node and in every column
 *
 *     total = self + totals of its children + sum of what was left out.
 *
 * Sums wrap, as sums of a profile's values do. The tree does not depend on the number of threads. */
#ifndef CPROF_STACKS_TREE_H
#define CPROF_STACKS_TREE_H

#include "options/options.h"
#include "profile/profile.h"

/* What is told apart: name, file, line, column and inlined, as far as the view's granularity shows them. */
struct stacktree_frame {
    str name;     /* as shown, ":LINE" or ":LINE:COLUMN" at its end where lines are told apart; never empty */
    str function; /* the function's name alone; empty where there is none */
    str file;     /* trimmed; where files are not told apart, that of all functions of this name, or empty */
    int64_t line; /* 0: none */
    bool inlined;
};

/* Columns: SIDES of type[0], then of type[1], …; where there is one side only, one of each. A base's are positive. */
struct stacktree_plan {
    const uint32_t *type; /* of the profile; the first one decides the order of children */
    uint32_t n_types;
    bool two_sides; /* columns SIDE_NEW and SIDE_BASE of each type */
};

/* All nodes with the sums of all types, from which trees are cut. */
struct stacktree_all;
/* Of the view's samples; o trims paths. Lives in `a`, the plan's types too. */
struct stacktree_all *stacktree_grow(struct arena *a, const struct profile *v, const struct options *o,
                                     const struct stacktree_plan *plan);
void stacktree_drop(struct stacktree_all *all); /* frees what does not live in the arena */

struct stacktree_more {
    uint32_t node;  /* whose children were left out; ascending */
    uint32_t count; /* how many children */
};

struct stacktree {
    const struct stacktree_frame *frame; /* numbered in the order of the nodes; frame[0], "root", is the root's */
    uint32_t n_frames;
    /* Nodes in preorder: children by value of type[0], descending, equal ones by name. Node 0 is the root. */
    uint32_t n_nodes;
    const uint32_t *depth, *frame_of; /* [node]; depth 0 is the root's alone */
    uint32_t n_columns;
    int64_t *const *self, *const *total; /* [column][node] */
    const struct stacktree_more *more;
    uint32_t n_more;
    int64_t *const *more_sum; /* [column][index into more] */
    uint32_t n_all;           /* nodes, with those that were left out */
};

/* The tree with the first n_types of the plan's types, in `a`. A subtree is left out where, in each of these types, its
 * total is 0 or below `cut` times the type's sum of magnitudes; the larger of two sides counts. With a cut of 0 nothing
 * is left out. */
struct stacktree *stacktree_cut(struct arena *a, const struct stacktree_all *all, uint32_t n_types, double cut);

#endif
