/* Tags, first half: groups samples by the labels that tags show. Then graph_tagged_stacks says for which stacks the
 * visits are needed, and tag_sums.c sums the groups.
 *
 * A group is all samples with the same string labels ("k:v", sorted and joined). A list is all samples of a group that
 * also have the same numbers. */
#ifndef CPROF_GRAPH_TAGS_H
#define CPROF_GRAPH_TAGS_H

#include "base/hash.h"
#include "graph/visits.h"
#include "graph/work.h"

struct graph_tag_number {
    uint32_t name; /* index into tagging.names: equal texts are the same tag */
    int64_t value;
};

struct graph_tag_list {
    uint32_t group;
    const struct graph_tag_number *number; /* in file order */
    uint32_t n_numbers;
};

struct graph_tagging {
    struct graph_work *w;
    struct graph *g;
    const struct graph_visits *visits;
    str unit;                    /* of the numbers */
    struct intern groups, names; /* the texts of string labels; the texts of numbers */
    struct graph_tag_list *list;
    uint32_t n_lists;
    uint32_t *sample, *sample_off;  /* samples by list: sample[sample_off[l]] … , ascending */
    uint32_t *of_group, *group_off; /* lists by group, ascending; groups that cannot show have no list */
    struct graph_tagger *worker;    /* tag_sums.c */
    uint32_t n_workers;
    uint32_t group; /* the group that all workers are summing together */
};

/* Returns false if no sample has a label that tags would show: then the calls below are not needed. */
bool graph_has_tags(const struct graph_work *w);
struct graph_tagging *graph_tag_groups(struct graph_work *w, struct graph *g);
const uint8_t *graph_tagged_stacks(const struct graph_tagging *t); /* per stack: true where its visits are needed */
/* The number of threads that is worth using for n samples. */
uint32_t graph_tag_workers(uint32_t n_samples);

#endif
