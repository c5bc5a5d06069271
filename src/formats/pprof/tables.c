/* The tables of profile.proto: header, strings, mappings, functions, locations. The many functions, locations and lines
 * are read from the wire; protobuf-c reads the rest, one message at a time into an arena that is rewound after each,
 * because unpacking the whole profile would copy each string and allocate each message. */
#include <string.h>

#include "base/tuning.h"
#include "formats/pprof/encode.h"
#include "formats/pprof/parts.h"
#include "profile.pb-c.h"

const char *tables_library(void) { return protobuf_c_version(); }

void decode_tables_init(struct decode_tables *t, struct arena *a) {
    *t = (struct decode_tables){.arena = a};
    t->string = (struct intern){.arena = &t->string_arena};
    /* one permanent allocation, so that rewinding after a message never frees the block */
    arena_alloc(&t->pb_scratch, 16);
}

void decode_tables_expect(struct decode_tables *t, size_t size) {
    /* estimates the number of strings: growing the table that far costs as much as filling it */
    intern_reserve(&t->string, size / TUNING_BYTES_PER_STRING < TUNING_STRINGS_EXPECTED_MOST
                                   ? (uint32_t)(size / TUNING_BYTES_PER_STRING)
                                   : TUNING_STRINGS_EXPECTED_MOST);
    if (size > TUNING_TABLES_EXPECTED_MOST) size = TUNING_TABLES_EXPECTED_MOST;
    VEC_GUESS(&t->location_arena, &t->location, size / TUNING_BYTES_PER_LOCATION);
    VEC_GUESS(&t->line_arena, &t->line, size / TUNING_BYTES_PER_LINE);
    VEC_GUESS(&t->function_arena, &t->function, size / TUNING_BYTES_PER_FUNCTION);
    VEC_GUESS(&t->string_of_arena, &t->string_of, size / TUNING_BYTES_PER_STRING);
}

void decode_tables_release(struct decode_tables *t) {
    arena_release(&t->scratch);
    arena_release(&t->pb_scratch);
    arena_release(&t->string_arena);
    arena_release(&t->string_of_arena);
    arena_release(&t->function_arena);
    arena_release(&t->location_arena);
    arena_release(&t->line_arena);
}

static void see_id(struct decode_ids *ids, uint64_t id) {
    if (id > ids->largest) ids->largest = id;
}

static void *pb_alloc(void *arena, size_t size) { return arena_alloc(arena, size); }
static void pb_free(void *arena, void *p) {
    (void)arena;
    (void)p;
}

/* The index of a string as it is stored in a row until it is looked up: invalid indices stay invalid. */
static str_id string_number(int64_t n) { return n >= 0 && n < PROFILE_NONE ? (str_id)n : PROFILE_NONE; }

static bool read_type(struct decode_tables *t, struct wire w, struct profile_value_type *out) {
    ProtobufCAllocator pb = {.alloc = pb_alloc, .free = pb_free, .allocator_data = &t->pb_scratch};
    struct arena_mark mark = arena_mark(&t->pb_scratch);
    Perftools__Profiles__ValueType *m = perftools__profiles__value_type__unpack(&pb, (size_t)(w.end - w.p), w.p);
    if (m) *out = (struct profile_value_type){string_number(m->type), string_number(m->unit)};
    arena_rewind(&t->pb_scratch, mark);
    return m != NULL;
}

static bool read_mapping(struct decode_tables *t, struct wire w) {
    ProtobufCAllocator pb = {.alloc = pb_alloc, .free = pb_free, .allocator_data = &t->pb_scratch};
    struct arena_mark mark = arena_mark(&t->pb_scratch);
    Perftools__Profiles__Mapping *m = perftools__profiles__mapping__unpack(&pb, (size_t)(w.end - w.p), w.p);
    if (m) {
        see_id(&t->mapping_of, m->id);
        *VEC_PUSH(t->arena, &t->mapping) = (struct profile_mapping){.id = m->id,
                                                                    .start = m->memory_start,
                                                                    .limit = m->memory_limit,
                                                                    .offset = m->file_offset,
                                                                    .file = string_number(m->filename),
                                                                    .build_id = string_number(m->build_id),
                                                                    .has_functions = m->has_functions,
                                                                    .has_filenames = m->has_filenames,
                                                                    .has_line_numbers = m->has_line_numbers,
                                                                    .has_inline_frames = m->has_inline_frames};
    }
    arena_rewind(&t->pb_scratch, mark);
    return m != NULL;
}

/* An id as it is stored in a row until it is looked up. */
static uint32_t narrow_id(struct decode_tables *t, decode_wide_ids *wide, uint64_t id) {
    if (id < PROFILE_NONE) return (uint32_t)id;
    *VEC_PUSH(&t->scratch, wide) = id;
    return PROFILE_NONE;
}

static bool read_line(struct decode_tables *t, struct wire w) {
    uint64_t number[4] = {0};
    if (!wire_numbers(w, number, 3)) return false;
    *VEC_PUSH(&t->line_arena, &t->line) = (struct profile_line){.function = narrow_id(t, &t->wide_function, number[1]),
                                                                .line = (int64_t)number[2],
                                                                .column = (int64_t)number[3]};
    return true;
}

bool decode_tables_function(struct decode_tables *t, struct wire w) {
    uint64_t number[6] = {0};
    if (!wire_numbers(w, number, 5)) return false;
    see_id(&t->function_of, number[1]);
    *VEC_PUSH(&t->function_arena, &t->function) =
        (struct profile_function){.id = number[1],
                                  .name = string_number((int64_t)number[2]),
                                  .system_name = string_number((int64_t)number[3]),
                                  .file = string_number((int64_t)number[4]),
                                  .start_line = (int64_t)number[5]};
    return true;
}

/* Field 4, a line, may occur several times; the others are numbers. */
bool decode_tables_location(struct decode_tables *t, struct wire w) {
    enum { ID = 1, MAPPING, ADDRESS, LINE, FOLDED };
    struct wire_field f = {0};
    if (t->line.n >= PROFILE_NONE) return false;
    uint32_t first_line = (uint32_t)t->line.n;
    uint64_t number[FOLDED + 1] = {0};
    for (unsigned field = ID; field <= ADDRESS; field++)
        if (!wire_take_number(&w, field, &number[field])) return false;
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number < ID || f.number > FOLDED) continue;
        if (f.type != (f.number == LINE ? WIRE_BYTES : WIRE_VARINT)) return false;
        if (f.number == LINE && !read_line(t, f.bytes)) return false;
        number[f.number] = f.value;
    }
    if (t->line.n >= PROFILE_NONE) return false;
    see_id(&t->location_of, number[ID]);
    *VEC_PUSH(&t->location_arena, &t->location) =
        (struct profile_location){.id = number[ID],
                                  .address = number[ADDRESS],
                                  .mapping = narrow_id(t, &t->wide_mapping, number[MAPPING]),
                                  .first_line = first_line,
                                  .n_lines = (uint32_t)t->line.n - first_line,
                                  .folded = number[FOLDED] != 0};
    return true;
}

/* pprof's rule: entry 0 must be empty. It is checked after each entry. */
bool decode_tables_string(struct decode_tables *t, struct wire w) {
    str bytes = {(const char *)w.p, (size_t)(w.end - w.p)};
    uint32_t before = t->string.n;
    str_id id = intern_id(&t->string, bytes);
    if (id == before && !t->input_outlives) t->string.key[id] = str_copy(t->arena, bytes);
    *VEC_PUSH(&t->string_of_arena, &t->string_of) = id;
    return t->string.key[t->string_of.at[0]].len == 0;
}

static bool read_comments(struct decode_tables *t, const struct wire_field *f) {
    if (f->type == WIRE_VARINT) {
        *VEC_PUSH(t->arena, &t->comment) = f->value;
        return true;
    }
    if (f->type != WIRE_BYTES) return false;
    struct wire run = f->bytes;
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        *VEC_PUSH(t->arena, &t->comment) = v;
    }
    return true;
}

bool decode_tables_field(struct decode_tables *t, const struct wire_field *f) {
    bool is_message = f->type == WIRE_BYTES;
    switch (f->number) {
    case F_SAMPLE_TYPE: return is_message && read_type(t, f->bytes, VEC_PUSH(t->arena, &t->type));
    case F_MAPPING: return is_message && read_mapping(t, f->bytes);
    case F_LOCATION: return is_message && decode_tables_location(t, f->bytes);
    case F_FUNCTION: return is_message && decode_tables_function(t, f->bytes);
    case F_STRING: return is_message && decode_tables_string(t, f->bytes);
    case F_COMMENT: return read_comments(t, f);
    case F_PERIOD_TYPE: t->seen[F_PERIOD_TYPE] = true; return is_message && read_type(t, f->bytes, &t->period_type);
    default: break;
    }
    if (f->number == 0 || f->number >= F_COUNT) return true;
    t->seen[f->number] = true;
    t->scalar[f->number] = (int64_t)f->value; /* the last one wins */
    return f->type == WIRE_VARINT;
}

/* Prepares for n ids. If they use at least an eighth of all numbers up to the largest, they get a plain table. */
static void start_ids(struct decode_ids *ids, struct arena *a, size_t n) {
    ids->counting = true;
    ids->n_dense = ids->largest / 8 <= n + 64 ? ids->largest + 1 : 2 * n + 64;
    if (ids->n_dense <= n) ids->n_dense = n + 1;
    ids->has_wide = ids->largest >= ids->n_dense;
    ids->rest.arena = a;
}

static bool put_in_table(struct decode_ids *ids, uint64_t id, uint32_t index) {
    bool added;
    if (id >= ids->n_dense) {
        u64map_put(&ids->rest, id, index, &added);
        return added;
    }
    if (ids->dense[id] != PROFILE_NONE) return false;
    ids->dense[id] = index;
    return true;
}

/* Adds the id of the next of n rows. Returns false if the id exists already; then the first one is kept. */
static bool put_id(struct decode_ids *ids, uint64_t id, uint32_t index, uint32_t n) {
    if (ids->counting && id == (uint64_t)index + 1) {
        ids->n++;
        return true;
    }
    if (ids->counting) {
        ids->counting = false;
        ids->dense = ARENA_ARRAY(ids->rest.arena, uint32_t, ids->n_dense);
        memset(ids->dense, 0xff, ids->n_dense * sizeof *ids->dense);
        for (uint32_t i = 0; i < ids->n; i++) ids->dense[i + 1] = i;
        if (ids->has_wide) u64map_reserve(&ids->rest, n - ids->n);
    }
    return put_in_table(ids, id, index);
}

static void take_fault(struct decode_tables *t, const char *before, uint64_t id, const char *after) {
    if (!t->fault.before) t->fault = (struct decode_fault){before, after, id};
}

str_id decode_string_at(struct decode_tables *t, int64_t index) {
    if (index < 0 || (uint64_t)index >= t->string_of.n) {
        t->malformed = true;
        return 0;
    }
    return t->string_of.at[index];
}

static void look_up_string(struct decode_tables *t, str_id *id) { *id = decode_string_at(t, *id); }

static void look_up_type(struct decode_tables *t, struct profile_value_type *type) {
    look_up_string(t, &type->type);
    look_up_string(t, &type->unit);
}

static void look_up_mappings(struct decode_tables *t) {
    uint32_t n = (uint32_t)t->mapping.n;
    start_ids(&t->mapping_of, &t->scratch, n);
    for (uint32_t i = 0; i < n; i++) {
        struct profile_mapping *m = &t->mapping.at[i];
        look_up_string(t, &m->file);
        look_up_string(t, &m->build_id);
        bool added = put_id(&t->mapping_of, m->id, i, n);
        if (m->id == 0) take_fault(t, "found mapping with reserved ID=", 0, "");
        if (!added) take_fault(t, "multiple mappings with same id: ", m->id, "");
    }
}

static void look_up_functions(struct decode_tables *t) {
    uint32_t n = (uint32_t)t->function.n;
    start_ids(&t->function_of, &t->scratch, n);
    for (uint32_t i = 0; i < n; i++) {
        struct profile_function *f = &t->function.at[i];
        look_up_string(t, &f->name);
        look_up_string(t, &f->system_name);
        look_up_string(t, &f->file);
        bool added = put_id(&t->function_of, f->id, i, n);
        if (f->id == 0) take_fault(t, "found function with reserved ID=", 0, "");
        if (!added) take_fault(t, "multiple functions with same id: ", f->id, "");
    }
}

/* The id of a row, from narrow_id. Calls must follow the order of rows: *next advances through the list. */
static uint64_t whole_id(const decode_wide_ids *wide, size_t *next, uint32_t id) {
    return id == PROFILE_NONE ? wide->at[(*next)++] : id;
}

/* Returns false if some line has no function: id 0 means none, whatever the table holds. */
static bool look_up_lines(struct decode_tables *t, const struct profile_location *l, size_t *next_wide) {
    bool all = true;
    for (uint32_t i = l->first_line; i < l->first_line + l->n_lines; i++) {
        uint64_t id = whole_id(&t->wide_function, next_wide, t->line.at[i].function);
        func_id function = id ? decode_find(&t->function_of, id) : PROFILE_NONE;
        t->line.at[i].function = function;
        all &= function != PROFILE_NONE;
    }
    return all;
}

static void look_up_locations(struct decode_tables *t) {
    uint32_t n = (uint32_t)t->location.n;
    start_ids(&t->location_of, &t->scratch, n);
    size_t wide_mapping = 0, wide_function = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct profile_location *l = &t->location.at[i];
        l->mapping = decode_find(&t->mapping_of, whole_id(&t->wide_mapping, &wide_mapping, l->mapping));
        bool all = look_up_lines(t, l, &wide_function);
        bool added = put_id(&t->location_of, l->id, i, n);
        if (l->id == 0) take_fault(t, "found location with reserved id=", 0, "");
        if (!added) take_fault(t, "multiple locations with same id: ", l->id, "");
        if (!all) take_fault(t, "location id: ", l->id, " has a line with nil function");
    }
}

/* "[kernel.kallsyms]_stext": the part after the bracket is the symbol at the start of the mapping. It becomes a string
 * of its own, which is added to the table if it is missing. */
static void name_kernel_symbols(struct decode_tables *t, struct profile *out) {
    const str prefix = STR("[kernel.kallsyms]");
    struct profile_mapping *m = t->mapping.at;
    for (uint32_t i = 0; i < t->mapping.n; i++) {
        str file = profile_str(out, m[i].file);
        if (!str_has_prefix(file, prefix) || file.len == prefix.len) continue;
        m[i].kernel_symbol = profile_add_string(out, t->arena, str_from_offset(file, prefix.len));
    }
}

static void make_header(struct decode_tables *t, struct profile *p) {
    for (size_t i = 0; i < t->type.n; i++) look_up_type(t, &t->type.at[i]);
    p->type = t->type.at;
    p->n_types = (uint32_t)t->type.n;
    if (t->seen[F_PERIOD_TYPE]) {
        p->period_type = t->period_type;
        look_up_type(t, &p->period_type);
    }
    p->drop_frames = decode_string_at(t, t->scalar[F_DROP_FRAMES]);
    p->keep_frames = decode_string_at(t, t->scalar[F_KEEP_FRAMES]);
    p->default_type = decode_string_at(t, t->scalar[F_DEFAULT_TYPE]);
    p->doc_url = decode_string_at(t, t->scalar[F_DOC_URL]);
    p->time_nanos = t->scalar[F_TIME];
    p->duration_nanos = t->scalar[F_DURATION];
    p->period = t->scalar[F_PERIOD];
    str_id *comments = ARENA_ARRAY(t->arena, str_id, t->comment.n);
    for (size_t i = 0; i < t->comment.n; i++) comments[i] = decode_string_at(t, (int64_t)t->comment.at[i]);
    p->comment = comments;
    p->n_comments = (uint32_t)t->comment.n;
}

/* Copies the keys without the table around them. */
static void make_strings(struct decode_tables *t, struct profile *out) {
    uint32_t n = t->string.n;
    str *string = ARENA_ARRAY(t->arena, str, n);
    uint32_t *tag = ARENA_ARRAY(t->arena, uint32_t, n);
    if (n) memcpy(string, t->string.key, n * sizeof *string);
    for (uint32_t i = 0; i < n; i++) tag[i] = hash_tag(t->string.hash[i]);
    out->string = string;
    out->string_tag = tag;
    out->n_strings = out->n_string_tags = n;
    arena_release(&t->string_arena);
}

void decode_tables_finish(struct decode_tables *t, struct profile *out) {
    make_strings(t, out);
    make_header(t, out);
    /* in pprof's order of checks, so that the first broken rule is the one that pprof reports */
    look_up_mappings(t);
    look_up_functions(t);
    look_up_locations(t);
    if (!t->malformed) name_kernel_symbols(t, out);
    out->mapping = t->mapping.at;
    out->n_mappings = (uint32_t)t->mapping.n;
    out->function = t->function.at;
    out->n_functions = (uint32_t)t->function.n;
    out->location = t->location.at;
    out->n_locations = (uint32_t)t->location.n;
    out->line = t->line.at;
    out->n_lines = (uint32_t)t->line.n;
    arena_adopt(t->arena, &t->function_arena);
    arena_adopt(t->arena, &t->location_arena);
    arena_adopt(t->arena, &t->line_arena);
}
