/* OTLP profiles in protobuf: one message, or a stream of messages with their lengths in four bytes before each. Field
 * numbers are those of opentelemetry-proto, v1development. Releases from 1.8 on are read; their messages name no
 * release, but differ so:
 *
 *     Profile   1.8: 7 comments, 8 id, 9 dropped, 10 and 11 payload, 12 attributes
 *               1.9: 7 id, 8 dropped, 9 and 10 payload, 11 attributes
 *     Sample    1.8 and 1.9: 2 values, 3 attributes, 4 link
 *               1.10: 2 attributes, 3 link, 4 values */
#include "formats/wire.h"
#include "formats/otlp/otlp.h"

struct otlp_wire {
    struct otlp otlp;
    bool is_old;        /* a field has the type that it has in an older layout */
    bool values_second; /* the samples of the message that is being read are those of 1.8 and 1.9 */
};

static str text_of(struct wire w) { return (str){(const char *)w.p, (size_t)(w.end - w.p)}; }

/* Appends the numbers of a repeated field, packed or not, to the message's indices. */
static bool read_indices(struct otlp_message *m, const struct wire_field *f, struct otlp_slice *out) {
    struct wire w = f->bytes;
    uint64_t v;
    if (!out->n) out->first = (uint32_t)m->indices.n;
    if (out->first + out->n != m->indices.n) return false; /* other fields between the parts */
    if (f->type == WIRE_VARINT) {
        *VEC_PUSH(&m->arena, &m->indices) = (int64_t)f->value;
    } else {
        if (f->type != WIRE_BYTES) return false;
        while (w.p < w.end) {
            if (!wire_varint(&w, &v)) return false;
            *VEC_PUSH(&m->arena, &m->indices) = (int64_t)v;
        }
    }
    out->n = (uint32_t)m->indices.n - out->first;
    return m->indices.n < UINT32_MAX;
}

/* A message with only numbers, in fields 1 to n. */
static bool read_numbers(struct wire w, int64_t *out, unsigned n) {
    uint64_t number[8] = {0};
    if (!wire_numbers(w, number, n)) return false;
    for (unsigned i = 0; i < n; i++) out[i] = (int64_t)number[i + 1];
    return true;
}

static str hex(struct arena *a, struct wire w) {
    static const char digits[] = "0123456789abcdef";
    size_t n = (size_t)(w.end - w.p);
    char *text = arena_alloc(a, 2 * n);
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[w.p[i] >> 4];
        text[2 * i + 1] = digits[w.p[i] & 15];
    }
    return (str){text, 2 * n};
}

static bool read_any_value(struct wire w, struct otlp_attribute *x) {
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        x->kind = OTLP_OTHER;
        if (f.number == 1 && f.type == WIRE_BYTES) {
            x->kind = OTLP_TEXT;
            x->text = text_of(f.bytes);
        } else if ((f.number == 2 || f.number == 3 || f.number == 8) && f.type == WIRE_VARINT) {
            x->kind = f.number == 2 ? OTLP_BOOL : f.number == 3 ? OTLP_INT : OTLP_STRING;
            x->number = (int64_t)f.value;
        } else if (f.number == 4 && f.type == WIRE_FIXED64) {
            x->kind = OTLP_DOUBLE;
            memcpy(&x->real, w.p - sizeof x->real, sizeof x->real);
        }
    }
    return true;
}

/* An attribute of the table, whose key and unit are indices of strings, or of a resource, whose key is text. */
static bool read_attribute(struct wire w, bool of_table, struct otlp_attribute *x) {
    struct wire_field f = {0};
    *x = (struct otlp_attribute){.key_text = STR_EMPTY, .text = STR_EMPTY};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number == 2 && f.type == WIRE_BYTES && !read_any_value(f.bytes, x)) return false;
        if (f.number == 1 && f.type == WIRE_BYTES) x->key_text = text_of(f.bytes);
        if (f.number == (of_table ? 1 : 3) && f.type == WIRE_VARINT) x->key = (int64_t)f.value;
        if (of_table && f.number == 3 && f.type == WIRE_VARINT) x->unit = (int64_t)f.value;
    }
    return true;
}

static bool read_location(struct otlp_message *m, struct wire w) {
    struct wire_field f = {0};
    struct otlp_location l = {.first_line = (uint32_t)m->lines.n};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number == 1 && f.type == WIRE_VARINT) l.mapping = (int64_t)f.value;
        if (f.number == 2 && f.type == WIRE_VARINT) l.address = (int64_t)f.value;
        if (f.number != 3 || f.type != WIRE_BYTES) continue;
        int64_t n[3];
        if (!read_numbers(f.bytes, n, 3)) return false;
        *VEC_PUSH(&m->arena, &m->lines) = (struct otlp_line){n[0], n[1], n[2]};
        l.n_lines++;
    }
    *VEC_PUSH(&m->arena, &m->locations) = l;
    return m->lines.n < UINT32_MAX;
}

static bool read_mapping(struct otlp_message *m, struct wire w) {
    struct wire_field f = {0};
    struct otlp_mapping p = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        int64_t *number[] = {NULL, &p.start, &p.limit, &p.offset, &p.file};
        if (f.number >= 1 && f.number <= 4 && f.type == WIRE_VARINT) *number[f.number] = (int64_t)f.value;
        if (f.number == 5 && !read_indices(m, &f, &p.attributes)) return false;
    }
    *VEC_PUSH(&m->arena, &m->mappings) = p;
    return true;
}

static bool read_link(struct otlp_message *m, struct wire w) {
    struct wire_field f = {0};
    struct otlp_link l = {STR_EMPTY, STR_EMPTY};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number == 1 && f.type == WIRE_BYTES) l.trace = hex(&m->arena, f.bytes);
        if (f.number == 2 && f.type == WIRE_BYTES) l.span = hex(&m->arena, f.bytes);
    }
    *VEC_PUSH(&m->arena, &m->links) = l;
    return true;
}

static bool read_stack(struct otlp_message *m, struct wire w) {
    struct wire_field f = {0};
    struct otlp_slice s = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number == 1 && !read_indices(m, &f, &s)) return false;
    }
    *VEC_PUSH(&m->arena, &m->stacks) = s;
    return true;
}

static bool read_dictionary(struct otlp_message *m, struct wire w) {
    struct wire_field f = {0};
    while (w.p < w.end) {
        int64_t n[4];
        bool ok = true;
        if (!wire_next(&w, &f)) return false;
        if (f.type != WIRE_BYTES) continue;
        switch (f.number) {
        case 1: ok = read_mapping(m, f.bytes); break;
        case 2: ok = read_location(m, f.bytes); break;
        case 3:
            ok = read_numbers(f.bytes, n, 4);
            if (ok) *VEC_PUSH(&m->arena, &m->functions) = (struct otlp_function){n[0], n[1], n[2], n[3]};
            break;
        case 4: ok = read_link(m, f.bytes); break;
        case 5: *VEC_PUSH(&m->arena, &m->strings) = text_of(f.bytes); break;
        case 6: ok = read_attribute(f.bytes, true, VEC_PUSH(&m->arena, &m->attributes)); break;
        case 7: ok = read_stack(m, f.bytes); break;
        default: break;
        }
        if (!ok) return false;
    }
    return true;
}

/* What the samples of a message tell about their release. */
struct otlp_layout {
    bool is_known, values_second;
    bool has_second, has_times; /* some sample has field 2, or times */
};

static void look_at_sample(struct wire w, struct otlp_layout *out) {
    struct wire_field f = {0};
    while (w.p < w.end && wire_next(&w, &f)) {
        bool is_list = f.type == WIRE_BYTES;
        out->has_second |= f.number == 2;
        out->has_times |= f.number == 5;
        if (out->is_known || (f.number != 3 && f.number != 4) || (!is_list && f.type != WIRE_VARINT)) continue;
        out->is_known = true;
        out->values_second = is_list == (f.number == 3);
    }
}

static void look_at_samples(struct wire w, unsigned depth, struct otlp_layout *out) {
    static const unsigned path[] = {1, 2, 2, 2}; /* resource, scope, profile, sample */
    struct wire_field f = {0};
    while (w.p < w.end && wire_next(&w, &f)) {
        bool is_decided = out->is_known && (out->has_second || !out->values_second);
        if (is_decided) return;
        if (f.number != path[depth] || f.type != WIRE_BYTES) continue;
        if (depth + 1 == sizeof path / sizeof *path)
            look_at_sample(f.bytes, out);
        else
            look_at_samples(f.bytes, depth + 1, out);
    }
}

/* Samples that have only field 2 tell nothing: with times it is taken for attributes, and without for values, since
 * there would be no value otherwise. If no sample has values, field 3 is not read: readers of the current release see
 * no attributes there. */
static void find_layout(struct otlp_wire *o, struct wire message) {
    struct otlp_layout l = {.is_known = false};
    look_at_samples(message, 0, &l);
    o->values_second = l.has_second && (l.is_known ? l.values_second : !l.has_times);
}

static bool read_sample(struct otlp_wire *o, struct wire w) {
    struct otlp_message *m = &o->otlp.message;
    struct wire_field f = {0};
    struct otlp_sample s = {0};
    unsigned values = o->values_second ? 2 : 4, attributes = o->values_second ? 3 : 2, link = o->values_second ? 4 : 3;
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        o->is_old |= f.number == 1 && f.type != WIRE_VARINT;
        if (f.number == 1) s.stack = (int64_t)f.value;
        if (f.number == values && !read_indices(m, &f, &s.values)) return false;
        if (f.number == attributes && !read_indices(m, &f, &s.attributes)) return false;
        if (f.number == link && f.type == WIRE_VARINT) s.link = (int64_t)f.value;
        if (f.number == 5) s.n_times += f.type == WIRE_BYTES ? (uint32_t)(f.bytes.end - f.bytes.p) / 8 : 1;
    }
    *VEC_PUSH(&m->arena, &m->samples) = s;
    return m->samples.n < UINT32_MAX;
}

static bool read_type(struct wire w, struct otlp_type *out) {
    int64_t n[2];
    if (!read_numbers(w, n, 2)) return false;
    *out = (struct otlp_type){n[0], n[1]};
    return true;
}

static bool read_profile(struct otlp_wire *o, struct wire w) {
    /* the kinds of fields since 1.8, from field 1 on; some had other meanings before */
    static const enum wire_type types[] = {WIRE_BYTES, WIRE_BYTES,  WIRE_FIXED64, WIRE_VARINT,
                                           WIRE_BYTES, WIRE_VARINT, WIRE_BYTES};
    struct otlp_message *m = &o->otlp.message;
    struct wire_field f = {0};
    struct otlp_slice eleventh = {0}, twelfth = {0};
    bool is_1_8 = false;
    struct otlp_profile p = {.resource = (uint32_t)m->resources.n - 1, .first_sample = (uint32_t)m->samples.n};
    while (w.p < w.end) {
        bool ok = wire_next(&w, &f);
        if (!ok) return false;
        if (f.number >= 1 && f.number <= sizeof types / sizeof *types && f.type != types[f.number - 1]) {
            o->is_old = true;
            return false;
        }
        switch (f.number) {
        case 1: ok = read_type(f.bytes, &p.type); break;
        case 2: ok = read_sample(o, f.bytes); break;
        case 3: memcpy(&p.time, w.p - sizeof p.time, sizeof p.time); break;
        case 4: p.duration = (int64_t)f.value; break;
        case 5: ok = read_type(f.bytes, &p.period_type); break;
        case 6: p.period = (int64_t)f.value; break;
        case 8: is_1_8 |= f.type == WIRE_BYTES; break;
        case 11:
            /* of 1.8 this is a payload, which is no list of numbers */
            ok = read_indices(m, &f, &eleventh) || is_1_8;
            break;
        case 12: ok = read_indices(m, &f, &twelfth); break;
        default: break;
        }
        if (!ok) return false;
    }
    p.attributes = is_1_8 || twelfth.n ? twelfth : eleventh;
    p.n_samples = (uint32_t)m->samples.n - p.first_sample;
    *VEC_PUSH(&m->arena, &m->profiles) = p;
    return true;
}

static bool read_scope(struct otlp_wire *o, struct wire w) {
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number == 2 && f.type == WIRE_BYTES && !read_profile(o, f.bytes)) return false;
    }
    return true;
}

static bool read_resource(struct otlp_wire *o, struct wire w) {
    struct otlp_message *m = &o->otlp.message;
    struct otlp_resource *r = &m->resources.at[m->resources.n - 1];
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number != 1 || f.type != WIRE_BYTES) continue;
        if (!read_attribute(f.bytes, false, VEC_PUSH(&m->arena, &r->attributes))) return false;
    }
    return true;
}

static bool read_resource_profiles(struct otlp_wire *o, struct wire w) {
    struct otlp_message *m = &o->otlp.message;
    struct wire_field f = {0};
    *VEC_PUSH(&m->arena, &m->resources) = (struct otlp_resource){0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.type != WIRE_BYTES) continue;
        if (f.number == 1 && !read_resource(o, f.bytes)) return false;
        if (f.number == 2 && !read_scope(o, f.bytes)) return false;
    }
    return true;
}

static bool read_message(struct otlp_wire *o, struct wire w, struct err *e) {
    struct wire_field f = {0};
    bool ok = true, has_dictionary = false;
    find_layout(o, w);
    while (ok && w.p < w.end) {
        ok = wire_next(&w, &f);
        if (!ok || f.type != WIRE_BYTES) continue;
        if (f.number == 1) ok = read_resource_profiles(o, f.bytes);
        if (f.number == 2) ok = read_dictionary(&o->otlp.message, f.bytes);
        has_dictionary |= f.number == 2;
    }
    if (o->is_old || (ok && !has_dictionary && o->otlp.message.samples.n))
        return err_set(e, "it is OTLP in a layout before 1.8 of its protocol: write it with a newer collector");
    if (!ok) return err_set(e, "an OTLP message is damaged or cut off");
    return otlp_add_message(&o->otlp, e);
}

/* The length of the next message in a stream. */
static uint32_t read_length(str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

enum { LENGTH = 4 };

/* Tells a dictionary from a sample of profile.proto: it has fields that samples do not have, or some of them often. */
static enum sniff sniff_dictionary(struct wire w, bool is_cut) {
    struct wire_field f = {0};
    uint64_t size;
    int n_tables = 0;
    while (w.p < w.end && wire_extent(w, &size) == WIRE_WHOLE && wire_next(&w, &f)) {
        if (f.type != WIRE_BYTES || f.number < 1 || f.number > 7) return SNIFF_NO;
        if (f.number >= 4) return SNIFF_YES;
        n_tables += f.number <= 2;
    }
    return is_cut && n_tables > 4 ? SNIFF_YES : SNIFF_NO;
}

static enum sniff sniff_message(struct wire w, bool is_all) {
    struct wire_field f = {0};
    uint64_t size;
    while (w.p < w.end) {
        struct wire inner = w;
        uint64_t tag, n;
        enum wire_extent extent = wire_extent(w, &size);
        if (!wire_varint(&inner, &tag)) return is_all ? SNIFF_NO : SNIFF_MORE;
        if (tag != (1 << 3 | WIRE_BYTES) && tag != (2 << 3 | WIRE_BYTES)) return SNIFF_NO;
        if (!wire_varint(&inner, &n) || (n && inner.p == inner.end)) return is_all ? SNIFF_NO : SNIFF_MORE;
        if (extent == WIRE_BROKEN) return SNIFF_NO;
        if (n < (uint64_t)(inner.end - inner.p)) inner.end = inner.p + n;
        if (tag >> 3 == 2) return sniff_dictionary(inner, extent != WIRE_WHOLE);
        /* its content has a length, too: a value type of profile.proto has two numbers */
        if (n) return *inner.p == 0x0a || *inner.p == 0x12 || *inner.p == 0x1a ? SNIFF_YES : SNIFF_NO;
        if (!wire_next(&w, &f)) return SNIFF_NO;
    }
    return SNIFF_NO;
}

enum sniff sniff_otlp(str start, bool is_all) {
    bool is_stream = start.len > LENGTH && start.ptr[0] == 0 && read_length(start) > 0;
    if (is_stream) start = str_from_offset(start, LENGTH);
    return sniff_message((struct wire){(const uint8_t *)start.ptr, (const uint8_t *)start.ptr + start.len}, is_all);
}

/* Messages of a stream that cannot be read may be skipped, a single one may not. */
static bool read_messages(struct otlp_wire *o, str bytes, struct err *e) {
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    if (!bytes.len || bytes.ptr[0]) return read_message(o, (struct wire){p, p + bytes.len}, e);
    for (int n = 1; bytes.len; n++) {
        uint32_t length = bytes.len < LENGTH ? 0 : read_length(bytes);
        if (bytes.len < LENGTH || length > bytes.len - LENGTH) {
            err_set(e, "message %d of the stream is cut off", n);
            return format_skip(o->otlp.options, "message", e);
        }
        p = (const uint8_t *)bytes.ptr + LENGTH;
        if (!read_message(o, (struct wire){p, p + length}, e)) {
            err_prepend(e, "message %d of the stream: ", n);
            otlp_drop_message(&o->otlp);
            o->is_old = false;
            if (!format_skip(o->otlp.options, "message", e)) return false;
        }
        bytes = str_from_offset(bytes, LENGTH + (size_t)length);
    }
    return true;
}

enum format_verdict decode_otlp(struct format_input *in, struct profile *out, struct err *e) {
    struct otlp_wire o = {0};
    if (sniff_otlp(in->bytes, true) != SNIFF_YES) return FORMAT_UNRECOGNIZED;
    otlp_init(&o.otlp, in->arena, in->options);
    bool ok = read_messages(&o, in->bytes, e) && otlp_finish(&o.otlp, out, e);
    otlp_release(&o.otlp);
    return ok ? FORMAT_OK : FORMAT_BROKEN;
}
