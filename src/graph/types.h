/* The types of a graph (value, plan, nodes, edges, tags) and the arithmetic of their values. No .c file belongs to this
 * header. */
#ifndef CPROF_GRAPH_TYPES_H
#define CPROF_GRAPH_TYPES_H

#include "options/options.h"
#include "profile/profile.h"
#include "regex/regex.h"

#define GRAPH_NONE UINT32_MAX /* no node */

/* The value that a report shows: one column of the profile, and how to print it. */
struct graph_value {
    uint32_t type;  /* column */
    bool mean;      /* divide by column 0 */
    double ratio;   /* 1/divide_by: see graph_scale */
    str type_label; /* "cpu", "mean_cpu" */
    str unit;       /* of the column */
    int64_t total;  /* the total of the report (pprof.md 5.7), before or after filters as run.c decides */
};

/* How much of a graph a report needs. Each level includes the levels before it. */
enum graph_depth {
    GRAPH_NODES,        /* nodes with their sums */
    GRAPH_INLINE_MARKS, /* any_inline_in and all_inline_in of nodes */
    GRAPH_EDGES
};

/* Settings of a report that change how its graph is built. */
struct graph_plan {
    enum graph_depth depth;
    const struct regex *edges_of; /* NULL: all edges; else only edges from or to nodes with matching names (peek) */
    /* NULL: all; else the graph has only nodes of functions with matching names, which no fraction cuts (list) */
    const struct regex *functions;
    bool visual;       /* the dot family: entropy order, tags counted as nodes, redundant edges removed */
    bool call_tree;    /* a tree rather than a graph (dot family and callgrind with -call_tree) */
    bool object_names; /* keep object file and start line in node identity (list, weblist, disasm, callgrind) */
    bool want_tags;    /* label and numeric tags on nodes (dot) */
    bool only_out;     /* the report does not read in[] of nodes, which need not be sorted (callgrind) */
};

struct graph_node {
    /* identity */
    str name, file, object; /* cleaned and trimmed as shown; empty when unknown or hidden */
    uint64_t address;
    int64_t start_line, line, column;
    uint32_t function; /* number of a group of nodes of one function, which differ in address, line or column only */
    /* sums */
    int64_t flat, flat_div, cum, cum_div;
    /* edges: indices into graph.edge, sorted for printing; empty unless the plan has GRAPH_EDGES */
    const uint32_t *in, *out;
    uint32_t n_in, n_out;
    bool any_inline_in, all_inline_in; /* after trimming: text's (inline) and (partial-inline) */
    const struct graph_tags *tags;     /* NULL unless want_tags is set and the node has tags */
};

/* A node that is not in order[] is dead: its values cancel out, drop_negative removed it, or no stack visits it. It
 * stays in node[] because edges of listed nodes may still lead to it or come from it, as in pprof. */
struct graph_edge {
    uint32_t from, to; /* node indices, dead ones included */
    int64_t weight, weight_div;
    bool residual, inlined;
};

/* Tags on a node (dot): label tags, and numeric tags under each (label "" for no label tag). Of the label tags only
 * those are kept, in no order, that can be among the GRAPH_NODELETS heaviest by flat or by cum value; reports never
 * show more. */
enum { GRAPH_NODELETS = 4 };
struct graph_tag {
    str name;      /* as shown */
    str unit;      /* numeric: its unit; else empty */
    int64_t value; /* numeric */
    int64_t flat, flat_div, cum, cum_div;
};
struct graph_tags {
    const struct graph_tag *label;
    uint32_t n_labels;
    const struct graph_numeric {
        str label; /* the label tag that these numbers are under; empty: none */
        const struct graph_tag *tag;
        uint32_t n_tags;
    } * numeric;
    uint32_t n_numeric;
    uint32_t n_weighty; /* number of all tags with a flat value; counting stops at GRAPH_NODELETS */
};

struct graph {
    struct graph_node *node; /* node[order[0]], node[order[1]] … are the report's nodes, sorted */
    uint32_t *order;
    uint32_t n_nodes;        /* length of order[] */
    uint32_t n_all;          /* length of node[] */
    struct graph_edge *edge; /* visual or call_tree: in printing order, by |weight|, source name, destination name; else
                                in no order, and only the lists of nodes are sorted */
    uint32_t n_edges;
    uint32_t orig_count; /* number of nodes before the nodecount cut (pprof.md 6.5) */
    uint32_t dropped_nodes;
    uint32_t dropped_edges;  /* visual only; 0 otherwise */
    const uint8_t *matching; /* per node: does its name match plan.edges_of? NULL without that */
};

/* value / divisor as Go divides: without a divisor the value itself; the smallest integer / -1 wraps. */
static inline int64_t graph_mean(int64_t value, int64_t divisor) {
    if (divisor == 0) return value;
    return divisor == -1 ? (int64_t)(0 - (uint64_t)value) : value / divisor;
}
/* The value of a node, divided by its divisor if the values are means. */
static inline int64_t graph_flat(const struct graph_node *n) { return graph_mean(n->flat, n->flat_div); }
static inline int64_t graph_cum(const struct graph_node *n) { return graph_mean(n->cum, n->cum_div); }
/* Sums and magnitudes of untrusted values wrap, as Go's do. */
static inline int64_t graph_add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t graph_abs(int64_t v) { return v < 0 ? (int64_t)(0 - (uint64_t)v) : v; }
/* Go's int64(f) on amd64: truncates; gives the smallest integer where f does not fit. */
static inline int64_t graph_truncate(double f) {
    return f >= -9223372036854775808.0 && f < 9223372036854775808.0 ? (int64_t)f : INT64_MIN;
}

/* A value as it is printed, scaled by divide_by. */
static inline int64_t graph_scale(const struct graph_value *value, int64_t v) {
    return value->ratio > 0 && value->ratio != 1 ? graph_truncate((double)v * value->ratio) : v;
}

#endif
