/* The node of each line of a view. */
#include "graph/table.h"

#include <string.h>

#include "base/tuning.h"
#include "go/gotext.h"
#include "graph/paths.h"

static str trim_once(const struct graph_table *t, str path) {
    return t->options ? graph_trim_path(path, t->options->trim_path, t->options->source_path) : path;
}

/* The index of a function's file. Trims and cleans each distinct path once. */
static uint32_t file_of(struct graph_table *t, str_id id) {
    if (t->file_of[id]) return t->file_of[id] - 1;
    str path = profile_str(t->view, id);
    for (unsigned i = 0; i < t->trims; i++) path = trim_once(t, path);
    if (trim_once(t, path).len != path.len) t->trims_again = true;
    uint32_t file = path.len ? intern_id(&t->file_name, gotext_clean_path(t->arena, path)) : 0;
    t->file_of[id] = file + 1;
    return file;
}

static uint32_t node_id(struct graph_table *t, const struct graph_identity *identity) {
    return intern_id(&t->nodes, (str){(const char *)identity, sizeof *identity});
}

static const struct graph_identity *identity_of(const struct graph_table *t, uint32_t node) {
    return (const void *)t->nodes.key[node].ptr;
}

static struct graph_identity identify(struct graph_table *t, const struct profile_location *l,
                                      const struct profile_line *line) {
    const struct profile *v = t->view;
    struct graph_identity k = {.address = v->shown.address ? l->address : 0};
    str_id object = l->mapping == PROFILE_NONE ? 0 : v->mapping[l->mapping].file;
    if (!line) {
        k.object = object;
        return k;
    }
    const struct profile_function *f = &v->function[line->function];
    if (v->shown.function) k.name = f->name;
    if (v->shown.file) k.file = file_of(t, f->file);
    if (v->shown.line) k.line = line->line;
    if (v->shown.line && v->shown.column) k.column = line->column;
    if (t->object_names || !k.name) {
        k.object = object;
        k.start_line = f->start_line;
    }
    return k;
}

/* Where only functions are told apart, a named function is one node in all locations; by_function holds its
 * index + 1. */
static uint32_t node_of_line(struct graph_table *t, uint32_t *by_function, const struct profile_location *l,
                             const struct profile_line *line) {
    if (by_function && line && by_function[line->function]) return by_function[line->function] - 1;
    struct graph_identity k = identify(t, l, line);
    uint32_t id = node_id(t, &k);
    if (by_function && line && k.name) by_function[line->function] = id + 1;
    return id;
}

/* Then there are hardly more nodes than functions. */
static bool functions_only(const struct graph_table *t) {
    return !t->object_names && !t->view->shown.line && !t->view->shown.address;
}

/* An estimate of the number of nodes, which saves growing their table. */
static uint32_t expected_nodes(const struct graph_table *t, size_t lines) {
    uint64_t n = 64;
    if (t->view->shown.address) n += lines; /* graph_table_function adds nodes of functions */
    if (t->view->shown.address || functions_only(t)) n += t->view->n_functions;
    return n < UINT32_MAX / 2 ? (uint32_t)n : UINT32_MAX / 2;
}

static void table_fill(struct graph_table *t) {
    const struct profile *v = t->view;
    uint32_t *by_function = functions_only(t) ? ARENA_ZERO(t->arena, uint32_t, v->n_functions) : NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n_locations; i++) {
        const struct profile_location *l = &v->location[i];
        const struct profile_line *line = v->line + l->first_line;
        t->first[i] = n;
        if (!l->n_lines) t->node_of[n++] = node_of_line(t, by_function, l, NULL);
        for (uint32_t k = 0; k < l->n_lines; k++) t->node_of[n++] = node_of_line(t, by_function, l, &line[k]);
    }
    t->first[v->n_locations] = n;
}

void graph_table_make(struct graph_table *t, struct arena *a, const struct profile *v, const struct options *o,
                      bool object_names) {
    *t = (struct graph_table){.arena = a, .view = v, .options = o, .object_names = object_names, .trims = o ? 1 : 0};
    t->file_name.arena = a;
    intern_id(&t->file_name, STR_EMPTY);
    t->file_of = v->shown.file ? ARENA_ZERO(a, uint32_t, v->n_strings) : NULL;
    size_t lines = 0;
    for (uint32_t i = 0; i < v->n_locations; i++) lines += v->location[i].n_lines ? v->location[i].n_lines : 1;
    t->nodes = (struct intern){.arena = a, .copy = true};
    intern_reserve(&t->nodes, expected_nodes(t, lines));
    t->first = ARENA_ARRAY(a, uint32_t, (size_t)v->n_locations + 1);
    t->node_of = ARENA_ARRAY(a, uint32_t, lines + TUNING_GRAPH_PADDING);
    for (int i = 0; i < TUNING_GRAPH_PADDING; i++) t->node_of[lines + (size_t)i] = 0;
    table_fill(t);
}

void graph_table_trim_again(struct graph_table *t) {
    t->trims++;
    t->trims_again = false;
    memset(t->file_of, 0, t->view->n_strings * sizeof *t->file_of);
    table_fill(t);
}

void graph_table_show(const struct graph_table *t, uint32_t node, struct graph_node *out) {
    const struct graph_identity *k = identity_of(t, node);
    out->name = profile_str(t->view, k->name);
    out->file = t->file_name.key[k->file];
    out->object = profile_str(t->view, k->object);
    out->address = k->address;
    out->start_line = k->start_line;
    out->line = k->line;
    out->column = k->column;
    out->function = node;
}

str_id graph_table_name(const struct graph_table *t, uint32_t node) { return identity_of(t, node)->name; }

uint32_t graph_table_function(struct graph_table *t, uint32_t node) {
    struct graph_identity k = *identity_of(t, node);
    if (!k.address && !k.line) return node; /* whatever its column, as in pprof */
    k.address = 0;
    k.line = k.column = 0;
    return node_id(t, &k);
}
