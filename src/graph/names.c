/* Names of nodes. */
#include "graph/names.h"

#include "graph/table.h"

struct graph_names *graph_names(struct arena *a, const struct profile *v, const struct options *o, bool object_names) {
    struct graph_table t;
    graph_table_make(&t, a, v, o, object_names);
    uint32_t n = t.nodes.n;
    struct graph_node *node = ARENA_ZERO(a, struct graph_node, n);
    for (uint32_t i = 0; i < n; i++) {
        graph_table_show(&t, i, &node[i]);
        node[i].function = graph_table_function(&t, i);
    }
    struct graph_names *names = ARENA_NEW(a, struct graph_names);
    *names = (struct graph_names){.first = t.first, .node_of = t.node_of, .node = node, .n_nodes = n};
    return names;
}

uint32_t graph_node_components(struct arena *a, const struct graph_node *n, str *out) {
    uint32_t count = 0;
    if (n->address) out[count++] = str_format(a, "%016llx", (unsigned long long)n->address);
    if (n->name.len) out[count++] = n->name;
    if (n->line) {
        /* %.*s would stop at a NUL in a path */
        str number = n->column ? str_format(a, ":%lld:%lld", (long long)n->line, (long long)n->column)
                               : str_format(a, ":%lld", (long long)n->line);
        out[count++] = str_join(a, (str[]){n->file, number}, 2, STR_EMPTY);
    } else if (n->file.len) {
        out[count++] = n->file;
    } else if (n->name.len) {
        /* the name is enough */
    } else if (n->object.len) {
        out[count++] = str_join(a, (str[]){STR("["), str_base_name(n->object), STR("]")}, 3, STR_EMPTY);
    } else {
        out[count++] = STR("<unknown>");
    }
    return count;
}

str graph_node_name(struct arena *a, const struct graph_node *n) {
    str part[4];
    uint32_t count = graph_node_components(a, n, part);
    return count == 1 ? part[0] : str_join(a, part, count, STR(" "));
}
