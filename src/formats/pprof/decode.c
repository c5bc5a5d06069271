/* profile.proto -> columns. The bytes are read once, piece by piece, while more are being unpacked: samples go straight
 * into columns (samples.c), the tables are kept as they stand (tables.c), and at the end what refers to
 * each other is looked up, checked and put together. */
#include <inttypes.h>
#include <string.h>

#include "base/tuning.h"
#include "formats/load.h"
#include "formats/pprof/decode.h"
#include "formats/pprof/parts.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "varints are read as little-endian words");

struct decode {
    struct arena *arena; /* of the profile */
    struct decode_tables tables;
    struct decode_samples samples;
    bool sampling;   /* there was a sample: the number of types is settled */
    int64_t n_types; /* told beforehand; -1: those in front of the first sample are all */
    bool late_types; /* they were not */
    bool malformed, concatenated, too_many;
    struct arena carry_arena;
    VEC(uint8_t) carry; /* the part of a field that was at the end of the last piece */
};

struct decode *decode_new(struct arena *a, int64_t n_types) {
    struct decode *d = ARENA_NEW(a, struct decode);
    d->arena = a;
    d->n_types = n_types;
    decode_tables_init(&d->tables, a);
    return d;
}

void decode_expect(struct decode *d, size_t size) { decode_tables_expect(&d->tables, size); }

void decode_release(struct decode *d) {
    decode_tables_release(&d->tables);
    if (d->sampling) decode_samples_release(&d->samples);
    arena_release(&d->carry_arena);
}

/* --- the walk over the top level ---------------------------------------------------------------------------------- */

static bool take_sample(struct decode *d, struct wire message, const uint8_t *limit) {
    if (!d->sampling) {
        size_t n = d->n_types < 0 ? d->tables.type.n : (size_t)d->n_types;
        decode_samples_init(&d->samples, d->arena, (uint32_t)n);
        d->sampling = true;
    }
    if (d->samples.n >= PROFILE_NONE - 1) {
        d->too_many = true;
        return false;
    }
    return decode_sample(&d->samples, message, limit);
}

static bool take_field(struct decode *d, const struct wire_field *f, const uint8_t *limit) {
    if (f->number == F_SAMPLE) return f->type == WIRE_BYTES && take_sample(d, f->bytes, limit);
    if (f->number == F_SAMPLE_TYPE && d->sampling && d->n_types < 0) {
        d->late_types = true;
        return false;
    }
    if (f->number == F_TIME && d->tables.seen[F_TIME] && d->tables.scalar[F_TIME] != 0) {
        d->concatenated = true;
        return false;
    }
    return decode_tables_field(&d->tables, f);
}

/* Runs of what most of a profile is: the same as take_field does, without looking at what cannot be. */
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

/* Completes the field that the last piece ended in, from the start of this one. */
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
    if (d->sampling) decode_samples_settle(&d->samples);
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
    if (d->sampling) decode_samples_settle(&d->samples);
    return true;
}

bool decode_feed(struct decode *d, str bytes) {
    if (!d->malformed && !walk(d, bytes)) d->malformed = true;
    return !d->malformed;
}

/* --- the end --------------------------------------------------------------------------------------------------------
 */

static bool has_nil_location(const struct profile *p, stack_id s) {
    for (uint64_t f = p->stack_off[s]; f < p->stack_off[s + 1]; f++)
        if (p->frame[f] == PROFILE_NONE) return true;
    return false;
}

/* pprof's CheckValid: the first broken rule, samples first, then mappings, functions, locations. */
static bool check_valid(const struct decode *d, const struct profile *p, bool nil_location, struct err *e) {
    const struct decode_samples *s = &d->samples;
    const struct decode_fault *fault = &d->tables.fault;
    if (p->n_types == 0 && p->n_samples) return err_set(e, "missing sample type information");
    for (uint32_t i = 0; nil_location && i < p->n_samples && i < s->mismatch; i++)
        if (has_nil_location(p, p->stack_of[i])) return err_set(e, "sample has nil location");
    if (d->sampling && s->mismatch != PROFILE_NONE)
        return err_set(e, "mismatch: sample has %" PRIu64 " values vs. %" PRIu32 " types", s->n_mismatch, p->n_types);
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

/* The samples' columns become the profile's. */
static bool finish_samples(struct decode *d, struct profile *p, bool *nil_location) {
    struct decode_samples *s = &d->samples;
    if (!d->sampling) decode_samples_init(s, d->arena, (uint32_t)d->tables.type.n);
    d->sampling = true;
    decode_samples_seal(s, p);
    finish_labels(d, p);
    return decode_stacks_finish(d->arena, &s->stacks, &d->tables.location_of, p, nil_location) && !d->tables.malformed;
}

enum load_verdict decode_finish(struct decode *d, struct profile *out, struct err *e) {
    static const char too_many[] = "too many rows: at most 4294967294 of a kind can be held";
    *out = (struct profile){0};
    if (d->concatenated) {
        err_set(e, "parsing profile: concatenated profiles detected");
        return LOAD_BROKEN;
    }
    const struct decode_tables *t = &d->tables;
    if (d->too_many || t->location.n >= PROFILE_NONE || t->function.n >= PROFILE_NONE || t->mapping.n >= PROFILE_NONE ||
        t->string_of.n >= PROFILE_NONE - 1) {
        err_set(e, "%s", too_many);
        return LOAD_BROKEN;
    }
    if (d->malformed || d->carry.n) return LOAD_UNRECOGNIZED;
    bool nil_location = false;
    decode_tables_finish(&d->tables, out);
    if (d->tables.malformed || !finish_samples(d, out, &nil_location)) return LOAD_UNRECOGNIZED;
    if (!check_valid(d, out, nil_location, e)) {
        err_prepend(e, "malformed profile: ");
        return LOAD_BROKEN;
    }
    out->shown = (struct profile_shown){true, true, true, true, true, true};
    return LOAD_OK;
}

/* --- all at once
 * ------------------------------------------------------------------------------------------------------ */

static int64_t count_types(str bytes) {
    struct wire w = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    struct wire_field f;
    int64_t n = 0;
    while (w.p < w.end && wire_next(&w, &f)) n += f.number == F_SAMPLE_TYPE;
    return n;
}

static struct decode *decode_all(struct arena *a, str bytes, int64_t n_types) {
    struct decode *d = decode_new(a, n_types);
    d->tables.bytes_stay = true;
    decode_expect(d, bytes.len);
    decode_feed(d, bytes);
    return d;
}

enum load_verdict decode_pprof(struct arena *a, str bytes, struct profile *out, struct err *e) {
    struct decode *d = decode_all(a, bytes, -1);
    if (d->late_types) {
        decode_release(d);
        d = decode_all(a, bytes, count_types(bytes));
    }
    enum load_verdict verdict = decode_finish(d, out, e);
    decode_release(d);
    return verdict;
}
