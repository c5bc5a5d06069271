/* The node table: which node each line of a view belongs to. */
#ifndef CPROF_GRAPH_TABLE_H
#define CPROF_GRAPH_TABLE_H

#include "base/hash.h"
#include "graph/types.h"

/* The identity of a node, as ids and numbers. It has no padding, because it is hashed and compared as bytes. */
struct graph_identity {
    uint64_t address;
    int64_t start_line, line, column;
    str_id name;
    uint32_t file; /* index into table.file_name.key; 0 is "" */
    str_id object;
    uint32_t zero;
};
_Static_assert(sizeof(struct graph_identity) == 48, "identities are compared as bytes");

/* The node of each line of the view. Nodes are numbered by first appearance, location by location. */
struct graph_table {
    struct arena *arena;
    const struct profile *view;
    const struct options *options; /* NULL: paths are not trimmed */
    bool object_names;
    struct intern nodes;       /* their struct graph_identity, as bytes */
    uint32_t *first, *node_of; /* as in struct graph_names; readers may read TUNING_GRAPH_PADDING words more */
    struct intern file_name;   /* cleaned names */
    uint32_t *file_of;         /* per string id: file index + 1; 0: not computed yet */
    unsigned trims;            /* how often paths are trimmed: once per build, as in pprof */
    bool trims_again;          /* trimming once more would shorten some path further */
};

void graph_table_make(struct graph_table *t, struct arena *a, const struct profile *v, const struct options *o,
                      bool object_names);
/* Builds the table once more after trimming all paths again. Nodes keep their numbers; new nodes may be added. */
void graph_table_trim_again(struct graph_table *t);
/* The identity fields of a node as a report shows them. */
void graph_table_show(const struct graph_table *t, uint32_t node, struct graph_node *out);
str_id graph_table_name(const struct graph_table *t, uint32_t node); /* of its function */
/* The node of the whole function of `node`, which may be `node` itself. */
uint32_t graph_table_function(struct graph_table *t, uint32_t node);

#endif
