/* The tables of profile.proto: header, strings, mappings, functions, locations. Location and Line, of which
 * there are many, are read from the wire; protobuf-c reads the rest, one message at a time into an arena that
 * is rewound after each: unpacking the whole message would copy every string and allocate every message. */
#include <string.h>

#include "load/decode_pprof.h"
#include "profile.pb-c.h"

static void take_fault(struct decoder *d, const char *before, uint64_t id, const char *after) {
    if (!d->fault.before) d->fault = (struct fault){before, after, id};
}

/* --- ids -------------------------------------------------------------------------------------------- */

static struct decode_ids new_ids(struct arena *a, uint64_t n) {
    struct decode_ids ids = {.n_dense = n * 2 + 64, .rest.arena = a};
    ids.dense = ARENA_ARRAY(a, uint32_t, ids.n_dense);
    memset(ids.dense, 0xff, ids.n_dense * sizeof *ids.dense);
    return ids;
}

/* False when the id is there already; the first one then stays. */
static bool put_id(struct decode_ids *ids, uint64_t id, uint32_t index) {
    bool added;
    if (id >= ids->n_dense) {
        u64map_put(&ids->rest, id, index, &added);
        return added;
    }
    if (ids->dense[id] != PROFILE_NONE) return false;
    ids->dense[id] = index;
    return true;
}

/* --- strings ---------------------------------------------------------------------------------------- */

static void make_strings(struct decoder *d) {
    struct intern t = {.arena = d->arena};
    str_id *canonical = ARENA_ARRAY(&d->scratch, str_id, d->strings.n);
    for (size_t i = 0; i < d->strings.n; i++) canonical[i] = intern_id(&t, d->strings.at[i]);
    d->canonical = canonical;
    d->out->string = t.key;
    d->out->n_strings = t.n;
}

str_id decode_string_at(struct decoder *d, int64_t index) {
    if (index < 0 || (uint64_t)index >= d->strings.n) {
        d->malformed = true;
        return 0;
    }
    return d->canonical[index];
}

static str_id scalar_string(struct decoder *d, unsigned field) {
    return decode_string_at(d, d->seen[field] ? (int64_t)d->last[field].value : 0);
}

static int64_t scalar(const struct decoder *d, unsigned field) {
    return d->seen[field] ? (int64_t)d->last[field].value : 0;
}

/* --- messages that protobuf-c reads -------------------------------------------------------------------- */

static void *pb_alloc(void *arena, size_t size) { return arena_alloc(arena, size); }
static void pb_free(void *arena, void *p) {
    (void)arena;
    (void)p;
}

static struct profile_value_type read_value_type(struct decoder *d, ProtobufCAllocator *pb, struct wire w) {
    struct profile_value_type v = {0, 0};
    struct arena_mark mark = arena_mark(pb->allocator_data);
    Perftools__Profiles__ValueType *m = perftools__profiles__value_type__unpack(pb, (size_t)(w.end - w.p), w.p);
    if (m)
        v = (struct profile_value_type){decode_string_at(d, m->type), decode_string_at(d, m->unit)};
    else
        d->malformed = true;
    arena_rewind(pb->allocator_data, mark);
    return v;
}

static void read_mapping(struct decoder *d, ProtobufCAllocator *pb, struct wire w, struct profile_mapping *out) {
    *out = (struct profile_mapping){0};
    struct arena_mark mark = arena_mark(pb->allocator_data);
    Perftools__Profiles__Mapping *m = perftools__profiles__mapping__unpack(pb, (size_t)(w.end - w.p), w.p);
    if (m) {
        *out = (struct profile_mapping){.id = m->id,
                                        .start = m->memory_start,
                                        .limit = m->memory_limit,
                                        .offset = m->file_offset,
                                        .file = decode_string_at(d, m->filename),
                                        .build_id = decode_string_at(d, m->build_id),
                                        .has_functions = m->has_functions,
                                        .has_filenames = m->has_filenames,
                                        .has_line_numbers = m->has_line_numbers,
                                        .has_inline_frames = m->has_inline_frames};
    } else {
        d->malformed = true;
    }
    arena_rewind(pb->allocator_data, mark);
}

static void read_function(struct decoder *d, ProtobufCAllocator *pb, struct wire w, struct profile_function *out) {
    *out = (struct profile_function){0};
    struct arena_mark mark = arena_mark(pb->allocator_data);
    Perftools__Profiles__Function *m = perftools__profiles__function__unpack(pb, (size_t)(w.end - w.p), w.p);
    if (m)
        *out = (struct profile_function){.id = m->id,
                                         .name = decode_string_at(d, m->name),
                                         .system_name = decode_string_at(d, m->system_name),
                                         .file = decode_string_at(d, m->filename),
                                         .start_line = m->start_line};
    else
        d->malformed = true;
    arena_rewind(pb->allocator_data, mark);
}

/* --- locations ---------------------------------------------------------------------------------------- */

static bool read_line(struct wire w, uint64_t *function, struct profile_line *line) {
    struct wire_field f = {0};
    *function = 0;
    *line = (struct profile_line){PROFILE_NONE, 0, 0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number < 1 || f.number > 3) continue;
        if (f.type != WIRE_VARINT) return false;
        if (f.number == 1) *function = f.value;
        if (f.number == 2) line->line = (int64_t)f.value;
        if (f.number == 3) line->column = (int64_t)f.value;
    }
    return true;
}

/* Reads a location; its lines go to the end of d->line, which has room. */
static bool read_location(struct decoder *d, struct wire w, struct profile_location *out) {
    struct wire_field f = {0};
    uint64_t mapping = 0, function;
    *out = (struct profile_location){.mapping = PROFILE_NONE, .first_line = d->n_lines};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number < 1 || f.number > 5) continue;
        if (f.type != (f.number == 4 ? WIRE_BYTES : WIRE_VARINT)) return false;
        if (f.number == 4) {
            struct profile_line *line = &d->line[d->n_lines];
            if (!read_line(f.bytes, &function, line)) return false;
            /* function 0 is none, whatever the table holds */
            if (function) line->function = decode_find(&d->function_of, function);
            if (line->function == PROFILE_NONE) d->bad_line = true;
            d->n_lines++;
            out->n_lines++;
        } else if (f.number == 1) {
            out->id = f.value;
        } else if (f.number == 2) {
            mapping = f.value;
        } else if (f.number == 3) {
            out->address = f.value;
        } else {
            out->folded = f.value != 0;
        }
    }
    out->mapping = decode_find(&d->mapping_of, mapping);
    return true;
}

/* How many lines a location has at most: counting fields only. */
static uint64_t count_lines(struct wire w) {
    struct wire_field f = {0};
    uint64_t n = 0;
    while (w.p < w.end && wire_next(&w, &f)) n += f.number == 4;
    return n;
}

static void make_locations(struct decoder *d) {
    uint64_t n_lines = 0;
    for (size_t i = 0; i < d->locations.n; i++) n_lines += count_lines(d->locations.at[i]);
    if (n_lines >= PROFILE_NONE) {
        d->malformed = true;
        return;
    }
    uint32_t n = (uint32_t)d->locations.n;
    d->line = ARENA_ARRAY(d->arena, struct profile_line, n_lines);
    d->location = ARENA_ARRAY(d->arena, struct profile_location, n);
    for (uint32_t i = 0; i < n; i++) {
        struct profile_location *l = &d->location[i];
        if (!read_location(d, d->locations.at[i], l)) {
            d->malformed = true;
            return;
        }
        bool bad_line = d->bad_line;
        d->bad_line = false;
        bool added = put_id(&d->location_of, l->id, i);
        if (l->id == 0) take_fault(d, "found location with reserved id=", 0, "");
        if (!added) take_fault(d, "multiple locations with same id: ", l->id, "");
        if (bad_line) take_fault(d, "location id: ", l->id, " has a line with nil function");
    }
    d->out->location = d->location;
    d->out->n_locations = n;
    d->out->line = d->line;
    d->out->n_lines = d->n_lines;
}

static void make_mappings(struct decoder *d, ProtobufCAllocator *pb) {
    uint32_t n = (uint32_t)d->mappings.n;
    struct profile_mapping *m = ARENA_ARRAY(d->arena, struct profile_mapping, n);
    for (uint32_t i = 0; i < n; i++) {
        read_mapping(d, pb, d->mappings.at[i], &m[i]);
        bool added = put_id(&d->mapping_of, m[i].id, i);
        if (m[i].id == 0) take_fault(d, "found mapping with reserved ID=", 0, "");
        if (!added) take_fault(d, "multiple mappings with same id: ", m[i].id, "");
    }
    d->out->mapping = m;
    d->out->n_mappings = n;
}

static void make_functions(struct decoder *d, ProtobufCAllocator *pb) {
    uint32_t n = (uint32_t)d->functions.n;
    struct profile_function *fn = ARENA_ARRAY(d->arena, struct profile_function, n);
    for (uint32_t i = 0; i < n; i++) {
        read_function(d, pb, d->functions.at[i], &fn[i]);
        bool added = put_id(&d->function_of, fn[i].id, i);
        if (fn[i].id == 0) take_fault(d, "found function with reserved ID=", 0, "");
        if (!added) take_fault(d, "multiple functions with same id: ", fn[i].id, "");
    }
    d->out->function = fn;
    d->out->n_functions = n;
}

/* "[kernel.kallsyms]_stext": the part after the bracket says which symbol the mapping's start is. It is kept
 * as a string of its own, added to the table when it is not there. */
static void name_kernel_symbols(struct decoder *d) {
    const str prefix = STR("[kernel.kallsyms]");
    struct profile_mapping *m = (struct profile_mapping *)(uintptr_t)d->out->mapping;
    for (uint32_t i = 0; i < d->out->n_mappings; i++) {
        str file = profile_str(d->out, m[i].file);
        if (!str_has_prefix(file, prefix) || file.len == prefix.len) continue;
        m[i].kernel_symbol = profile_add_string(d->out, d->arena, str_from_offset(file, prefix.len));
    }
}

static void make_header(struct decoder *d, ProtobufCAllocator *pb) {
    struct profile *p = d->out;
    struct profile_value_type *types = ARENA_ARRAY(d->arena, struct profile_value_type, d->types.n);
    for (size_t i = 0; i < d->types.n; i++) types[i] = read_value_type(d, pb, d->types.at[i]);
    p->type = types;
    p->n_types = (uint32_t)d->types.n;
    if (d->seen[F_PERIOD_TYPE]) p->period_type = read_value_type(d, pb, d->last[F_PERIOD_TYPE].bytes);
    p->drop_frames = scalar_string(d, F_DROP_FRAMES);
    p->keep_frames = scalar_string(d, F_KEEP_FRAMES);
    p->default_type = scalar_string(d, F_DEFAULT_TYPE);
    p->doc_url = scalar_string(d, F_DOC_URL);
    p->time_nanos = scalar(d, F_TIME);
    p->duration_nanos = scalar(d, F_DURATION);
    p->period = scalar(d, F_PERIOD);
    str_id *comments = ARENA_ARRAY(d->arena, str_id, d->comments.n);
    for (size_t i = 0; i < d->comments.n; i++) comments[i] = decode_string_at(d, (int64_t)d->comments.at[i]);
    p->comment = comments;
    p->n_comments = (uint32_t)d->comments.n;
}

void decode_tables(struct decoder *d) {
    struct arena pb_scratch = {0};
    ProtobufCAllocator pb = {.alloc = pb_alloc, .free = pb_free, .allocator_data = &pb_scratch};
    /* one allocation that stays, so that rewinding after each message never gives the block back */
    arena_alloc(&pb_scratch, 16);
    d->function_of = new_ids(&d->scratch, d->functions.n);
    d->mapping_of = new_ids(&d->scratch, d->mappings.n);
    d->location_of = new_ids(&d->scratch, d->locations.n);
    make_strings(d);
    make_header(d, &pb);
    /* in the order pprof checks them, so that the first broken rule is the one it reports */
    make_mappings(d, &pb);
    make_functions(d, &pb);
    make_locations(d);
    if (!d->malformed) name_kernel_symbols(d);
    arena_release(&pb_scratch);
}
