/* Tags, second half: sums each group of samples over the nodes that its stacks visit. */
#ifndef CPROF_GRAPH_TAG_SUMS_H
#define CPROF_GRAPH_TAG_SUMS_H

#include "graph/tags.h"

/* Sets the tags of g->node, except those below the cutoff. `visits` is filled in for the stacks that
 * graph_tagged_stacks names. */
void graph_tag_nodes(struct graph_tagging *t, const struct graph_visits *visits);

#endif
