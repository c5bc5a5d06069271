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
#include "regex/regex.h"
#include "stacks/frames.h"
#include "stacks/turn.h"

/* Columns: SIDES per type, in the order of types; one per type if there is only one side. Values of a base are
 * positive. */
struct stacktree_plan {
    const uint32_t *type; /* columns of the profile; the first one decides the order of children */
    uint32_t n_types;
    bool two_sides;            /* each type has the columns SIDE_NEW and SIDE_BASE */
    enum turn_way way;         /* how stacks are turned, which decides what the root's children are */
    bool fold;                 /* equal frames that follow each other in a stack are one */
    const struct regex *pivot; /* callees and callers: frames whose name or file matches; stacks without one do not
                                  count */
};

/* The stacks in the order of their tree, with the sums of all types. Trees are cut from it. */
struct stacktree_all;
/* Orders the stacks of the view's samples, or, if the work is cancelled (base/cancel.h), none; `o` trims paths. What
 * trees refer to lives in `a`, as do the types of the plan. */
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

/* A node of the tree: the stacks that pass through it follow each other. */
struct stacktree_place {
    uint32_t from, to; /* stacks in their order */
    uint32_t depth;
};
struct pathhash;
/* Finds the node of a path, in a tree whose root has the hash `root`. Returns false if it is not found. */
bool stacktree_find(const struct stacktree_all *all, struct pathhash root, struct pathhash path,
                    struct stacktree_place *place);
/* Cuts the subtree of a node, which becomes node 0, with the first type: `cut` is a share of its value. */
struct stacktree *stacktree_cut_below(struct arena *a, const struct stacktree_all *all,
                                      const struct stacktree_place *place, double cut);

#endif
