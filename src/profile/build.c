/* Builds a profile row by row. */
#include "profile/build.h"

#include <string.h>

void build_init(struct build *b, struct arena *a) {
    *b = (struct build){.arena = a};
    b->strings.arena = b->stacks.arena = b->labels.arena = a;
    b->named.functions.arena = b->named.locations.arena = a;
    b->stacks.copy = b->labels.copy = b->named.functions.copy = b->named.locations.copy = true;
    intern_id(&b->strings, STR_EMPTY);
    *VEC_PUSH(a, &b->label_off) = 0;
}

str_id build_string(struct build *b, str s) { return intern_id(&b->strings, s); }

str_id build_string_copy(struct build *b, str s) {
    uint32_t id;
    return intern_find(&b->strings, s, &id) ? id : intern_id(&b->strings, str_copy(b->arena, s));
}

void build_type(struct build *b, str_id type, str_id unit) {
    *VEC_PUSH(b->arena, &b->types) = (struct profile_value_type){type, unit};
}

map_id build_mapping(struct build *b, struct profile_mapping m) {
    map_id index = (map_id)b->mappings.n;
    if (!m.id) m.id = (uint64_t)index + 1;
    *VEC_PUSH(b->arena, &b->mappings) = m;
    return index;
}

func_id build_function(struct build *b, struct profile_function f) {
    func_id index = (func_id)b->functions.n;
    if (!f.id) f.id = (uint64_t)index + 1;
    *VEC_PUSH(b->arena, &b->functions) = f;
    return index;
}

loc_id build_location(struct build *b, struct profile_location l, const struct profile_line *lines, uint32_t n) {
    loc_id index = (loc_id)b->locations.n;
    if (!l.id) l.id = (uint64_t)index + 1;
    l.first_line = (uint32_t)b->lines.n;
    l.n_lines = n;
    for (uint32_t i = 0; i < n; i++) *VEC_PUSH(b->arena, &b->lines) = lines[i];
    *VEC_PUSH(b->arena, &b->locations) = l;
    return index;
}

map_id build_frames_mapping(struct build *b) {
    struct profile_mapping m = {.has_functions = true, .has_filenames = true, .has_line_numbers = true};
    if (!b->named.has_mapping) b->named.mapping = build_mapping(b, m);
    b->named.has_mapping = true;
    return b->named.mapping;
}

loc_id build_frame(struct build *b, struct build_frame f) {
    struct build_frames *n = &b->named;
    struct {
        str_id name, file;
        int64_t start_line;
    } function = {f.name, f.file, f.start_line};
    uint32_t function_number = intern_id(&n->functions, (str){(const char *)&function, sizeof function});
    if (function_number == n->function.n) {
        struct profile_function made = {.name = f.name, .file = f.file, .start_line = f.start_line};
        *VEC_PUSH(b->arena, &n->function) = build_function(b, made);
    }
    struct {
        int64_t line, column;
        uint32_t function;
        map_id mapping;
    } location = {f.line, f.column, function_number, f.mapping};
    uint32_t location_number = intern_id(&n->locations, (str){(const char *)&location, sizeof location});
    if (location_number == n->location.n) {
        struct profile_line l = {.function = n->function.at[function_number], .line = f.line, .column = f.column};
        struct profile_location made = {.mapping = f.mapping};
        *VEC_PUSH(b->arena, &n->location) = build_location(b, made, &l, 1);
    }
    return n->location.at[location_number];
}

loc_id build_named_frame(struct build *b, str name, str file, int64_t line) {
    struct build_frame f = {.name = build_string(b, name), .file = build_string(b, file), .line = line};
    f.mapping = build_frames_mapping(b);
    return build_frame(b, f);
}

label_id build_label(struct build *b, struct profile_label l) {
    /* compared field by field, because padding must not tell equal labels apart */
    struct {
        uint64_t number;
        str_id key, value, unit;
        uint32_t numeric;
    } key = {(uint64_t)l.number, l.key, l.value, l.unit, l.numeric};
    label_id id = intern_id(&b->labels, (str){(const char *)&key, sizeof key});
    if (id == b->label_table.n) *VEC_PUSH(b->arena, &b->label_table) = l;
    return id;
}

stack_id build_stack(struct build *b, const loc_id *frames, size_t n) {
    return intern_id(&b->stacks, (str){(const char *)frames, n * sizeof *frames});
}

void build_row(struct build *b, stack_id stack, const int64_t *values, const label_id *labels, size_t n_labels) {
    *VEC_PUSH(b->arena, &b->stack_of) = stack;
    for (size_t t = 0; t < b->types.n; t++) *VEC_PUSH(b->arena, &b->values) = values[t];
    for (size_t l = 0; l < n_labels; l++) *VEC_PUSH(b->arena, &b->label_ref) = labels[l];
    *VEC_PUSH(b->arena, &b->label_off) = (uint32_t)b->label_ref.n;
}

void build_sample(struct build *b, const loc_id *frames, size_t n_frames, const int64_t *values, const label_id *labels,
                  size_t n_labels) {
    build_row(b, build_stack(b, frames, n_frames), values, labels, n_labels);
}

void build_add(struct build *b, const loc_id *frames, size_t n_frames, const int64_t *values) {
    uint32_t row = intern_id(&b->stacks, (str){(const char *)frames, n_frames * sizeof *frames});
    if (row == b->stack_of.n) {
        build_sample(b, frames, n_frames, values, NULL, 0);
        return;
    }
    int64_t *sum = b->values.at + (size_t)row * b->types.n;
    for (size_t t = 0; t < b->types.n; t++) sum[t] += values[t];
}

static void seal_values(struct build *b, struct profile *out) {
    size_t n = b->stack_of.n, n_types = b->types.n;
    int64_t **value = ARENA_ARRAY(b->arena, int64_t *, n_types);
    for (size_t t = 0; t < n_types; t++) {
        value[t] = ARENA_ARRAY(b->arena, int64_t, n);
        for (size_t i = 0; i < n; i++) value[t][i] = b->values.at[i * n_types + t];
    }
    out->value = (const int64_t *const *)value;
}

static void seal_stacks(struct build *b, struct profile *out) {
    uint32_t n = b->stacks.n;
    uint64_t *off = ARENA_ARRAY(b->arena, uint64_t, (size_t)n + 1);
    uint64_t at = 0;
    for (uint32_t s = 0; s < n; s++) {
        off[s] = at;
        at += b->stacks.key[s].len / sizeof(loc_id);
    }
    off[n] = at;
    loc_id *frame = ARENA_ARRAY(b->arena, loc_id, at);
    for (uint32_t s = 0; s < n; s++)
        if (b->stacks.key[s].len) memcpy(frame + off[s], b->stacks.key[s].ptr, b->stacks.key[s].len);
    out->n_stacks = n;
    out->stack_off = off;
    out->frame = frame;
}

bool build_too_many_frames(struct err *e) {
    return err_set(e, "its stacks have more than %d frames in all", BUILD_FRAMES_MOST);
}

bool build_seal(struct build *b, struct profile *out, struct err *e) {
    size_t most = PROFILE_NONE - 1;
    if (b->stack_of.n > most || b->label_ref.n > most || b->locations.n > most || b->lines.n > most ||
        b->functions.n > most || b->mappings.n > most)
        return err_set(e, "too many rows: at most %zu of a kind can be held", most);
    *out = b->header;
    out->string = b->strings.key;
    out->n_strings = b->strings.n;
    out->type = b->types.at;
    out->n_types = (uint32_t)b->types.n;
    out->comment = b->comments.at;
    out->n_comments = (uint32_t)b->comments.n;
    out->n_samples = out->n_rows = (uint32_t)b->stack_of.n;
    out->row = NULL;
    out->stack_of = b->stack_of.at;
    out->label_off = b->label_off.at;
    out->label_ref = b->label_ref.at;
    seal_values(b, out);
    seal_stacks(b, out);
    out->location = b->locations.at;
    out->n_locations = (uint32_t)b->locations.n;
    out->line = b->lines.at;
    out->n_lines = (uint32_t)b->lines.n;
    out->function = b->functions.at;
    out->n_functions = (uint32_t)b->functions.n;
    out->mapping = b->mappings.at;
    out->n_mappings = (uint32_t)b->mappings.n;
    out->label = b->label_table.at;
    out->n_labels = (uint32_t)b->label_table.n;
    out->shown = (struct profile_shown){true, true, true, true, true, true};
    profile_fill_empty(out);
    return true;
}
