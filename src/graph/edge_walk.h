/* Walks over the stacks of a view that find the edges of a graph. */
#ifndef CPROF_GRAPH_EDGE_WALK_H
#define CPROF_GRAPH_EDGE_WALK_H

#include "graph/sum.h"

/* Nodes and edges are packed into words, because loading them into the cache takes most of the time:
 *
 *     31                             2        1          0
 *     | node                         | called | residual |    code: a kept node of a location, an index into g->node
 *     | stack                        | called | residual |    slot.state: the last stack with the edge; 0: free
 *     31              16 15                              0
 *     | from            | to                             |    slot.key, with up to 2^16 nodes
 *     31                                        1        0
 *     | count                                   | residual |  count_gap: kept nodes of a location
 *
 * called: the line was called, not inlined into the one before it; for an edge: at least once.
 * residual: lines that are not kept were passed over, in count_gap after the last kept one; for an edge: at least once.
 */
enum { EDGE_RESIDUAL = 1, EDGE_CALLED = 2, EDGE_FLAGS = 3, EDGE_FLAG_BITS = 2, EDGE_NARROW_NODES = 1 << 16 };

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
    int64_t *divisor; /* beside slot[]; NULL unless the values are means */
    uint64_t factor;  /* odd and random: no input can aim at collisions */
    uint32_t n, n_slots;
    int shift;
    uint32_t stack; /* number of the stack being walked */
    struct arena seen_arena;
    uint32_t *seen; /* per location with many nodes: the last stack that had it; NULL if there is no such location */
    uint32_t n_seen;
    loc_id *frames; /* profile_frames_room, in seen_arena */
    /* per node, in seen_arena; NULL unless the walk sums nodes */
    struct graph_visit *visit;
    int64_t *flat;
    uint32_t mark; /* number of the stack being walked, for visit[] */
};

/* The kept nodes of a location, outermost first, are code[at] …. EDGE_CALLED marks the outermost line of the location,
 * EDGE_RESIDUAL a node before which lines of the location were passed over. */
struct graph_edge_place {
    uint32_t at;
    uint32_t count_gap;
};
static inline uint32_t edge_place_count(struct graph_edge_place p) { return p.count_gap >> 1; }

/* Three ways of walking a stack; all find the same edges. */
enum graph_edge_way {
    EDGE_EVERY_FRAME,
    EDGE_KEPT_FRAMES, /* only frames with kept nodes: fast where few frames have them */
    EDGE_END_FRAMES,  /* only frames in which wanted edges can begin or end, and their neighbours; needs to[] */
    EDGE_WAYS
};

struct graph_edge_walk {
    struct graph_work *w;
    struct graph *g;                      /* set by edges_find */
    const struct graph_edge_place *place; /* per location */
    const uint32_t *code;                 /* readers may read TUNING_GRAPH_PADDING words past its end */
    const uint8_t *from, *to; /* per index: only edges from these or to these are wanted; both NULL: all edges */
    enum graph_edge_way way;
    const uint64_t *picked; /* a bit per location whose frames are followed; NULL: all locations */
    bool wide;              /* node numbers need more than 16 bits */
    bool has_long;          /* some location has more than TUNING_GRAPH_PADDING nodes */
    uint32_t n_slots;       /* initial size of the workers' tables, a power of two; 0: estimated */
    struct graph_edge_table *worker;
    bool sums_nodes; /* adds the sums of nodes to their flat and cum: only with EDGE_EVERY_FRAME, if all nodes are kept,
                        no location has too many, and the values are no means */
    graph_beside_fn *beside; /* one worker does this before it walks; may be NULL */
};

/* Fills in place and code; `part` is the result of graph_part_of. */
void edges_place(struct graph_work *w, const uint32_t *part, struct graph_edge_walk *all);
/* Sets the way of walking, and picks the frames that it follows. */
void edges_walk_by(struct graph_edge_walk *all, enum graph_edge_way way);
/* Sets the way of walking that is likely the fastest, and returns it. */
enum graph_edge_way edges_choose(struct graph_edge_walk *all);
/* Finds all edges, or the wanted ones, and appends them to g->edge in no particular order. */
void edges_find(struct graph_work *w, struct graph *g, struct graph_edge_walk *all);

#endif
