/* How src/graph works inside; nobody else includes this.
 *
 * Steps of graph_build (graph.c): prepare (names of all lines, weights of all stacks), sum nodes, cut by
 * value, cut by count, edges among the nodes that are left, tags, trim. Two ways of making nodes and edges
 * (sum.c and edges.c for graphs, tree.c for trees) lead into one way of trimming (trim.c). */
#ifndef CPROF_GRAPH_GRAPH_INTERNAL_H
#define CPROF_GRAPH_GRAPH_INTERNAL_H

#include "base/hash.h"
#include "graph/graph.h"

#define GRAPH_NONE UINT32_MAX /* no node */
enum { GRAPH_PADDING = 4 };   /* see graph_table.node_of */

/* What tells nodes apart, as ids and numbers. No padding: hashed and compared as bytes. */
struct graph_identity {
    uint64_t address;
    int64_t start_line, line, column;
    str_id name;
    uint32_t file; /* index into table.file_name.key; 0 is "" */
    str_id object;
    uint32_t zero;
};
_Static_assert(sizeof(struct graph_identity) == 48, "identities are compared as bytes");

/* Which node each line of the view belongs to. Nodes are numbered by first appearance, location by location. */
struct graph_table {
    struct arena *arena;
    const struct profile *view;
    const struct options *options; /* NULL: paths are not trimmed */
    bool object_names;
    struct graph_identity *node; /* n_nodes */
    uint32_t n_nodes, node_cap;
    uint32_t *slot; /* open addressing over node[]; index+1, 0 = free */
    uint32_t n_slots;
    uint32_t *first, *node_of; /* as in struct graph_names; readers may read GRAPH_PADDING words more */
    struct intern file_name;   /* cleaned names */
    uint32_t *file_of;         /* per string id: file index + 1, 0 = not looked at yet */
    unsigned trims;            /* how often paths are trimmed: once per building, as the reference does */
    bool trims_again;          /* some path becomes shorter still when trimmed once more */
};

void graph_table_make(struct graph_table *t, struct arena *a, const struct profile *v, const struct options *o,
                      bool object_names);
/* The table after paths were trimmed once more; node numbers stay, new ones may be added. */
void graph_table_trim_again(struct graph_table *t);
/* The identity fields of a node as a report shows them. */
void graph_table_show(const struct graph_table *t, uint32_t node, struct graph_node *out);
/* The node that stands for the whole function of `node` (which may be `node` itself). */
uint32_t graph_table_function(struct graph_table *t, uint32_t node);

/* Weights: per sample of the view, and summed per stack. */
struct graph_weights {
    int64_t *weight, *divisor; /* per stack; divisor NULL unless mean */
    uint8_t *active;           /* per stack: some sample of it has a weight or divisor that is not 0 */
};

struct graph_sums {
    int64_t *flat, *cum, *flat_div, *cum_div; /* per node; the last two NULL unless mean */
    uint8_t *reached;                         /* some active stack visits the node */
};

/* All that graph_build's steps share. */
struct graph_work {
    struct arena *arena;
    const struct profile *view;
    const struct filter_units *units;
    const struct graph_value *value;
    const struct graph_plan *plan;
    const struct options *options;
    struct graph_table table;
    struct graph_weights weights;
    int64_t node_cutoff, edge_cutoff;
    /* of g->node[i]: */
    uint32_t *identity; /* its node in `table` */
    uint8_t *listed;    /* it is in g->order */
    uint32_t *rank;     /* position of its printable name among all; equal names have equal ranks */
};

/* sum.c */
void graph_weigh(struct graph_work *w); /* fills w->weights, whose arrays are there and zeroed */
/* Sums active stacks. With `kept` (per node) other nodes are passed over. */
void graph_sum_nodes(struct graph_work *w, const uint8_t *kept, struct graph_sums *out);
/* Workers worth having for walking the view's stacks when each has `bytes` of accumulators to set up. */
int graph_workers(const struct profile *v, size_t bytes);
static inline bool graph_sample_weight(const struct graph_work *w, uint32_t row, int64_t *weight, int64_t *divisor) {
    *weight = w->view->value[w->value->type][row];
    *divisor = w->value->mean ? w->view->value[0][row] : 0;
    return *weight || *divisor;
}

/* edges.c: edges among g->node by walking the active stacks. Fills g->edge in printing order, and each node's in
 * and out. */
void graph_make_edges(struct graph_work *w, struct graph *g);
/* Only any_inline_in and all_inline_in of g->node. */
void graph_mark_inlined(struct graph_work *w, struct graph *g);
/* Sorts g->edge into printing order; needs w->rank. */
void graph_sort_edges(struct graph_work *w, struct graph *g);
/* Points each node's in and out at g->edge's indices. */
void graph_link_edges(struct graph_work *w, struct graph *g);
/* Per table node its index in g->node, or GRAPH_NONE. */
uint32_t *graph_part_of(struct graph_work *w, const struct graph *g);

/* order.c */
void graph_rank_names(struct graph_work *w, const struct graph *g); /* sets w->rank for all of g->node */
void graph_sort_nodes(struct graph_work *w, struct graph *g);       /* g->order by the plan's and options' order */
int64_t graph_entropy_score(const struct graph *g, const struct graph_node *n);

/* trim.c */
bool graph_is_listed(const struct options *o, int64_t flat, int64_t cum);
int64_t graph_cutoff(int64_t total, double fraction);
/* How many of g->order the nodecount leaves. */
uint32_t graph_select(const struct graph_work *w, const struct graph *g);
/* Takes out light edges into listed nodes; returns how many there were. */
uint32_t graph_trim_edges(struct graph_work *w, struct graph *g);
/* Takes out residual edges whose ends another path connects. */
void graph_remove_redundant(struct graph_work *w, struct graph *g);

/* tags.c, tag_sums.c, visits.c: which nodes a stack gives its samples' tags to. */
struct graph_visits {
    const uint32_t *node; /* indices into g->node, each once, listed ones only */
    uint32_t n;
    uint32_t leaf; /* the one its flat weight belongs to, or GRAPH_NONE */
};
/* First samples are grouped by their labels, then it is known which stacks' visits are needed, then tags are
 * summed and set in g->node, those below the cutoff left out. */
struct graph_tagging *graph_tag_groups(struct graph_work *w, struct graph *g);
const uint8_t *graph_tagged_stacks(const struct graph_tagging *t); /* per stack */
void graph_tag_nodes(struct graph_tagging *t, const struct graph_visits *visits);
/* Visits of graphs, per stack; only needed ones are filled in. */
const struct graph_visits *graph_find_visits(struct graph_work *w, const struct graph *g, const uint8_t *needed);
/* False when no sample has a label that tags would show: there is nothing to do then. */
bool graph_has_tags(const struct graph_work *w);

/* tree.c: plan->call_tree. */
struct graph *graph_build_tree(struct graph_work *w);

/* graph.c: the steps both kinds share. */
struct graph *graph_new(struct graph_work *w, uint32_t n_all);
void graph_keep_first(struct graph_work *w, struct graph *g, uint32_t n); /* only order[0..n) stay, as node[0..n) */

#endif
