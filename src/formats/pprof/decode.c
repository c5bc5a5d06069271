/* profile.proto -> columns. The bytes are read once, piece by piece, while more are being unpacked: samples go straight
 * into columns (samples.c), rows of tables keep the ids of the file (tables.c), and at the end all references are
 * looked up and checked. */
#include <inttypes.h>
#include <string.h>

#include "base/tuning.h"
#include "formats/format.h"
#include "formats/pprof/parts.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "varints are read as little-endian words");

struct decode {
    struct arena *arena; /* of the profile */
    uint64_t size;       /* estimated size of the input; 0: unknown */
    bool *missed_stacks; /* as in struct load_options */
    bool narrow;         /* the same */
    struct decode_tables tables;
    struct decode_samples samples;
    bool sampling;    /* there was a sample; its number of values is the number of columns */
    uint64_t n_first; /* values of the first sample */
    bool malformed, concatenated, too_many;
    struct arena carry_arena;
    VEC(uint8_t) carry; /* the incomplete field at the end of the last piece */
};

/* The number of values of a sample; any number if it is malformed. */
static uint64_t count_values(struct wire message) {
    struct wire_field f = {0};
    uint64_t n = 0, ignored;
    while (message.p < message.end && wire_next(&message, &f)) {
        if (f.number != DECODE_SAMPLE_VALUE) continue;
        if (f.type == WIRE_VARINT) n++;
        for (; f.type == WIRE_BYTES && f.bytes.p < f.bytes.end && wire_varint(&f.bytes, &ignored);) n++;
    }
    return n;
}

static void init_samples(struct decode *d, uint32_t n_types, uint64_t size) {
    decode_samples_init(&d->samples, d->arena, n_types, size);
    decode_stacks_init(&d->samples.stacks, d->narrow, size);
    d->samples.stacks.skipping = d->missed_stacks;
    d->sampling = true;
}

/* Types may follow the samples, so the first sample decides the number of columns; if the number of types is another
 * one, the profile is rejected at the end. A hostile sample could ask for too many columns: types that come late are at
 * most LATE_MOST. */
static void start_sampling(struct decode *d, struct wire message) {
    enum { LATE_MOST = 1 << 16 };
    d->n_first = count_values(message);
    bool plausible = d->n_first <= LATE_MOST || d->n_first == d->tables.type.n;
    init_samples(d, plausible ? (uint32_t)d->n_first : 0, d->size);
}

static bool take_sample(struct decode *d, struct wire message, const uint8_t *limit) {
    if (!d->sampling) start_sampling(d, message);
    if (d->samples.n >= PROFILE_NONE - 1) {
        d->too_many = true;
        return false;
    }
    return decode_sample(&d->samples, message, limit);
}

static bool take_field(struct decode *d, const struct wire_field *f, const uint8_t *limit) {
    if (f->number == F_SAMPLE) return f->type == WIRE_BYTES && take_sample(d, f->bytes, limit);
    if (f->number == F_TIME && d->tables.seen[F_TIME] && d->tables.scalar[F_TIME] != 0) {
        d->concatenated = true;
        return false;
    }
    return decode_tables_field(&d->tables, f);
}

/* Fast path for runs of samples, locations, functions and strings, which are most of a profile; equivalent to
 * take_field. */
static bool take_messages(struct decode *d, struct wire *w) {
    while (w->end - w->p > 3 && (w->p[0] & 0x87) == WIRE_BYTES) {
        const uint8_t *message = w->p + 2;
        size_t n = w->p[1];
        if (n > 0x7f) {
            if (w->p[2] > 0x7f) break;
            n = (n & 0x7f) | (size_t)w->p[2] << 7;
            message++;
        }
        if (n > (size_t)(w->end - message)) break;
        struct wire bytes = {message, message + n};
        bool ok;
        switch (w->p[0] >> 3) {
        case F_SAMPLE:
            __builtin_prefetch(message + TUNING_DECODE_AHEAD);
            ok = take_sample(d, bytes, w->end);
            break;
        case F_LOCATION: ok = decode_tables_location(&d->tables, bytes); break;
        case F_FUNCTION: ok = decode_tables_function(&d->tables, bytes); break;
        case F_STRING: ok = decode_tables_string(&d->tables, bytes); break;
        default: return true;
        }
        if (!ok) return false;
        w->p = bytes.end;
    }
    return true;
}

static void carry(struct decode *d, const uint8_t *bytes, size_t n) {
    while (d->carry.cap - d->carry.n < n)
        d->carry.at = arena_vec_grow(&d->carry_arena, d->carry.at, &d->carry.cap, sizeof *d->carry.at);
    memcpy(d->carry.at + d->carry.n, bytes, n);
    d->carry.n += n;
}

/* Completes the field at the end of the last piece with the start of this one. */
static bool take_carried(struct decode *d, struct wire *w) {
    struct wire all;
    struct wire_field f;
    uint64_t size;
    for (;;) {
        all = (struct wire){d->carry.at, d->carry.at + d->carry.n};
        enum wire_extent extent = wire_extent(all, &size);
        if (extent == WIRE_BROKEN) return false;
        if (extent == WIRE_WHOLE) break;
        size_t left = (size_t)(w->end - w->p), want = size ? (size_t)size - d->carry.n : 1;
        if (!left) return true;
        if (want > left) want = left;
        carry(d, w->p, want);
        w->p += want;
    }
    d->carry.n = 0;
    if (!wire_next(&all, &f) || !take_field(d, &f, all.end)) return false;
    if (d->sampling) decode_samples_flush(&d->samples);
    return true;
}

static bool walk(struct decode *d, str bytes) {
    struct wire w = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    struct wire_field f = {0};
    uint64_t size;
    if (d->carry.n && !take_carried(d, &w)) return false;
    while (w.p < w.end) {
        if (!take_messages(d, &w)) return false;
        if (w.p == w.end) break;
        switch (wire_extent(w, &size)) {
        case WIRE_BROKEN: return false;
        case WIRE_PART:
            carry(d, w.p, (size_t)(w.end - w.p));
            w.p = w.end;
            break;
        case WIRE_WHOLE:
            if (!wire_next(&w, &f) || !take_field(d, &f, w.end)) return false;
        }
    }
    if (d->sampling) decode_samples_flush(&d->samples);
    return true;
}

static bool has_nil_location(const struct profile *p, stack_id s) {
    for (uint64_t f = p->stack_off[s]; f < p->stack_off[s + 1]; f++)
        if (p->frame[f] == PROFILE_NONE) return true;
    return false;
}

/* pprof's CheckValid: finds the first broken rule, in the order samples, mappings, functions, locations. */
static bool check_valid(const struct decode *d, const struct profile *p, bool nil_location, struct err *e) {
    const struct decode_samples *s = &d->samples;
    bool all_differ = d->sampling && d->n_first != p->n_types;
    uint32_t mismatch = all_differ ? 0 : s->mismatch;
    const struct decode_fault *fault = &d->tables.fault;
    if (p->n_types == 0 && p->n_samples) return err_set(e, "missing sample type information");
    for (uint32_t i = 0; nil_location && i < p->n_samples && i < mismatch; i++)
        if (has_nil_location(p, p->stack_of[i])) return err_set(e, "sample has nil location");
    if (d->sampling && s->n_types != d->n_first && !all_differ)
        return err_set(e, "more than 65536 sample types follow the first sample");
    if (d->sampling && mismatch != PROFILE_NONE)
        return err_set(e, "mismatch: sample has %" PRIu64 " values vs. %" PRIu32 " types",
                       all_differ ? d->n_first : s->n_mismatch, p->n_types);
    if (fault->before) return err_set(e, "%s%" PRIu64 "%s", fault->before, fault->id, fault->after);
    return true;
}

static void finish_labels(struct decode *d, struct profile *p) {
    const struct decode_samples *s = &d->samples;
    struct profile_label *label = ARENA_ARRAY(d->arena, struct profile_label, s->label.n);
    for (size_t i = 0; i < s->label.n; i++) {
        const struct decode_label *l = &s->label.at[i];
        label[i] = (struct profile_label){.key = decode_string_at(&d->tables, l->key),
                                          .value = decode_string_at(&d->tables, l->value),
                                          .numeric = l->value == 0,
                                          .number = l->number};
        if (label[i].numeric) label[i].unit = decode_string_at(&d->tables, l->unit);
    }
    p->label = label;
    p->n_labels = (uint32_t)s->label.n;
}

/* Returns true if the ids of locations are all numbers from 1 to their number. */
static bool has_all_ids(const struct decode_tables *t) {
    return !t->malformed && !t->fault.before && t->location_of.largest == t->location.n;
}

/* Moves the columns of the samples to the profile. */
static bool finish_samples(struct decode *d, struct profile *p, bool *nil_location) {
    struct decode_samples *s = &d->samples;
    if (!d->sampling) {
        d->n_first = d->tables.type.n;
        init_samples(d, (uint32_t)d->n_first, 0);
    }
    decode_samples_seal(s, p);
    finish_labels(d, p);
    if (d->missed_stacks)
        return has_all_ids(&d->tables) && decode_stacks_skipped(d->arena, &s->stacks, p->n_locations, p);
    return decode_stacks_finish(d->arena, &s->stacks, &d->tables.location_of, p, nil_location) && !d->tables.malformed;
}

static enum format_verdict finish(struct decode *d, struct profile *out, struct err *e) {
    *out = (struct profile){0};
    if (d->concatenated) {
        err_set(e, "concatenated profiles detected");
        return FORMAT_BROKEN;
    }
    const struct decode_tables *t = &d->tables;
    if (d->too_many || t->location.n >= PROFILE_NONE || t->function.n >= PROFILE_NONE || t->mapping.n >= PROFILE_NONE ||
        t->string_of.n >= PROFILE_NONE - 1) {
        err_set(e, "too many rows: at most 4294967294 of a kind can be held");
        return FORMAT_BROKEN;
    }
    if (d->malformed || d->carry.n) return FORMAT_UNRECOGNIZED;
    bool nil_location = false;
    decode_tables_finish(&d->tables, out);
    if (d->tables.malformed || !finish_samples(d, out, &nil_location)) return FORMAT_UNRECOGNIZED;
    if (!check_valid(d, out, nil_location, e)) return FORMAT_INVALID;
    out->shown = (struct profile_shown){true, true, true, true, true, true};
    profile_fill_empty(out);
    return FORMAT_OK;
}

/* Returns true if a top-level field may belong to profile.proto. Does not look for errors in it. */
static bool fits_profile(const struct wire_field *f) {
    switch (f->number) {
    case F_SAMPLE_TYPE:
    case F_SAMPLE:
    case F_MAPPING:
    case F_LOCATION:
    case F_FUNCTION:
    case F_STRING:
    case F_PERIOD_TYPE: return f->type == WIRE_BYTES;
    case F_COMMENT: return f->type == WIRE_BYTES || f->type == WIRE_VARINT;
    default: return f->number == 0 || f->number >= F_COUNT || f->type == WIRE_VARINT;
    }
}

/* Returns true for a sample type. It has numbers in fields 1 and 2, where the first messages of other files have
 * messages. */
static bool is_type(struct wire w) {
    struct wire_field f = {0};
    while (w.p < w.end && wire_next(&w, &f))
        if ((f.number == 1 || f.number == 2) && f.type != WIRE_VARINT) return false;
    return w.p == w.end;
}

/* Looks at the first fields, which all must fit a profile. If a sample type is among them, the answer is SNIFF_YES. */
enum sniff sniff_pprof(str start, bool is_all) {
    enum { LOOK = 16 };
    struct wire w = {(const uint8_t *)start.ptr, (const uint8_t *)start.ptr + start.len};
    struct wire_field f = {0};
    uint64_t size;
    bool has_type = false;
    for (int i = 0; i < LOOK && w.p < w.end; i++) {
        enum wire_extent extent = wire_extent(w, &size);
        if (extent == WIRE_BROKEN || (extent == WIRE_PART && is_all)) return SNIFF_NO;
        if (extent == WIRE_PART) break;
        if (!wire_next(&w, &f) || !fits_profile(&f)) return SNIFF_NO;
        if (f.number != F_SAMPLE_TYPE && f.number != F_PERIOD_TYPE) continue;
        if (!is_type(f.bytes)) return SNIFF_NO;
        has_type = true;
    }
    return has_type ? SNIFF_YES : SNIFF_MAYBE;
}

enum format_verdict decode_pprof(struct format_input *in, struct profile *out, struct err *e) {
    struct decode d = {.arena = in->arena, .size = in->size};
    if (in->options) {
        d.missed_stacks = in->options->missed_stacks;
        d.narrow = in->options->narrow;
    }
    str piece;
    decode_tables_init(&d.tables, in->arena);
    d.tables.input_outlives = !in->next;
    decode_tables_expect(&d.tables, in->size);
    while (!d.malformed && format_next(in, &piece)) d.malformed = !walk(&d, piece);
    enum format_verdict verdict = finish(&d, out, e);
    if (verdict != FORMAT_OK && d.missed_stacks) *d.missed_stacks = true;
    decode_tables_release(&d.tables);
    if (d.sampling) decode_samples_release(&d.samples);
    arena_release(&d.carry_arena);
    return verdict;
}
