/* Names of nodes. */
#include "graph/names.h"

#include "base/digits.h"
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

/* The bytes of %016llx. */
static str address_text(struct arena *a, uint64_t address) {
    enum { DIGITS = 16 };
    char *text = arena_alloc(a, DIGITS);
    for (int i = DIGITS; i > 0; address >>= 4) text[--i] = "0123456789abcdef"[address & 15];
    return (str){text, DIGITS};
}

/* The file, and after it ":LINE" or ":LINE:COLUMN". */
static str position_text(struct arena *a, const struct graph_node *n) {
    char numbers[2 * (1 + DIGITS_MOST)] = ":", *end = digits_write_signed(numbers + 1, n->line);
    if (n->column) {
        *end = ':';
        end = digits_write_signed(end + 1, n->column);
    }
    return str_join(a, (str[]){n->file, {numbers, (size_t)(end - numbers)}}, 2, STR_EMPTY);
}

uint32_t graph_node_components(struct arena *a, const struct graph_node *n, str *out) {
    uint32_t count = 0;
    if (n->address) out[count++] = address_text(a, n->address);
    if (n->name.len) out[count++] = n->name;
    if (n->line) {
        out[count++] = position_text(a, n);
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
