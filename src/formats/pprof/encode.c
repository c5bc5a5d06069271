/* Encodes a profile as profile.proto: pprof.md 8.11. It does not use protobuf-c, for speed and because pprof packs
 * repeated integers only if there are more than two. A sample is copied from bytes that are encoded once: those of its
 * stack and its labels. */
#include <string.h>

#include "base/sink.h"
#include "bytes/gzip.h"
#include "formats/load.h"
#include "formats/pprof/encode.h"

enum { VARINT = 0, BYTES = 2, PACK_FROM = 3, VARINT_MOST = 10 };

struct encoder {
    const struct profile *p;
    struct sink *out;
    struct arena arena;
    /* strings are numbered at first use */
    uint32_t *number; /* [str_id] -> number, PROFILE_NONE until it is used */
    VEC(str_id) used;
    /* per stack: location ids as a sample's field 1, stack_bytes[stack_at[s]] … */
    const uint8_t *stack_bytes;
    const uint64_t *stack_at;
    /* per label: a sample's field 3, encoded at first use */
    str *label;
    uint32_t *label_rank; /* profile_label_ranks */
    label_id *sorted;     /* room for the longest list */
    uint8_t *location;    /* room for the location with the most lines */
};

static inline uint8_t *put_varint(uint8_t *p, uint64_t v) {
    for (; v >= 0x80; v >>= 7) *p++ = (uint8_t)(v | 0x80);
    *p++ = (uint8_t)v;
    return p;
}

static inline size_t varint_size(uint64_t v) { return 1 + (size_t)(63 - __builtin_clzll(v | 1)) / 7; }

static inline uint8_t *put_tag(uint8_t *p, unsigned field, unsigned wire) {
    return put_varint(p, (uint64_t)field << 3 | wire);
}

static uint8_t *put_int(uint8_t *p, unsigned field, uint64_t v) { return put_varint(put_tag(p, field, VARINT), v); }

static uint8_t *put_int_unless_0(uint8_t *p, unsigned field, uint64_t v) { return v ? put_int(p, field, v) : p; }

static void write_message(struct encoder *c, unsigned field, const uint8_t *from, const uint8_t *to) {
    uint8_t head[2 * VARINT_MOST];
    uint8_t *end = put_varint(put_tag(head, field, BYTES), (uint64_t)(to - from));
    sink_write(c->out, head, (size_t)(end - head));
    sink_write(c->out, from, (size_t)(to - from));
}

static void write_int_unless_0(struct encoder *c, unsigned field, uint64_t v) {
    uint8_t buf[2 * VARINT_MOST];
    sink_write(c->out, buf, (size_t)(put_int_unless_0(buf, field, v) - buf));
}

static uint32_t number_of(struct encoder *c, str_id id) {
    if (c->number[id] == PROFILE_NONE) {
        c->number[id] = (uint32_t)c->used.n;
        *VEC_PUSH(&c->arena, &c->used) = id;
    }
    return c->number[id];
}

static void write_strings(struct encoder *c) {
    for (size_t i = 0; i < c->used.n; i++) {
        str s = profile_str(c->p, c->used.at[i]);
        write_message(c, 6, (const uint8_t *)s.ptr, (const uint8_t *)s.ptr + s.len);
    }
}

/* The id of a location as a varint: its bytes in the low end, their number in the highest byte; 0 for an id of more
 * than 7 bytes, which is encoded each time. */
enum { CODE_BYTES = 7 };

static uint64_t code_of(uint64_t id, size_t *longest) {
    size_t n = varint_size(id);
    if (n > *longest) *longest = n;
    if (n > CODE_BYTES) return 0;
    uint8_t bytes[8] = {0};
    put_varint(bytes, id);
    uint64_t code = 0;
    for (size_t i = 0; i < n; i++) code |= (uint64_t)bytes[i] << (8 * i);
    return code | (uint64_t)n << 56;
}

static inline uint8_t *put_code(uint8_t *to, uint64_t code, uint64_t id) {
    if (!code) return put_varint(to, id);
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++) bytes[i] = (uint8_t)(code >> (8 * i)); /* one store */
    memcpy(to, bytes, 8);
    return to + (code >> 56);
}

static uint8_t *encode_stack(const struct profile *p, const uint64_t *code, stack_id s, uint8_t *to) {
    uint64_t from = p->stack_off[s], n = p->stack_off[s + 1] - from;
    const loc_id *frame = p->frame + from;
    if (n < PACK_FROM) {
        for (uint64_t f = 0; f < n; f++)
            to = put_code(put_tag(to, 1, VARINT), code[frame[f]], p->location[frame[f]].id);
        return to;
    }
    /* leaves one byte for the length, which is enough for most stacks */
    uint8_t *packed = put_tag(to, 1, BYTES) + 1, *end = packed;
    for (uint64_t f = 0; f < n; f++) end = put_code(end, code[frame[f]], p->location[frame[f]].id);
    size_t size = (size_t)(end - packed), head = varint_size(size);
    if (head > 1) memmove(packed + head - 1, packed, size);
    put_varint(packed - 1, size);
    return end + head - 1;
}

static void encode_stacks(struct encoder *c) {
    const struct profile *p = c->p;
    uint64_t *code = ARENA_ARRAY(&c->arena, uint64_t, p->n_locations);
    size_t longest = 1;
    for (loc_id l = 0; l < p->n_locations; l++) code[l] = code_of(p->location[l].id, &longest);
    /* an upper bound: unused pages are never touched */
    size_t n_frames = p->stack_off[p->n_stacks] - p->stack_off[0];
    size_t most = n_frames * (longest + 1) + ((size_t)p->n_stacks + 1) * 2 * VARINT_MOST;
    uint64_t *at = ARENA_ARRAY(&c->arena, uint64_t, (size_t)p->n_stacks + 1);
    uint8_t *bytes = ARENA_ARRAY(&c->arena, uint8_t, most), *to = bytes;
    for (stack_id s = 0; s < p->n_stacks; s++) {
        at[s] = (uint64_t)(to - bytes);
        to = encode_stack(p, code, s, to);
    }
    at[p->n_stacks] = (uint64_t)(to - bytes);
    c->stack_at = at;
    c->stack_bytes = bytes;
}

static str encode_label(struct encoder *c, label_id id) {
    if (c->label[id].ptr) return c->label[id];
    const struct profile_label *l = &c->p->label[id];
    uint8_t message[8 * VARINT_MOST], *end = message;
    end = put_int_unless_0(end, 1, number_of(c, l->key));
    if (!l->numeric) {
        end = put_int_unless_0(end, 2, number_of(c, l->value));
    } else {
        end = put_int_unless_0(end, 3, (uint64_t)l->number);
        end = put_int_unless_0(end, 4, number_of(c, l->unit));
    }
    size_t n = (size_t)(end - message);
    uint8_t *bytes = ARENA_ARRAY(&c->arena, uint8_t, n + 2); /* a message is shorter than 128 bytes */
    uint8_t *to = put_varint(put_tag(bytes, 3, BYTES), n);
    memcpy(to, message, n);
    return c->label[id] = (str){(const char *)bytes, n + 2};
}

static bool is_sorted(const struct encoder *c, const label_id *label, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        if (c->label_rank[label[i - 1]] > c->label_rank[label[i]]) return false;
    return true;
}

/* The labels of a row in the order of profile_sorted_labels, usually without comparing keys. */
static const label_id *sorted_labels(const struct encoder *c, uint32_t row, uint32_t n) {
    const label_id *label = c->p->label_ref + c->p->label_off[row];
    if (n < 2 || is_sorted(c, label, n)) return label;
    profile_labels_by_rank(c->p, c->label_rank, row, c->sorted);
    return c->sorted;
}

static size_t values_size(const struct profile *p, uint32_t row) {
    size_t size = 0;
    for (uint32_t t = 0; t < p->n_types; t++) size += varint_size((uint64_t)p->value[t][row]);
    return size;
}

static void write_sample(struct encoder *c, uint32_t row) {
    const struct profile *p = c->p;
    stack_id stack = p->stack_of[row];
    size_t stack_size = c->stack_at[stack + 1] - c->stack_at[stack];
    size_t packed = values_size(p, row);
    size_t size = stack_size + packed + (p->n_types >= PACK_FROM ? 1 + varint_size(packed) : p->n_types);

    uint32_t n_labels = p->label_off[row + 1] - p->label_off[row];
    const label_id *label = sorted_labels(c, row, n_labels);
    for (uint32_t i = 0; i < n_labels; i++) size += encode_label(c, label[i]).len;

    sink_reserve(c->out, size + 2 * VARINT_MOST);
    uint8_t *start = (uint8_t *)c->out->buf + c->out->len, *to = put_varint(put_tag(start, 2, BYTES), size);
    if (stack_size) memcpy(to, c->stack_bytes + c->stack_at[stack], stack_size);
    to += stack_size;
    if (p->n_types >= PACK_FROM) to = put_varint(put_tag(to, 2, BYTES), packed);
    for (uint32_t t = 0; t < p->n_types; t++) {
        if (p->n_types < PACK_FROM) to = put_tag(to, 2, VARINT);
        to = put_varint(to, (uint64_t)p->value[t][row]);
    }
    for (uint32_t i = 0; i < n_labels; i++) {
        str bytes = c->label[label[i]];
        memcpy(to, bytes.ptr, bytes.len);
        to += bytes.len;
    }
    c->out->len += (size_t)(to - start);
}

static void write_samples(struct encoder *c) {
    const struct profile *p = c->p;
    uint32_t most = 0;
    for (uint32_t r = 0; r < p->n_rows; r++)
        if (p->label_off[r + 1] - p->label_off[r] > most) most = p->label_off[r + 1] - p->label_off[r];
    c->sorted = ARENA_ARRAY(&c->arena, label_id, most);
    c->label = ARENA_ZERO(&c->arena, str, p->n_labels);
    c->label_rank = profile_label_ranks(p, &c->arena);
    encode_stacks(c);
    for (uint32_t i = 0; i < p->n_samples; i++) write_sample(c, profile_row(p, i));
}

static void write_value_type(struct encoder *c, unsigned field, struct profile_value_type t) {
    uint8_t buf[4 * VARINT_MOST], *end = put_int_unless_0(buf, 1, number_of(c, t.type));
    write_message(c, field, buf, put_int_unless_0(end, 2, number_of(c, t.unit)));
}

static void write_mapping(struct encoder *c, const struct profile_mapping *m) {
    uint8_t buf[20 * VARINT_MOST], *end = put_int_unless_0(buf, 1, m->id);
    end = put_int_unless_0(end, 2, m->start);
    end = put_int_unless_0(end, 3, m->limit);
    end = put_int_unless_0(end, 4, m->offset);
    end = put_int_unless_0(end, 5, number_of(c, m->file));
    end = put_int_unless_0(end, 6, number_of(c, m->build_id));
    end = put_int_unless_0(end, 7, m->has_functions);
    end = put_int_unless_0(end, 8, m->has_filenames);
    end = put_int_unless_0(end, 9, m->has_line_numbers);
    write_message(c, 3, buf, put_int_unless_0(end, 10, m->has_inline_frames));
}

/* Writes a line; parts that aggregation hides are written as unknown. */
static uint8_t *put_line(const struct profile *p, uint8_t *to, const struct profile_line *line) {
    uint8_t buf[6 * VARINT_MOST], *end = put_int_unless_0(buf, 1, p->function[line->function].id);
    if (p->shown.line) end = put_int_unless_0(end, 2, (uint64_t)line->line);
    if (p->shown.column) end = put_int_unless_0(end, 3, (uint64_t)line->column);
    size_t n = (size_t)(end - buf);
    to = put_varint(put_tag(to, 4, BYTES), n);
    memcpy(to, buf, n);
    return to + n;
}

static void write_location(struct encoder *c, const struct profile_location *l) {
    const struct profile *p = c->p;
    uint8_t *end = put_int_unless_0(c->location, 1, l->id);
    if (l->mapping != PROFILE_NONE) end = put_int_unless_0(end, 2, p->mapping[l->mapping].id);
    if (p->shown.address) end = put_int_unless_0(end, 3, l->address);
    for (uint32_t i = 0; i < l->n_lines; i++) end = put_line(p, end, &p->line[l->first_line + i]);
    write_message(c, 4, c->location, put_int_unless_0(end, 5, l->folded));
}

static void write_locations(struct encoder *c) {
    const struct profile *p = c->p;
    size_t most = 0;
    for (loc_id l = 0; l < p->n_locations; l++)
        if (p->location[l].n_lines > most) most = p->location[l].n_lines;
    c->location = ARENA_ARRAY(&c->arena, uint8_t, (most + 1) * 8 * VARINT_MOST);
    for (loc_id l = 0; l < p->n_locations; l++) write_location(c, &p->location[l]);
}

static void write_function(struct encoder *c, const struct profile_function *f) {
    const struct profile_shown *shown = &c->p->shown;
    uint8_t buf[10 * VARINT_MOST], *end = put_int_unless_0(buf, 1, f->id);
    if (shown->function) {
        end = put_int_unless_0(end, 2, number_of(c, f->name));
        end = put_int_unless_0(end, 3, number_of(c, f->system_name));
    }
    if (shown->file) end = put_int_unless_0(end, 4, number_of(c, f->file));
    write_message(c, 5, buf, put_int_unless_0(end, 5, (uint64_t)f->start_line));
}

static void write_comments(struct encoder *c, const uint32_t *number, uint32_t n) {
    uint8_t buf[2 * VARINT_MOST];
    size_t packed = 0;
    for (uint32_t i = 0; i < n; i++) packed += varint_size(number[i]);
    if (n >= PACK_FROM) sink_write(c->out, buf, (size_t)(put_varint(put_tag(buf, 13, BYTES), packed) - buf));
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *end = n < PACK_FROM ? put_tag(buf, 13, VARINT) : buf;
        sink_write(c->out, buf, (size_t)(put_varint(end, number[i]) - buf));
    }
}

/* Writes fields 6 to 15. The table of strings comes first, but includes the strings of the fields after it. */
static void write_header(struct encoder *c) {
    const struct profile *p = c->p;
    uint32_t drop = number_of(c, p->drop_frames), keep = number_of(c, p->keep_frames);
    uint32_t period_type = number_of(c, p->period_type.type), period_unit = number_of(c, p->period_type.unit);
    uint32_t *comment = ARENA_ARRAY(&c->arena, uint32_t, p->n_comments);
    for (uint32_t i = 0; i < p->n_comments; i++) comment[i] = number_of(c, p->comment[i]);
    uint32_t default_type = number_of(c, p->default_type), doc_url = number_of(c, p->doc_url);
    write_strings(c);
    write_int_unless_0(c, 7, drop);
    write_int_unless_0(c, 8, keep);
    write_int_unless_0(c, 9, (uint64_t)p->time_nanos);
    write_int_unless_0(c, 10, (uint64_t)p->duration_nanos);
    if (period_type || period_unit) write_value_type(c, 11, p->period_type);
    write_int_unless_0(c, 12, (uint64_t)p->period);
    write_comments(c, comment, p->n_comments);
    /* pprof writes field 14 even if it is 0 */
    uint8_t buf[2 * VARINT_MOST];
    sink_write(c->out, buf, (size_t)(put_int(buf, 14, default_type) - buf));
    write_int_unless_0(c, 15, doc_url);
}

void encode_profile(const struct profile *p, struct sink *out) {
    struct encoder c = {.p = p, .out = out};
    c.number = ARENA_ARRAY(&c.arena, uint32_t, p->n_strings);
    memset(c.number, 0xff, p->n_strings * sizeof *c.number);
    number_of(&c, 0);
    for (uint32_t t = 0; t < p->n_types; t++) write_value_type(&c, 1, p->type[t]);
    write_samples(&c);
    for (map_id m = 0; m < p->n_mappings; m++) write_mapping(&c, &p->mapping[m]);
    write_locations(&c);
    for (func_id f = 0; f < p->n_functions; f++) write_function(&c, &p->function[f]);
    write_header(&c);
    arena_release(&c.arena);
}

bool encode_profile_gzip(const struct profile *p, struct sink *out, struct err *e) {
    struct arena scratch = {0};
    struct deflate *d = deflate_begin(&scratch, out);
    struct sink plain;
    sink_to_function(&plain, deflate_write, d);
    encode_profile(p, &plain);
    bool ok = sink_close(&plain, e) && deflate_end(d, e);
    arena_release(&scratch);
    return ok;
}
