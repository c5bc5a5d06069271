/* The tree of stacks that the views tree and flame show, below the zoomed frame. */
#ifndef CPROF_BROWSE_STACKS_H
#define CPROF_BROWSE_STACKS_H

#include "browse/columns.h"
#include "report/flame/look.h"

/* For struct view: view_source.data is a struct flame. */
bool stacks_load(struct view_source *s, struct err *e);
void stacks_drop(const void *data);

struct stacks {
    struct flame flame;
    const struct stacktree *tree; /* node 0 is the root, or the zoomed frame */
    struct pathhash *path;        /* [node] */
    uint32_t *above;              /* [node]: its caller; 0 of node 0 */
    struct look_layout layout;
};
/* Cuts the tree for the page, in its arena. Fails if no stack has the zoomed frame any more. */
bool stacks_cut(struct view_page *p, struct stacks *out, struct err *e);

const struct stacktree_frame *stacks_frame(const struct stacks *s, uint32_t node);
/* Its function; a frame without one has a name. */
str stacks_function(const struct stacks *s, uint32_t node);
struct columns_row stacks_values(const struct stacks *s, uint32_t node);
/* The zoom on a node, in p->keep. */
const struct view_zoom *stacks_zoom(const struct view_page *p, const struct stacks *s, uint32_t node);
/* The first node after, or before, `from` that matches, around the end; false: none. */
bool stacks_find(const struct stacks *s, uint32_t from, const struct view_match *match, bool forward, uint32_t *node);

#endif
