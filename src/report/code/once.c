/* Cum values to which a sample contributes once. The nodes of list differ in object, start line and column, too, so
 * that a stack may have several of them in one function, and even in one line; here such nodes are one. */
#include "report/code/once.h"

#include "base/hash.h"

struct once {
    struct arena *arena;
    struct intern known; /* name, file and line, as text -> index into cum */
    VEC(int64_t) cum;
};

/* Line 0 stands for the function. */
static str key_of(struct arena *a, const struct graph_node *n, int64_t line) {
    return str_join(a, (str[]){n->name, n->file, str_format(a, "%lld", (long long)line)}, 3, (str){"", 1});
}

static void count(struct once *o, const struct report_in *in, bool lines) {
    struct profile view = *in->view;
    struct graph_plan plan = {.depth = GRAPH_NODES};
    view.shown.line = lines;
    view.shown.column = false;
    const struct graph *g = graph_build(in->arena, &view, in->units, &in->value, &plan, in->options);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *n = &g->node[g->order[i]];
        uint32_t id = intern_id(&o->known, key_of(in->arena, n, n->line));
        if (id == o->cum.n) *VEC_PUSH(in->arena, &o->cum) = 0;
        o->cum.at[id] = graph_add(o->cum.at[id], n->cum);
    }
}

struct once *once_new(const struct report_in *in) {
    struct once *o = ARENA_NEW(in->arena, struct once);
    o->arena = o->known.arena = in->arena;
    count(o, in, false);
    count(o, in, true);
    return o;
}

int64_t once_cum(const struct once *o, const struct graph_node *n, int64_t line, int64_t otherwise) {
    uint32_t id;
    if (!o) return otherwise;
    struct arena_mark m = arena_mark(o->arena);
    bool known = intern_find(&o->known, key_of(o->arena, n, line), &id);
    arena_rewind(o->arena, m);
    return known ? o->cum.at[id] : otherwise;
}
