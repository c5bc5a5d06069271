/* Walking the stacks of a view for edges. */
#ifndef CPROF_GRAPH_EDGE_WALK_H
#define CPROF_GRAPH_EDGE_WALK_H

#include "graph/work.h"

enum { EDGE_RESIDUAL = 1, EDGE_CALLED = 2 }; /* EDGE_CALLED: some contribution was no inlining */

/* 16 bytes, for most of the time here is spent on getting slots into the cache. */
struct graph_edge_slot {
    uint32_t key;   /* from << 16 | to; in a wide table `to` alone */
    uint32_t state; /* flags, above them the number of the last stack that used the edge; 0 = free */
    int64_t weight;
};
enum { FLAG_BITS = 2, NARROW_NODES = 1 << 16 };
#define MOST_STACKS (UINT32_MAX >> FLAG_BITS)

/* A worker's edges: open addressing, at most half full. */
struct graph_edge_table {
    struct arena arena;
    struct graph_edge_slot *slot;
    uint32_t *from;   /* beside slot[]; NULL unless there are too many nodes for both in a key */
    int64_t *divisor; /* beside slot[]; NULL unless mean */
    uint64_t factor;  /* odd and random: no input can aim at collisions */
    uint32_t n, n_slots;
    int shift;
    uint32_t stack; /* number of the stack being walked */
};

/* The kept nodes of a location, outermost first, as codes: node << 2, with EDGE_CALLED for a location's outermost line
 * and EDGE_RESIDUAL where lines of the location were passed over before it. */
struct graph_edge_place {
    uint32_t at;
    uint32_t count_open; /* count << 1 | open: lines are passed over after the last kept one */
};

struct graph_edge_walk {
    struct graph_work *w;
    const struct graph_edge_place *place; /* per location */
    const uint32_t *code;                 /* TUNING_GRAPH_PADDING more may be read */
    const uint8_t *from, *to; /* per index: only edges from these or to these are wanted; both NULL: all are */
    void (*walk)(struct graph_edge_table *t, const struct graph_edge_walk *all, stack_id stack);
    const uint64_t *picked; /* a bit per location whose frames are followed; NULL where all are */
    bool wide;              /* node numbers need more than 16 bits */
    struct graph_edge_table *worker;
};

/* Fills in place and code; part[] is as graph_part_of gives it. */
void edges_place(struct graph_work *w, const uint32_t *part, struct graph_edge_walk *all);
/* Chooses how to walk. True: every frame is followed. */
bool edges_choose(struct graph_edge_walk *all);
/* All edges, or those that are wanted, as they come: in no order. */
void edges_find(struct graph_work *w, struct graph *g, struct graph_edge_walk *all);

#endif
