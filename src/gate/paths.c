#include "gate/paths.h"

#include "base/hash.h"

/* How much each stack grew: mean over the new runs minus mean over the base's. */
static double *stack_growth(struct arena *a, const struct gate_in *in, const double *scale) {
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

struct paths {
    struct arena *scratch;
    struct intern of_nodes; /* node numbers, root first */
    VEC(double) delta;
    struct intern of_lines; /* file id and line */
    VEC(double) line_delta;
};

struct path_place {
    uint64_t line;
    uint32_t file, padding;
};

static void add_line(struct paths *p, const struct profile *v, uint32_t line, double growth) {
    const struct profile_line *l = &v->line[line];
    const struct profile_function *f = &v->function[l->function];
    struct path_place place = {(uint64_t)(l->line ? l->line : f->start_line), f->file, 0};
    str key = str_copy(p->scratch, (str){(const char *)&place, sizeof place});
    uint32_t id = intern_id(&p->of_lines, key);
    if (id == p->line_delta.n) *VEC_PUSH(p->scratch, &p->line_delta) = 0;
    p->line_delta.at[id] += growth;
}

/* Adds the part of a stack from the root to the function's outermost call; and the line of its innermost one. */
static void add_stack(struct paths *p, const struct gate_in *in, const struct graph_names *names, uint32_t node,
                      stack_id stack, double growth) {
    const struct profile *v = in->view;
    VEC(uint32_t) path = {0};
    bool on_path = true;
    uint32_t innermost = PROFILE_NONE;
    struct arena_mark mark = arena_mark(p->scratch);
    for (uint64_t f = v->stack_off[stack + 1]; f-- > v->stack_off[stack];) {
        loc_id loc = v->frame[f];
        for (uint32_t at = names->first[loc + 1]; at-- > names->first[loc];) {
            if (on_path) *VEC_PUSH(p->scratch, &path) = names->node_of[at];
            if (names->node_of[at] != node) continue;
            on_path = false;
            if (v->location[loc].n_lines) innermost = v->location[loc].first_line + (at - names->first[loc]);
        }
    }
    if (on_path) {
        arena_rewind(p->scratch, mark);
        return;
    }
    uint32_t id = intern_id(&p->of_nodes, (str){(const char *)path.at, path.n * sizeof *path.at});
    if (id == p->delta.n) *VEC_PUSH(p->scratch, &p->delta) = 0;
    p->delta.at[id] += growth;
    if (innermost != PROFILE_NONE) add_line(p, v, innermost, growth);
}

static uint32_t largest(const double *at, size_t n) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (at[i] > at[best]) best = i;
    return best;
}

static str path_text(struct arena *a, const struct graph_names *names, str key) {
    const uint32_t *node = (const uint32_t *)(const void *)key.ptr;
    size_t n = key.len / sizeof *node;
    str *part = ARENA_ARRAY(a, str, n);
    for (size_t i = 0; i < n; i++) part[i] = graph_node_name(a, &names->node[node[i]]);
    return str_join(a, part, n, STR("; "));
}

void gate_find_path(struct arena *a, const struct gate_in *in, const struct graph_names *names, const double *scale,
                    struct gate_row *row) {
    const struct profile *v = in->view;
    struct arena scratch = {0};
    struct paths p = {.scratch = &scratch, .of_nodes.arena = &scratch, .of_lines.arena = &scratch};
    const double *growth = stack_growth(&scratch, in, scale);
    uint32_t node = (uint32_t)(row->node - names->node);
    for (stack_id s = 0; s < v->n_stacks; s++)
        if (growth[s] > 0 || growth[s] < 0) add_stack(&p, in, names, node, s, growth[s]);
    if (p.delta.n) {
        uint32_t best = largest(p.delta.at, p.delta.n);
        row->path = path_text(a, names, p.of_nodes.key[best]);
        row->path_delta = p.delta.at[best];
    }
    if (p.line_delta.n) {
        struct path_place place;
        const char *key = p.of_lines.key[largest(p.line_delta.at, p.line_delta.n)].ptr;
        for (size_t i = 0; i < sizeof place; i++) ((char *)&place)[i] = key[i];
        row->file = graph_trim_path(profile_str(v, place.file), in->options->trim_path, in->options->source_path);
        row->line = (int64_t)place.line;
    }
    arena_release(&scratch);
}
