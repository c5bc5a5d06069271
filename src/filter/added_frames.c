/* Adds frames around the stacks of a view, with the functions, locations and strings that they need. */
#include "filter/added_frames.h"

#include <string.h>

#include "base/hash.h"
#include "filter/stacks.h"

struct added_frames {
    struct arena *a, *scratch;
    struct profile *view;
    struct intern strings; /* names and files; their ids are translated into the view's at the end */
    struct u64map known;   /* (name, file) -> location */
    VEC(struct profile_function) function;
    VEC(struct profile_location) location;
    VEC(struct profile_line) line;
    uint64_t function_id, location_id; /* for the next function and location */
};

struct added_frames *added_frames_new(struct arena *a, struct arena *scratch, struct profile *view) {
    struct added_frames *f = ARENA_NEW(scratch, struct added_frames);
    f->a = a;
    f->scratch = f->strings.arena = f->known.arena = scratch;
    f->view = view;
    for (loc_id l = 0; l < view->n_locations; l++)
        if (view->location[l].id > f->location_id) f->location_id = view->location[l].id;
    for (func_id i = 0; i < view->n_functions; i++)
        if (view->function[i].id > f->function_id) f->function_id = view->function[i].id;
    f->location_id++;
    f->function_id++;
    return f;
}

loc_id added_frames_of(struct added_frames *f, str name, str file) {
    uint32_t name_id = intern_id(&f->strings, name), file_id = intern_id(&f->strings, file);
    uint32_t fresh = f->view->n_locations + (uint32_t)f->location.n;
    bool added;
    loc_id l = u64map_put(&f->known, (uint64_t)name_id << 32 | file_id, fresh, &added);
    if (!added) return l;
    *VEC_PUSH(f->scratch, &f->line) = (struct profile_line){.function = f->view->n_functions + (func_id)f->function.n};
    *VEC_PUSH(f->scratch, &f->function) =
        (struct profile_function){.id = f->function_id++, .name = name_id, .file = file_id};
    *VEC_PUSH(f->scratch, &f->location) =
        (struct profile_location){.id = f->location_id++,
                                  .mapping = PROFILE_NONE,
                                  .first_line = f->view->n_lines + (uint32_t)f->line.n - 1,
                                  .n_lines = 1};
    return fresh;
}

/* A new stack: the frames of a choice around those of an old stack. */
struct added_pair {
    uint32_t choice;
    stack_id stack;
};
struct added_pairs {
    VEC(struct added_pair) at;
    stack_id *stack_of; /* the new column */
};

static void pair_samples(struct added_frames *f, const uint32_t *choice_of, struct added_pairs *p) {
    const struct profile *v = f->view;
    struct u64map known = {.arena = f->scratch};
    p->stack_of = ARENA_ZERO(f->a, stack_id, v->n_rows);
    for (uint32_t i = 0; i < v->n_samples; i++) {
        uint32_t row = profile_row(v, i);
        struct added_pair pair = {choice_of[i], v->stack_of[row]};
        bool added;
        p->stack_of[row] = u64map_put(&known, (uint64_t)pair.choice << 32 | pair.stack, (uint32_t)p->at.n, &added);
        if (added) *VEC_PUSH(f->scratch, &p->at) = pair;
    }
}

struct added_fill {
    const struct added_choice *choice;
    const struct added_pair *pair;
    const struct profile *old;
    const uint64_t *off;
    loc_id *frame;
};

static void fill_stacks(void *context, stack_id from, stack_id to) {
    const struct added_fill *j = context;
    for (stack_id s = from; s < to; s++) {
        const struct added_choice *c = &j->choice[j->pair[s].choice];
        stack_id of = j->pair[s].stack;
        size_t n = (size_t)(j->old->stack_off[of + 1] - j->old->stack_off[of]);
        loc_id *out = j->frame + j->off[s];
        if (c->n_leaf) memcpy(out, c->leaf, c->n_leaf * sizeof *out);
        if (n) memcpy(out + c->n_leaf, j->old->frame + j->old->stack_off[of], n * sizeof *out);
        if (c->n_root) memcpy(out + c->n_leaf + n, c->root, c->n_root * sizeof *out);
    }
}

static void make_stacks(struct added_frames *f, const struct added_choice *choice, struct added_pairs *p) {
    struct profile *v = f->view, old = *v;
    uint32_t n = (uint32_t)p->at.n;
    uint32_t *size = ARENA_ARRAY(f->scratch, uint32_t, n);
    for (uint32_t s = 0; s < n; s++) {
        stack_id of = p->at.at[s].stack;
        const struct added_choice *c = &choice[p->at.at[s].choice];
        size[s] = (uint32_t)(old.stack_off[of + 1] - old.stack_off[of]) + c->n_leaf + c->n_root;
    }
    struct added_fill j = {
        .choice = choice, .pair = p->at.at, .old = &old, .frame = filter_new_stacks(f->a, v, size, n)};
    j.off = v->stack_off;
    filter_visit_stacks(v, fill_stacks, &j);
    v->stack_of = p->stack_of;
}

/* Appends the strings to the view, except those that it already has, so that equal strings have equal ids. Returns the
 * id of each. */
static str_id *add_strings(struct added_frames *f) {
    struct profile *v = f->view;
    uint32_t n = f->strings.n;
    str_id *to = ARENA_ARRAY(f->scratch, str_id, n);
    for (uint32_t i = 0; i < n; i++) to[i] = PROFILE_NONE;
    for (str_id s = 0; s < v->n_strings; s++) {
        uint32_t i;
        if (intern_find(&f->strings, v->string[s], &i)) to[i] = s;
    }
    str *string = ARENA_ARRAY(f->a, str, (size_t)v->n_strings + n);
    if (v->n_strings) memcpy(string, v->string, v->n_strings * sizeof *string);
    for (uint32_t i = 0; i < n; i++) {
        if (to[i] != PROFILE_NONE) continue;
        to[i] = v->n_strings++;
        string[to[i]] = str_copy(f->a, f->strings.key[i]);
    }
    v->string = string;
    return to;
}

static void *append(struct arena *a, const void *old, size_t n_old, const void *more, size_t n_more, size_t size) {
    char *all = arena_array(a, n_old + n_more, size);
    if (n_old) memcpy(all, old, n_old * size);
    if (n_more) memcpy(all + n_old * size, more, n_more * size);
    return all;
}

static void add_tables(struct added_frames *f) {
    struct profile *v = f->view;
    const str_id *string = add_strings(f);
    for (size_t i = 0; i < f->function.n; i++) {
        f->function.at[i].name = string[f->function.at[i].name];
        f->function.at[i].file = string[f->function.at[i].file];
    }
    uint32_t n = (uint32_t)f->location.n; /* equals the number of lines and of functions */
    v->function = append(f->a, v->function, v->n_functions, f->function.at, n, sizeof *v->function);
    v->location = append(f->a, v->location, v->n_locations, f->location.at, n, sizeof *v->location);
    v->line = append(f->a, v->line, v->n_lines, f->line.at, n, sizeof *v->line);
    v->n_functions += n;
    v->n_locations += n;
    v->n_lines += n;
}

void added_frames_finish(struct added_frames *f, const struct added_choice *choice, const uint32_t *choice_of) {
    struct added_pairs pairs = {0};
    pair_samples(f, choice_of, &pairs);
    make_stacks(f, choice, &pairs);
    add_tables(f);
}
