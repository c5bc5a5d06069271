#include "profile/merge_tables.h"

#include <string.h>

void merge_tables_init(struct merge_tables *t, struct arena *a) {
    *t = (struct merge_tables){.a = a};
    t->string = (struct intern){.arena = a, .copy = true};
    struct intern *keys[] = {&t->mapping_key, &t->function_key, &t->location_key,
                             &t->label_key,   &t->list_key,     &t->stack_key};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) *keys[i] = (struct intern){.arena = &t->work, .copy = true};
    intern_id(&t->string, STR_EMPTY);
}

void merge_tables_release(struct merge_tables *t) {
    arena_release(&t->scratch);
    arena_release(&t->work);
}

/* --- the input at hand */

static uint32_t *none_of(struct merge_tables *t, uint32_t n) {
    uint32_t *map = ARENA_ARRAY(&t->scratch, uint32_t, n);
    memset(map, 0xff, n * sizeof *map);
    return map;
}

static void make_room(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    uint64_t n_frames = 0, n_lines = 0, n_labels = 0;
    for (stack_id s = 0; s < v->n_stacks; s++) {
        uint64_t n = v->stack_off[s + 1] - v->stack_off[s];
        if (n > n_frames) n_frames = n;
    }
    for (loc_id l = 0; l < v->n_locations; l++)
        if (v->location[l].n_lines > n_lines) n_lines = v->location[l].n_lines;
    for (uint32_t r = 0; r < v->n_rows; r++)
        if (v->label_off[r + 1] - v->label_off[r] > n_labels) n_labels = v->label_off[r + 1] - v->label_off[r];
    t->frames = ARENA_ARRAY(&t->scratch, loc_id, n_frames);
    t->labels = ARENA_ARRAY(&t->scratch, label_id, n_labels + 1);
    t->key = ARENA_ARRAY(&t->scratch, uint64_t, 2 * n_lines + 4);
}

static map_id merge_mapping(struct merge_tables *t, map_id id);

void merge_tables_start(struct merge_tables *t, const struct merge_input *in) {
    const struct profile *v = &in->view;
    arena_release(&t->scratch);
    t->in = in;
    t->string_of = none_of(t, v->n_strings);
    t->mapping_of = none_of(t, v->n_mappings);
    t->rebase = ARENA_ZERO(&t->scratch, uint64_t, v->n_mappings);
    t->function_of = none_of(t, v->n_functions);
    t->location_of = none_of(t, v->n_locations);
    t->label_of = none_of(t, v->n_labels);
    t->stack_of = none_of(t, v->n_stacks);
    t->list_of_one = none_of(t, v->n_labels);
    t->list_of_none = PROFILE_NONE;
    t->raw_lists = (struct intern){.arena = &t->scratch};
    t->list_of_raw.at = NULL;
    t->list_of_raw.n = t->list_of_raw.cap = 0;
    make_room(t);
    /* the first mapping stands for the main binary */
    if (t->mapping.n == 0 && v->n_mappings) merge_mapping(t, 0);
}

/* --- strings, mappings, functions, locations */

str_id merge_string(struct merge_tables *t, str_id id) {
    if (t->string_of[id] == PROFILE_NONE) t->string_of[id] = intern_id(&t->string, profile_str(&t->in->view, id));
    return t->string_of[id];
}

static uint32_t find_key(struct intern *table, const uint64_t *words, size_t n) {
    return intern_id(table, (str){(const char *)words, n * sizeof *words});
}

/* Mappings are equal when their sizes (in pages of 4 KiB), offsets and build IDs, or else files, are: where
 * they were loaded does not matter. Addresses move to where the first of them was. */
static map_id merge_mapping(struct merge_tables *t, map_id id) {
    if (t->mapping_of[id] != PROFILE_NONE) return t->mapping_of[id];
    enum { PAGE = 4096 };
    struct profile_mapping m = t->in->view.mapping[id];
    uint64_t size = m.limit - m.start + PAGE - 1;
    const uint64_t key[] = {size - size % PAGE, m.offset, merge_string(t, m.build_id ? m.build_id : m.file)};
    map_id to = find_key(&t->mapping_key, key, 3);
    if (to == t->mapping.n) {
        m.id = (uint64_t)to + 1;
        m.file = merge_string(t, m.file);
        m.build_id = merge_string(t, m.build_id);
        m.kernel_symbol = merge_string(t, m.kernel_symbol);
        *VEC_PUSH(&t->work, &t->mapping) = m;
    }
    t->rebase[id] = t->mapping.at[to].start - m.start;
    return t->mapping_of[id] = to;
}

static func_id merge_function(struct merge_tables *t, func_id id) {
    if (t->function_of[id] != PROFILE_NONE) return t->function_of[id];
    struct profile_function f = t->in->view.function[id];
    f.name = merge_string(t, f.name);
    f.system_name = merge_string(t, f.system_name);
    f.file = merge_string(t, f.file);
    const uint64_t key[] = {(uint64_t)f.start_line, (uint64_t)f.name << 32 | f.system_name, f.file};
    func_id to = find_key(&t->function_key, key, 3);
    if (to == t->function.n) {
        f.id = (uint64_t)to + 1;
        *VEC_PUSH(&t->work, &t->function) = f;
    }
    return t->function_of[id] = to;
}

/* pprof's key has three slots for each line's function, line and column, but sets two apart only, so that each
 * column but the last is overwritten by the next line's function: columns of other lines tell nothing apart. */
static loc_id merge_location(struct merge_tables *t, loc_id id) {
    if (t->location_of[id] != PROFILE_NONE) return t->location_of[id];
    const struct profile *v = &t->in->view;
    struct profile_location l = v->location[id];
    uint64_t start = 0;
    if (l.mapping != PROFILE_NONE) {
        map_id to = merge_mapping(t, l.mapping);
        l.address += t->rebase[l.mapping];
        l.mapping = to;
        start = t->mapping.at[to].start;
    }
    size_t n = 0;
    t->key[n++] = l.address - start;
    t->key[n++] = (uint64_t)l.mapping << 1 | l.folded;
    for (uint32_t i = 0; i < l.n_lines; i++) {
        const struct profile_line *line = &v->line[l.first_line + i];
        t->key[n++] = merge_function(t, line->function);
        t->key[n++] = (uint64_t)line->line;
    }
    if (l.n_lines) t->key[n++] = (uint64_t)v->line[l.first_line + l.n_lines - 1].column;
    loc_id to = find_key(&t->location_key, t->key, n);
    if (to == t->location.n) {
        uint32_t first = (uint32_t)t->line.n;
        for (uint32_t i = 0; i < l.n_lines; i++) {
            struct profile_line line = v->line[l.first_line + i];
            line.function = t->function_of[line.function];
            *VEC_PUSH(&t->work, &t->line) = line;
        }
        l.id = (uint64_t)to + 1;
        l.first_line = first;
        *VEC_PUSH(&t->work, &t->location) = l;
    }
    return t->location_of[id] = to;
}

stack_id merge_stack(struct merge_tables *t, stack_id id) {
    if (t->stack_of[id] != PROFILE_NONE) return t->stack_of[id];
    const struct profile *v = &t->in->view;
    size_t n = 0;
    for (uint64_t f = v->stack_off[id]; f < v->stack_off[id + 1]; f++) t->frames[n++] = merge_location(t, v->frame[f]);
    stack_id before = t->stack_key.n;
    stack_id to = intern_id(&t->stack_key, (str){(const char *)t->frames, n * sizeof *t->frames});
    if (to == before) t->n_frames += n;
    return t->stack_of[id] = to;
}

/* --- labels */

static label_id add_label(struct merge_tables *t, struct profile_label l) {
    const uint64_t key[] = {(uint64_t)l.number, (uint64_t)l.key << 32 | l.value, (uint64_t)l.unit << 1 | l.numeric};
    label_id to = find_key(&t->label_key, key, 3);
    if (to == t->label.n) *VEC_PUSH(&t->work, &t->label) = l;
    return to;
}

static label_id merge_label(struct merge_tables *t, label_id id) {
    if (t->label_of[id] != PROFILE_NONE) return t->label_of[id];
    struct profile_label l = t->in->view.label[id];
    l.key = merge_string(t, l.key);
    l.value = merge_string(t, l.value);
    l.unit = merge_string(t, l.unit);
    return t->label_of[id] = add_label(t, l);
}

/* Puts pprof::base=true where it belongs among the sorted labels, in place of what that key said. */
static uint32_t add_base_label(struct merge_tables *t, uint32_t n) {
    static const char key[] = "pprof::base";
    struct profile_label base = {.key = intern_id(&t->string, str_from(key)),
                                 .value = intern_id(&t->string, STR("true"))};
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct profile_label *l = &t->label.at[t->labels[i]];
        if (!l->numeric && l->key == base.key) continue;
        t->labels[kept++] = t->labels[i];
        if (!l->numeric && str_compare(t->string.key[l->key], str_from(key)) < 0) at = kept;
    }
    memmove(t->labels + at + 1, t->labels + at, (kept - at) * sizeof *t->labels);
    t->labels[at] = add_label(t, base);
    return kept + 1;
}

static uint32_t make_list(struct merge_tables *t, uint32_t row) {
    uint32_t n = profile_sorted_labels(&t->in->view, row, t->labels);
    for (uint32_t i = 0; i < n; i++) t->labels[i] = merge_label(t, t->labels[i]);
    if (t->in->is_base) n = add_base_label(t, n);
    uint32_t before = t->list_key.n;
    uint32_t list = intern_id(&t->list_key, (str){(const char *)t->labels, n * sizeof *t->labels});
    if (list == before) t->n_list_labels += n;
    return list;
}

uint32_t merge_label_list(struct merge_tables *t, uint32_t row) {
    const struct profile *v = &t->in->view;
    const label_id *ref = v->label_ref + v->label_off[row];
    uint32_t n = v->label_off[row + 1] - v->label_off[row];
    uint32_t *known;
    if (n == 0) {
        known = &t->list_of_none;
    } else if (n == 1) {
        known = &t->list_of_one[ref[0]];
    } else {
        uint32_t raw = intern_id(&t->raw_lists, (str){(const char *)ref, n * sizeof *ref});
        if (raw == t->list_of_raw.n) *VEC_PUSH(&t->scratch, &t->list_of_raw) = PROFILE_NONE;
        known = &t->list_of_raw.at[raw];
    }
    if (*known == PROFILE_NONE) *known = make_list(t, row);
    return *known;
}

/* --- the result */

static void *copy_table(struct arena *a, const void *at, size_t n, size_t size) {
    void *to = arena_array(a, n, size);
    if (n) memcpy(to, at, n * size);
    return to;
}

static void seal_stacks(struct merge_tables *t, struct profile *out) {
    uint32_t n = t->stack_key.n;
    uint64_t *off = ARENA_ARRAY(t->a, uint64_t, (size_t)n + 1), at = 0;
    loc_id *frame = ARENA_ARRAY(t->a, loc_id, t->n_frames);
    for (stack_id s = 0; s < n; s++) {
        str key = t->stack_key.key[s];
        off[s] = at;
        if (key.len) memcpy(frame + at, key.ptr, key.len);
        at += key.len / sizeof *frame;
    }
    off[n] = at;
    out->n_stacks = n;
    out->stack_off = off;
    out->frame = frame;
}

void merge_tables_seal(struct merge_tables *t, struct profile *out) {
    out->mapping = copy_table(t->a, t->mapping.at, t->mapping.n, sizeof *out->mapping);
    out->n_mappings = (uint32_t)t->mapping.n;
    out->function = copy_table(t->a, t->function.at, t->function.n, sizeof *out->function);
    out->n_functions = (uint32_t)t->function.n;
    out->location = copy_table(t->a, t->location.at, t->location.n, sizeof *out->location);
    out->n_locations = (uint32_t)t->location.n;
    out->line = copy_table(t->a, t->line.at, t->line.n, sizeof *out->line);
    out->n_lines = (uint32_t)t->line.n;
    out->label = copy_table(t->a, t->label.at, t->label.n, sizeof *out->label);
    out->n_labels = (uint32_t)t->label.n;
    seal_stacks(t, out);
    out->string = t->string.key;
    out->n_strings = t->string.n;
}
