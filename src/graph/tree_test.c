/* Call trees against a straight version: a list of all paths from the root, searched from its start each time. */
#include "graph/tree.h"

#include <stdlib.h>

#include "graph/graph.h"
#include "testing/random.h"
#include "testing/test.h"

struct straight_path {
    uint32_t parent; /* index, or GRAPH_NONE */
    str name;        /* name of the last node */
    int64_t flat, cum, flat_div, cum_div;
    bool inlined; /* the last node is inlined into the one before in each occurrence */
};

struct straight_tree {
    struct arena *a;
    VEC(struct straight_path) path;
};

static uint32_t find_path(struct straight_tree *t, uint32_t parent, str name) {
    for (uint32_t i = 0; i < t->path.n; i++)
        if (t->path.at[i].parent == parent && str_equal(t->path.at[i].name, name)) return i;
    *VEC_PUSH(t->a, &t->path) = (struct straight_path){.parent = parent, .name = name, .inlined = true};
    return (uint32_t)t->path.n - 1;
}

/* Adds each sample to all paths that its own path starts with. */
static struct straight_tree grow_straight(struct arena *a, const struct profile *v, const struct graph_value *value,
                                          const struct options *o) {
    struct straight_tree t = {.a = a};
    const struct graph_names *names = graph_names(a, v, o, false);
    for (uint32_t row = 0; row < v->n_rows; row++) {
        int64_t weight = v->value[value->type][row], divisor = value->mean ? v->value[0][row] : 0;
        stack_id s = v->stack_of[row];
        uint32_t path = GRAPH_NONE;
        if (!weight && !divisor) continue;
        for (uint64_t f = v->stack_off[s + 1]; f-- > v->stack_off[s];) {
            uint32_t first = names->first[v->frame[f]], end = names->first[v->frame[f] + 1];
            for (uint32_t i = end; i-- > first;) {
                str name = graph_node_name(a, &names->node[names->node_of[i]]);
                path = find_path(&t, path, name);
                t.path.at[path].cum += weight;
                t.path.at[path].cum_div += divisor;
                t.path.at[path].inlined &= i + 1 != end;
            }
        }
        if (path == GRAPH_NONE) continue;
        t.path.at[path].flat += weight;
        t.path.at[path].flat_div += divisor;
    }
    return t;
}

static uint32_t path_of(struct straight_tree *t, const struct graph *g, uint32_t node) {
    const struct graph_node *n = &g->node[node];
    uint32_t parent = n->n_in ? path_of(t, g, g->edge[n->in[0]].from) : GRAPH_NONE;
    return find_path(t, parent, graph_node_name(t->a, n));
}

static struct random_size tree_sizes(struct random *r) {
    bool deep = random_one_in(r, 20);
    return (struct random_size){.functions = 4,
                                .locations = 6,
                                .lines = 3,
                                .samples = deep ? 6 : 30,
                                .depth = deep ? 60 : 20,
                                .value = 20,
                                .negative = random_one_in(r, 2)};
}

static void a_tree_has_every_path_once(void **state) {
    (void)state;
    struct random r = {4};
    for (int round = 0; round < 400; round++) {
        struct arena a = {0};
        struct profile v = random_profile(&a, &r, tree_sizes(&r));
        struct options o;
        options_defaults(&o);
        o.nodecount = 0;
        o.nodefraction = o.edgefraction = 0;
        filter_aggregate(&a, &v, &o);
        struct filter_units units = {0};
        struct graph_value value = {.type = 1, .mean = random_one_in(&r, 3), .ratio = 1};
        struct graph_plan plan = {.visual = true, .call_tree = true, .depth = GRAPH_EDGES};
        const struct graph *g = graph_build(&a, &v, &units, &value, &plan, &o);
        struct straight_tree want = grow_straight(&a, &v, &value, &o);
        assert_int_equal(g->n_all, want.path.n);
        uint8_t *seen = ARENA_ZERO(&a, uint8_t, want.path.n);
        for (uint32_t i = 0; i < g->n_all; i++) {
            const struct graph_node *n = &g->node[i];
            uint32_t path = path_of(&want, g, i);
            assert_int_equal(g->n_all, want.path.n); /* the path was there before */
            assert_false(seen[path]++);
            const struct straight_path *p = &want.path.at[path];
            assert_int_equal(n->flat, p->flat);
            assert_int_equal(n->cum, p->cum);
            if (value.mean) assert_int_equal(n->flat_div, p->flat_div);
            if (value.mean) assert_int_equal(n->cum_div, p->cum_div);
            if (!n->n_in) continue;
            const struct graph_edge *e = &g->edge[n->in[0]];
            assert_int_equal(n->n_in, 1);
            assert_int_equal(e->weight, p->cum);
            assert_int_equal(e->inlined, p->inlined);
            assert_false(e->residual);
        }
        arena_release(&a);
    }
}

TESTS {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_tree_has_every_path_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
