/* Finds the call path and the source line on which a regression grew most. */
#include "gate/paths.h"

#include <string.h>

#include "base/hash.h"

static const double *stack_growth(struct arena *a, const struct gate_in *in, const double *scale) {
    const struct profile *v = in->view;
    const struct gate_runs *runs = in->runs;
    double *growth = ARENA_ZERO(a, double, v->n_stacks);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        uint32_t run = runs->run_of_row[row];
        double value = (double)v->value[in->value.type][row] * scale[run];
        growth[v->stack_of[row]] += run < runs->n_base ? -value / runs->n_base : value / runs->n_new;
    }
    return growth;
}

struct gate_paths gate_paths_begin(struct arena *a, const struct gate_in *in, const struct gate_sums *sums,
                                   const double *scale) {
    return (struct gate_paths){in, sums, stack_growth(a, in, scale)};
}

/* A path of more functions is cut before its last one; a stack that repeats a location of many lines has billions. */
enum { PATH_MOST = 4096 };

/* The lines of a location that are the function's. */
struct path_span {
    bool known, any;
    uint32_t inner, outer; /* the first and the last one; indices into names->node_of */
};

struct path_found {
    struct arena *scratch;
    struct path_span *span; /* [loc_id] */
    struct intern of_nodes; /* sequences of node numbers, root first */
    VEC(double) delta;
    struct intern of_lines; /* pairs of file id and line */
    VEC(double) line_delta;
};

struct path_place {
    uint64_t line;
    uint32_t file, padding;
};

static void add_line(struct path_found *found, const struct profile *v, uint32_t line, double growth) {
    const struct profile_line *l = &v->line[line];
    const struct profile_function *f = &v->function[l->function];
    struct path_place place = {(uint64_t)(l->line ? l->line : f->start_line), f->file, 0};
    str key = str_copy(found->scratch, (str){(const char *)&place, sizeof place});
    uint32_t id = intern_id(&found->of_lines, key);
    if (id == found->line_delta.n) *VEC_PUSH(found->scratch, &found->line_delta) = 0;
    found->line_delta.at[id] += growth;
}

static struct path_span find_span(const struct graph_names *names, uint32_t node, uint32_t from, uint32_t to) {
    struct path_span s = {.known = true};
    for (uint32_t at = from; at < to; at++) {
        if (names->node_of[at] != node) continue;
        if (!s.any) s.inner = at;
        s.any = true;
        s.outer = at;
    }
    return s;
}

/* Adds the part of a stack from the root to the function's outermost call, and the line of its innermost call. */
static void add_stack(struct path_found *found, const struct gate_paths *paths, uint32_t node, stack_id stack) {
    const struct profile *v = paths->in->view;
    const struct graph_names *names = paths->sums->names;
    struct own_leaf leaf = paths->sums->leaf[stack];
    uint64_t from = v->stack_off[stack], to = v->stack_off[stack + 1];
    if (from == to || (!paths->sums->cum && names->node_of[leaf.line] != node)) return;
    VEC(uint32_t) path = {0};
    bool on_path = true;
    uint32_t innermost = PROFILE_NONE;
    struct arena_mark mark = arena_mark(found->scratch);
    for (uint64_t f = to; f-- > leaf.frame;) {
        loc_id loc = v->frame[f];
        uint32_t first = f == leaf.frame ? leaf.line : names->first[loc], end = names->first[loc + 1];
        struct path_span own, *span = first == names->first[loc] ? &found->span[loc] : &own;
        if (span == &own || !span->known) *span = find_span(names, node, first, end);
        uint32_t stop = span->any ? span->outer : first;
        for (uint32_t at = end; on_path && at-- > stop && path.n < PATH_MOST;)
            *VEC_PUSH(found->scratch, &path) = names->node_of[at];
        if (!span->any) continue;
        if (on_path && path.at[path.n - 1] != node) *VEC_PUSH(found->scratch, &path) = node;
        on_path = false;
        if (v->location[loc].n_lines) innermost = v->location[loc].first_line + (span->inner - names->first[loc]);
    }
    if (on_path) {
        arena_rewind(found->scratch, mark);
        return;
    }
    uint32_t id = intern_id(&found->of_nodes, (str){(const char *)path.at, path.n * sizeof *path.at});
    if (id == found->delta.n) *VEC_PUSH(found->scratch, &found->delta) = 0;
    found->delta.at[id] += paths->growth[stack];
    if (innermost != PROFILE_NONE) add_line(found, v, innermost, paths->growth[stack]);
}

static uint32_t largest(const double *at, size_t n) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (at[i] > at[best]) best = i;
    return best;
}

static void set_path(struct arena *a, const struct graph_names *names, str key, struct gate_row *row) {
    row->n_path = (uint32_t)(key.len / sizeof *row->path_node);
    uint32_t *node = ARENA_ARRAY(a, uint32_t, row->n_path);
    memcpy(node, key.ptr, key.len);
    row->path_node = node;
    str *part = ARENA_ARRAY(a, str, row->n_path);
    for (uint32_t i = 0; i < row->n_path; i++) part[i] = graph_node_name(a, &names->node[row->path_node[i]]);
    row->path = str_join(a, part, row->n_path, STR("; "));
}

void gate_find_path(struct arena *a, const struct gate_paths *paths, struct gate_row *row) {
    const struct profile *v = paths->in->view;
    const struct options *o = paths->in->options;
    struct arena scratch = {0};
    struct path_found found = {.scratch = &scratch,
                               .span = ARENA_ZERO(&scratch, struct path_span, v->n_locations),
                               .of_nodes.arena = &scratch,
                               .of_lines.arena = &scratch};
    uint32_t node = (uint32_t)(row->node - paths->sums->names->node);
    for (stack_id s = 0; s < v->n_stacks; s++)
        if (paths->growth[s] > 0 || paths->growth[s] < 0) add_stack(&found, paths, node, s);
    if (found.delta.n) {
        uint32_t best = largest(found.delta.at, found.delta.n);
        set_path(a, paths->sums->names, found.of_nodes.key[best], row);
        row->path_delta = found.delta.at[best];
    }
    if (found.line_delta.n) {
        struct path_place place;
        memcpy(&place, found.of_lines.key[largest(found.line_delta.at, found.line_delta.n)].ptr, sizeof place);
        row->file = graph_trim_path(profile_str(v, place.file), o->trim_path, o->source_path);
        row->line = (int64_t)place.line;
    }
    arena_release(&scratch);
}
