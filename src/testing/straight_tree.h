/* For the test and the fuzzer of stacks/tree: computes the same sums the straight way, with every step of every
 * sample as a text, and compares a tree with them. Granularity: functions, files or lines, as in the view. */
#ifndef CPROF_TESTING_STRAIGHT_TREE_H
#define CPROF_TESTING_STRAIGHT_TREE_H

#include <stdlib.h>

#include "base/hash.h"
#include "stacks/sides.h"
#include "stacks/tree.h"

enum { STRAIGHT_COLUMNS = 8 };

struct straight_sums {
    int64_t self[STRAIGHT_COLUMNS], total[STRAIGHT_COLUMNS];
};

struct straight {
    struct arena *a;
    const struct stacktree_plan *plan;
    struct intern path;             /* of the last step of each path, with the id of the path before it */
    VEC(struct straight_sums) sums; /* indexed by the id of the path */
};

static inline str straight_step(struct arena *a, uint32_t before, str name, int64_t line, bool inlined) {
    return str_format(a, "%u\1%.*s\1%lld%s", before, STR_ARG(name), (long long)line, inlined ? "i" : "");
}

static inline uint32_t straight_add(struct straight *s, str path, const int64_t *value, bool leaf) {
    uint32_t id = intern_id(&s->path, path), sides = s->plan->two_sides ? SIDES : 1;
    if (id == s->sums.n) *VEC_PUSH(s->a, &s->sums) = (struct straight_sums){{0}, {0}};
    for (uint32_t t = 0; t < s->plan->n_types; t++) {
        int64_t v = value[t];
        uint32_t column = t * sides + (s->plan->two_sides && v < 0 ? SIDE_BASE : SIDE_NEW);
        uint64_t amount = s->plan->two_sides ? sides_magnitude(v) : (uint64_t)v;
        s->sums.at[id].total[column] = (int64_t)((uint64_t)s->sums.at[id].total[column] + amount);
        if (leaf) s->sums.at[id].self[column] = (int64_t)((uint64_t)s->sums.at[id].self[column] + amount);
    }
    return id;
}

/* Computes the sums of a view, whose functions must all have different names. */
static inline void straight_make(struct straight *s, struct arena *a, const struct profile *v,
                                 const struct stacktree_plan *plan) {
    *s = (struct straight){.a = a, .plan = plan, .path = {.arena = a, .copy = true}};
    struct arena scratch = {0};
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        stack_id stack = v->stack_of[row];
        int64_t value[STRAIGHT_COLUMNS];
        for (uint32_t t = 0; t < plan->n_types; t++) value[t] = v->value[plan->type[t]][row];
        uint64_t from = v->stack_off[stack];
        uint32_t path = straight_add(s, STR_EMPTY, value, v->stack_off[stack + 1] == from);
        for (uint64_t f = v->stack_off[stack + 1]; f-- > from;) {
            const struct profile_location *l = &v->location[v->frame[f]];
            for (uint32_t k = l->n_lines; k-- > 0;) {
                const struct profile_line *line = &v->line[l->first_line + k];
                str step = straight_step(&scratch, path, profile_str(v, v->function[line->function].name),
                                         v->shown.line ? line->line : 0, k + 1 < l->n_lines);
                path = straight_add(s, step, value, f == from && k == 0);
            }
        }
        arena_reset(&scratch);
    }
    arena_release(&scratch);
}

/* Describes the first fault of the tree; NULL if it is correct. */
static inline const char *straight_check(const struct straight *s, const struct stacktree *t, double cut) {
    uint32_t *path = ARENA_ARRAY(s->a, uint32_t, (size_t)t->n_nodes + 1); /* indexed by depth */
    uint32_t *open = ARENA_ARRAY(s->a, uint32_t, (size_t)t->n_nodes + 1);
    int64_t(*sum)[STRAIGHT_COLUMNS] = arena_zero(s->a, t->n_nodes, sizeof *sum);
    uint32_t sides = s->plan->two_sides ? SIDES : 1, more = 0;
    if (t->n_nodes == 0 || t->depth[0] != 0 || t->frame_of[0] != 0) return "the root";
    if (cut <= 0 && s->path.n && t->n_nodes != s->path.n) return "the number of nodes";
    if (cut <= 0 && t->n_more) return "something is left out";
    for (uint32_t i = 0; i < t->n_nodes; i++) {
        uint32_t depth = t->depth[i], id = 0;
        if (t->frame_of[i] >= t->n_frames || (i && (depth == 0 || depth > t->depth[i - 1] + 1))) return "the order";
        const struct stacktree_frame *f = &t->frame[t->frame_of[i]];
        open[depth] = i;
        if (!s->path.n && !i) continue;
        struct arena_mark mark = arena_mark(s->a);
        str step = depth ? straight_step(s->a, path[depth - 1], f->function, f->line, f->inlined) : STR_EMPTY;
        if (!intern_find(&s->path, step, &id)) return "a path";
        arena_rewind(s->a, mark);
        path[depth] = id;
        for (uint32_t c = 0; c < t->n_columns; c++) {
            if (t->self[c][i] != s->sums.at[id].self[c]) return "a node's own value";
            if (t->total[c][i] != s->sums.at[id].total[c]) return "a node's total";
            sum[i][c] = (int64_t)((uint64_t)sum[i][c] + (uint64_t)t->self[c][i]);
            if (!i) continue;
            int64_t *to = &sum[open[depth - 1]][c];
            *to = (int64_t)((uint64_t)*to + (uint64_t)t->total[c][i]);
        }
    }
    for (uint32_t i = 0; i < t->n_nodes; i++) {
        bool any = more < t->n_more && t->more[more].node == i;
        for (uint32_t c = 0; c < t->n_columns; c++) {
            uint64_t rest = any ? (uint64_t)t->more_sum[c][more] : 0;
            if ((uint64_t)sum[i][c] + rest != (uint64_t)t->total[c][i]) return "the sum at a node";
        }
        if (any && t->more[more].count == 0) return "nothing that is left out";
        more += any;
    }
    if (more != t->n_more) return "what is left out of no node";
    /* siblings are sorted by their larger side, descending, then by name */
    uint32_t *before = ARENA_ZERO(
        s->a, uint32_t, (size_t)t->n_nodes + 1); /* indexed by depth: the previous sibling, 0: it is the first */
    for (uint32_t i = 1; i < t->n_nodes; i++) {
        uint32_t depth = t->depth[i], last = before[depth];
        uint64_t w[2] = {0, 0};
        for (uint32_t side = 0; side < sides && last; side++) {
            uint64_t x = sides_magnitude(t->total[side][last]), y = sides_magnitude(t->total[side][i]);
            w[0] = x > w[0] ? x : w[0];
            w[1] = y > w[1] ? y : w[1];
        }
        if (last && w[0] < w[1]) return "the order of siblings by value";
        if (last && w[0] == w[1] && str_compare(t->frame[t->frame_of[last]].name, t->frame[t->frame_of[i]].name) > 0)
            return "the order of siblings by name";
        before[depth] = i;
        before[depth + 1] = 0;
    }
    return NULL;
}

#endif
