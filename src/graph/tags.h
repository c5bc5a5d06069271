/* What tags.c finds out about samples' labels, for tag_sums.c.
 *
 * A group is all samples with the same string labels ("k:v", sorted and joined); within it a list is all samples
 * that have the same numbers too. */
#ifndef CPROF_GRAPH_TAGS_H
#define CPROF_GRAPH_TAGS_H

#include <stdatomic.h>

#include "graph/graph_internal.h"

struct number {
    uint32_t name; /* index into tagging.names: equal texts are one tag */
    int64_t value;
};

struct list {
    uint32_t group;
    const struct number *number; /* in file order */
    uint32_t n_numbers;
};

struct graph_tagging {
    struct graph_work *w;
    struct graph *g;
    const struct graph_visits *visits;
    str unit;                    /* of the numbers */
    struct intern groups, names; /* texts of string labels; of numbers */
    struct list *list;
    uint32_t n_lists;
    uint32_t *sample, *sample_off;  /* samples by list: sample[sample_off[l]] … , ascending */
    uint32_t *of_group, *group_off; /* lists by group, ascending; groups that cannot show have none */
    struct tagger *worker;          /* tag_sums.c */
    uint32_t n_workers;
    uint32_t group; /* being summed by all workers together */
    atomic_uint next;
};

/* Threads worth having for n samples. */
uint32_t graph_tag_workers(uint32_t n_samples);

#endif
