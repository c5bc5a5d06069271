/* Walking the stacks of a view for edges. */
#ifndef CPROF_GRAPH_EDGE_WALK_H
#define CPROF_GRAPH_EDGE_WALK_H

#include "graph/work.h"

/* Nodes and edges are packed into words, because most of the time is spent on getting them into the cache:
 *
 *     31                             2        1          0
 *     | node                         | called | residual |    code: a kept node of a location, an index into g->node
 *     | stack                        | called | residual |    slot.state: the last stack with the edge; 0: free
 *     31              16 15                              0
 *     | from            | to                             |    slot.key, with up to 2^16 nodes
 *     31                                        1        0
 *     | count                                   | residual |  count_gap: kept nodes of a location, and what follows
 *
 * called: the line was called, not inlined into the one before it; of an edge: at least once.
 * residual: lines that are not kept were passed over; of an edge: at least once. */
enum { EDGE_RESIDUAL = 1, EDGE_CALLED = 2, EDGE_FLAGS = 3, EDGE_FLAG_BITS = 2, EDGE_NARROW_NODES = 1 << 16 };
#define EDGE_STACKS_MOST (UINT32_MAX >> EDGE_FLAG_BITS)

struct graph_edge_slot {
    uint32_t key; /* in a table of more nodes: `to` alone */
    uint32_t state;
    int64_t weight;
};

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

/* The kept nodes of a location, outermost first: code[at] …, with EDGE_CALLED for its outermost line and EDGE_RESIDUAL
 * where lines of the location were passed over before it. */
struct graph_edge_place {
    uint32_t at;
    uint32_t count_gap;
};
static inline uint32_t edge_place_count(struct graph_edge_place p) { return p.count_gap >> 1; }
/* EDGE_RESIDUAL when lines are passed over after the last kept one, or there is none; else 0. */
static inline uint32_t edge_place_gap(struct graph_edge_place p) { return p.count_gap & EDGE_RESIDUAL; }

/* Ways of walking a stack, which all find the same edges. */
enum graph_edge_way {
    EDGE_EVERY_FRAME,
    EDGE_KEPT_FRAMES, /* only frames with kept nodes: fast where these are few */
    EDGE_END_FRAMES,  /* only frames that wanted edges can begin or end in, and their neighbours; needs to[] */
    EDGE_WAYS
};

struct graph_edge_walk {
    struct graph_work *w;
    const struct graph_edge_place *place; /* per location */
    const uint32_t *code;                 /* TUNING_GRAPH_PADDING more may be read */
    const uint8_t *from, *to; /* per index: only edges from these or to these are wanted; both NULL: all are */
    enum graph_edge_way way;
    const uint64_t *picked; /* a bit per location whose frames are followed; NULL where all are */
    bool wide;              /* node numbers need more than 16 bits */
    struct graph_edge_table *worker;
};

/* Fills in place and code; part[] is as graph_part_of gives it. */
void edges_place(struct graph_work *w, const uint32_t *part, struct graph_edge_walk *all);
/* Sets the way, and the frames that it picks. */
void edges_walk_by(struct graph_edge_walk *all, enum graph_edge_way way);
/* Chooses what is likely the fastest way, and sets it. */
enum graph_edge_way edges_choose(struct graph_edge_walk *all);
/* All edges, or those that are wanted, as they come: in no order. */
void edges_find(struct graph_work *w, struct graph *g, struct graph_edge_walk *all);

#endif
