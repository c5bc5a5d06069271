/* Tags, second half: the sums of every group over the nodes that its stacks visit. */
#ifndef CPROF_GRAPH_TAG_SUMS_H
#define CPROF_GRAPH_TAG_SUMS_H

#include "graph/tags.h"

/* Sets the tags of g->node, those below the cutoff left out. visits: per stack, for those that need them. */
void graph_tag_nodes(struct graph_tagging *t, const struct graph_visits *visits);

#endif
