#include "profile/merge_tables.h"

#include <stdlib.h>
#include <string.h>

enum merge_beside { BESIDE_AFTER, BESIDE_BEFORE, BESIDE_SAME };
#define BASE_KEY STR("pprof::base")

void merge_tables_init(struct merge_tables *t, struct arena *a, const struct merge_input *in, uint32_t n) {
    *t = (struct merge_tables){.a = a};
    t->string = (struct intern){.arena = a, .copy = true};
    struct intern *keys[] = {&t->mapping_key, &t->function_key, &t->location_key, &t->label_key};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) *keys[i] = (struct intern){.arena = &t->work, .copy = true};
    intern_id(&t->string, STR_EMPTY);
    uint64_t n_stacks = 0, n_frames = 0;
    for (uint32_t i = 0; i < n; i++) {
        n_stacks += in[i].view.n_stacks;
        n_frames += in[i].view.stack_off[in[i].view.n_stacks];
    }
    t->frame = ARENA_ARRAY(a, loc_id, n_frames);
    t->stack_key = (struct intern){.arena = &t->work};
    intern_reserve(&t->stack_key, (uint32_t)(n_stacks < PROFILE_NONE ? n_stacks : PROFILE_NONE - 1));
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
    uint64_t n_lines = 0;
    for (loc_id l = 0; l < v->n_locations; l++)
        if (v->location[l].n_lines > n_lines) n_lines = v->location[l].n_lines;
    t->key = ARENA_ARRAY(&t->scratch, uint64_t, 2 * n_lines + 4);
}

struct ranked {
    str key;
    bool numeric;
    label_id id;
};

static int compare_ranked(const void *x, const void *y) {
    const struct ranked *a = x, *b = y;
    return a->numeric != b->numeric ? a->numeric - b->numeric : str_compare(a->key, b->key);
}

/* Ranks every label of the input by what samples sort their labels by. */
static void rank_labels(struct merge_tables *t) {
    const struct profile *v = &t->in->view;
    struct ranked *all = ARENA_ARRAY(&t->scratch, struct ranked, v->n_labels);
    for (label_id l = 0; l < v->n_labels; l++)
        all[l] = (struct ranked){profile_str(v, v->label[l].key), v->label[l].numeric, l};
    if (v->n_labels) qsort(all, v->n_labels, sizeof *all, compare_ranked);
    t->label_rank = ARENA_ARRAY(&t->scratch, uint32_t, v->n_labels);
    uint32_t rank = 0;
    for (uint32_t i = 0; i < v->n_labels; i++) {
        rank += i && compare_ranked(&all[i - 1], &all[i]) != 0;
        t->label_rank[all[i].id] = rank;
    }
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
    make_room(t);
    rank_labels(t);
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
    /* behind the frames there are, where they stay if no other stack has the same */
    loc_id *frame = t->frame + t->n_frames;
    size_t n = 0;
    for (uint64_t f = v->stack_off[id]; f < v->stack_off[id + 1]; f++) frame[n++] = merge_location(t, v->frame[f]);
    stack_id before = t->stack_key.n;
    stack_id to = intern_id(&t->stack_key, (str){(const char *)frame, n * sizeof *frame});
    if (to == before) t->n_frames += n;
    return t->stack_of[id] = to;
}

/* --- labels */

static label_id add_label(struct merge_tables *t, struct profile_label l) {
    const uint64_t key[] = {(uint64_t)l.number, (uint64_t)l.key << 32 | l.value, (uint64_t)l.unit << 1 | l.numeric};
    label_id to = find_key(&t->label_key, key, 3);
    if (to == t->label.n) {
        int beside = l.numeric ? 1 : str_compare(t->string.key[l.key], BASE_KEY);
        *VEC_PUSH(&t->work, &t->label) = l;
        *VEC_PUSH(&t->work, &t->beside_base) = (uint8_t)(beside < 0 ? BESIDE_BEFORE
                                                         : beside   ? BESIDE_AFTER
                                                                    : BESIDE_SAME);
    }
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
static uint32_t add_base_label(struct merge_tables *t, label_id *label, uint32_t n) {
    struct profile_label base = {.key = intern_id(&t->string, BASE_KEY), .value = intern_id(&t->string, STR("true"))};
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (t->beside_base.at[label[i]] == BESIDE_SAME) continue;
        label[kept++] = label[i];
        if (t->beside_base.at[label[i]] == BESIDE_BEFORE) at = kept;
    }
    memmove(label + at + 1, label + at, (kept - at) * sizeof *label);
    label[at] = add_label(t, base);
    return kept + 1;
}

enum { FEW_LABELS = 16 };

uint32_t merge_labels(struct merge_tables *t, uint32_t row, label_id *out) {
    const struct profile *v = &t->in->view;
    const label_id *ref = v->label_ref + v->label_off[row];
    uint32_t n = v->label_off[row + 1] - v->label_off[row];
    if (n > FEW_LABELS) {
        profile_sorted_labels(v, row, out);
    } else {
        for (uint32_t i = 0; i < n; i++) {
            uint32_t k = i;
            for (; k > 0 && t->label_rank[out[k - 1]] > t->label_rank[ref[i]]; k--) out[k] = out[k - 1];
            out[k] = ref[i];
        }
    }
    for (uint32_t i = 0; i < n; i++) out[i] = merge_label(t, out[i]);
    return t->in->is_base ? add_base_label(t, out, n) : n;
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
    for (stack_id s = 0; s < n; s++) {
        off[s] = at;
        at += t->stack_key.key[s].len / sizeof *t->frame;
    }
    off[n] = at;
    out->n_stacks = n;
    out->stack_off = off;
    out->frame = t->frame;
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
