/* profile.proto -> columns. The top level is walked once, keeping views of its messages; then the samples are
 * read on all threads (decode_samples.c) while one part decodes the tables (decode_tables.c), and everything
 * is checked and put together. */
#include <inttypes.h>
#include <string.h>

#include "base/task.h"
#include "load/decode_pprof.h"
#include "load/load.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "short_varint reads little-endian words");

enum { SPAN_SAMPLES = 4096, SPANS_WORTH_SHARING = 4 };

static void add_sample(struct decoder *d, const uint8_t *start, struct wire message, const uint8_t *end) {
    d->sample_bytes += (uint64_t)(message.end - message.p);
    uint32_t number = (uint32_t)d->n_samples++;
    struct decode_span *s = d->spans.n ? &d->spans.at[d->spans.n - 1] : NULL;
    if (!s || s->count == SPAN_SAMPLES) {
        s = VEC_PUSH(&d->scratch, &d->spans);
        *s = (struct decode_span){.bytes.p = start, .first = number};
    }
    s->count++;
    s->bytes.end = end;
}

/* pprof's rule: entry 0 must be empty, looked at after each entry. */
static bool add_string(struct decoder *d, struct wire bytes) {
    *VEC_PUSH(&d->scratch, &d->strings) = (str){(const char *)bytes.p, (size_t)(bytes.end - bytes.p)};
    return d->strings.at[0].len == 0;
}

static bool add_comments(struct decoder *d, const struct wire_field *f) {
    if (f->type == WIRE_VARINT) {
        *VEC_PUSH(&d->scratch, &d->comments) = f->value;
        return true;
    }
    if (f->type != WIRE_BYTES) return false;
    struct wire run = f->bytes;
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        *VEC_PUSH(&d->scratch, &d->comments) = v;
    }
    return true;
}

static bool add_field(struct decoder *d, const struct wire_field *f, const uint8_t *start, const uint8_t *end) {
    bool is_message = f->type == WIRE_BYTES;
    switch (f->number) {
    case F_SAMPLE_TYPE: *VEC_PUSH(&d->scratch, &d->types) = f->bytes; return is_message;
    case F_SAMPLE:
        if (is_message) add_sample(d, start, f->bytes, end);
        return is_message;
    case F_MAPPING: *VEC_PUSH(&d->scratch, &d->mappings) = f->bytes; return is_message;
    case F_LOCATION: *VEC_PUSH(&d->scratch, &d->locations) = f->bytes; return is_message;
    case F_FUNCTION: *VEC_PUSH(&d->scratch, &d->functions) = f->bytes; return is_message;
    case F_STRING: return is_message && add_string(d, f->bytes);
    case F_COMMENT: return add_comments(d, f);
    case F_PERIOD_TYPE:
        d->last[F_PERIOD_TYPE] = *f;
        d->seen[F_PERIOD_TYPE] = true;
        return is_message;
    case F_TIME:
        if (d->seen[F_TIME] && d->last[F_TIME].value != 0) {
            d->concatenated = true;
            return true;
        }
        break;
    default: break;
    }
    if (f->number == 0 || f->number >= F_COUNT) return true;
    d->last[f->number] = *f;
    d->seen[f->number] = true;
    return f->type == WIRE_VARINT;
}

/* Runs of samples, most of a large profile: the same as add_field does, without looking at what cannot be. */
static void walk_samples(struct decoder *d, struct wire *w) {
    enum { TAG = F_SAMPLE << 3 | WIRE_BYTES, AHEAD = 1024 };
    while (w->end - w->p > AHEAD && w->p[0] == TAG) {
        const uint8_t *start = w->p, *message = start + 2;
        size_t n = start[1];
        if (n > 0x7f) {
            if (start[2] > 0x7f) return;
            n = (n & 0x7f) | (size_t)start[2] << 7;
            message++;
        }
        if (n > (size_t)(w->end - message)) return;
        __builtin_prefetch(start + AHEAD);
        w->p = message + n;
        add_sample(d, start, (struct wire){message, w->p}, w->p);
    }
}

static bool walk(struct decoder *d, str bytes) {
    struct wire w = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    struct wire_field f = {0};
    while (w.p < w.end && !d->concatenated) {
        walk_samples(d, &w);
        const uint8_t *start = w.p;
        if (!wire_next(&w, &f)) return false;
        if (f.type != WIRE_BYTES) f.bytes = (struct wire){NULL, NULL};
        if (!add_field(d, &f, start, w.p)) return false;
    }
    return true;
}

/* --- samples ------------------------------------------------------------------------------------------- */

static void prepare_columns(struct decoder *d) {
    struct decode_columns *c = &d->columns;
    uint32_t n = (uint32_t)d->n_samples;
    c->n_samples = n;
    c->n_types = (uint32_t)d->types.n;
    /* a value takes a byte at least: with fewer bytes than values a sample must lack some, and no memory is
     * spent on columns that cannot be filled */
    c->store_values = d->sample_bytes / (c->n_types ? c->n_types : 1) >= n;
    c->value = ARENA_ZERO(d->arena, int64_t *, c->n_types);
    for (uint32_t t = 0; t < c->n_types && c->store_values; t++) c->value[t] = ARENA_ARRAY(d->arena, int64_t, n);
    c->stack_of = ARENA_ARRAY(d->arena, stack_id, n);
    c->label_count = ARENA_ARRAY(d->arena, uint32_t, (size_t)n + 1);
    c->key = ARENA_ARRAY(&d->scratch, struct decode_key, n);
}

static void prepare_parts(struct decoder *d) {
    uint32_t n_spans = (uint32_t)d->spans.n;
    uint32_t n = n_spans < SPANS_WORTH_SHARING ? 1 : (uint32_t)task_threads();
    d->n_parts = n;
    d->part = ARENA_ZERO(&d->scratch, struct decode_part, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = (uint32_t)((uint64_t)n_spans * i / n), to = (uint32_t)((uint64_t)n_spans * (i + 1) / n);
        if (from == to) continue;
        d->part[i].span = &d->spans.at[from];
        d->part[i].n_spans = to - from;
        d->part[i].first = d->spans.at[from].first;
        for (uint32_t s = from; s < to; s++) d->part[i].count += d->spans.at[s].count;
    }
}

static void run_part(void *context, int part) {
    struct decoder *d = context;
    /* the tables come first: they take longest of all small profiles' parts */
    if (part == 0)
        decode_tables(d);
    else
        decode_samples_part(&d->part[part - 1], &d->columns);
}

static bool read_label(struct decoder *d, str bytes, struct profile_label *out, bool *vanishes) {
    struct wire w = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    int64_t field[5] = {0};
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        if (f.number < 1 || f.number > 4) continue;
        if (f.type != WIRE_VARINT) return false;
        field[f.number] = (int64_t)f.value;
    }
    *out = (struct profile_label){.key = decode_string_at(d, field[1])};
    *vanishes = false;
    if (field[2]) {
        out->value = decode_string_at(d, field[2]);
    } else if (field[3] || field[4]) {
        out->numeric = true;
        out->number = field[3];
        out->unit = decode_string_at(d, field[4]);
    } else {
        *vanishes = true;
    }
    return true;
}

/* Joins the parts' labels: distinct ones numbered in the order of first use, and label_off from the counts. */
static void join_labels(struct decoder *d) {
    struct intern all = {.arena = &d->scratch};
    VEC(struct profile_label) table = {0};
    VEC(label_id) number = {0}; /* id in `all` -> label_id, PROFILE_NONE: the label says nothing and vanishes */
    uint64_t n_refs = 0;
    for (uint32_t i = 0; i < d->n_parts; i++) n_refs += d->part[i].label_ref.n;
    if (n_refs >= PROFILE_NONE) {
        d->malformed = true;
        return;
    }
    label_id *ref = ARENA_ARRAY(d->arena, label_id, n_refs);
    uint32_t *off = d->columns.label_count;
    uint32_t at = 0;
    for (uint32_t i = 0; i < d->n_parts; i++) {
        struct decode_part *part = &d->part[i];
        label_id *here = ARENA_ARRAY(&d->scratch, label_id, part->labels.n);
        for (uint32_t l = 0; l < part->labels.n; l++) {
            uint32_t id = intern_id(&all, part->labels.key[l]);
            if (id == number.n) {
                struct profile_label label;
                bool vanishes;
                if (!read_label(d, part->labels.key[l], &label, &vanishes)) {
                    d->malformed = true;
                    return;
                }
                *VEC_PUSH(&d->scratch, &number) = vanishes ? PROFILE_NONE : (label_id)table.n;
                if (!vanishes) *VEC_PUSH(d->arena, &table) = label;
            }
            here[l] = number.at[id];
        }
        size_t next = 0;
        for (uint32_t s = part->first; s < part->first + part->count; s++) {
            uint32_t count = off[s];
            off[s] = at;
            for (uint32_t k = 0; k < count; k++) {
                label_id id = here[part->label_ref.at[next++]];
                if (id != PROFILE_NONE) ref[at++] = id;
            }
        }
    }
    off[d->columns.n_samples] = at;
    d->out->label = table.at;
    d->out->n_labels = (uint32_t)table.n;
    d->out->label_ref = ref;
    d->out->label_off = off;
}

/* Every varint ends in a byte without the top bit. */
static uint64_t count_varints(str key) {
    uint64_t n = 0, eight;
    size_t i = 0;
    for (; i + sizeof eight <= key.len; i += sizeof eight) {
        memcpy(&eight, key.ptr + i, sizeof eight);
        n += (uint64_t)__builtin_popcountll(~eight & 0x8080808080808080u);
    }
    for (; i < key.len; i++) n += (uint8_t)key.ptr[i] < 0x80;
    return n;
}

/* A varint of up to three bytes without a branch on its length, which is what a processor cannot guess here.
 * Needs four readable bytes; false when it is longer. */
static inline bool short_varint(const uint8_t **p, uint64_t *out) {
    uint32_t x;
    memcpy(&x, *p, sizeof x);
    uint32_t ends = ~x & 0x808080;
    if (!ends) return false;
    unsigned bits = (unsigned)__builtin_ctz(ends) + 1; /* of the bytes it has: 8, 16 or 24 */
    x &= (1u << bits) - 1;
    *out = (x & 0x7f) | (x >> 1 & 0x3f80) | (x >> 2 & 0x1fc000);
    *p += bits / 8;
    return true;
}

struct stack_job {
    const str *key;
    const uint64_t *off;
    loc_id *frame;
    uint32_t n_stacks, n_parts;
    const struct decode_ids *location_of;
    struct stack_verdict {
        bool malformed, nil_location;
    } * verdict;
};

static void decode_stacks_part(void *context, int part) {
    struct stack_job *j = context;
    uint32_t from = (uint32_t)((uint64_t)j->n_stacks * (unsigned)part / j->n_parts);
    uint32_t to = (uint32_t)((uint64_t)j->n_stacks * ((unsigned)part + 1) / j->n_parts);
    for (uint32_t s = from; s < to; s++) {
        if (j->key[s].len == 0) continue;
        struct wire w = {(const uint8_t *)j->key[s].ptr, (const uint8_t *)j->key[s].ptr + j->key[s].len};
        loc_id *f = j->frame + j->off[s];
        uint64_t id;
        while (w.p < w.end) {
            bool is_short = w.end - w.p >= 4 && short_varint(&w.p, &id);
            if (!is_short && !wire_varint(&w, &id)) {
                j->verdict[part].malformed = true;
                return;
            }
            *f = decode_find(j->location_of, id);
            if (*f++ == PROFILE_NONE) j->verdict[part].nil_location = true;
        }
    }
}

/* Decodes the distinct location lists. *nil_location: some list names a location that is not there. */
static void make_stacks(struct decoder *d, bool *nil_location) {
    str *key;
    uint32_t n;
    decode_stacks_number(&d->scratch, &d->columns, &key, &n);
    uint64_t *off = ARENA_ARRAY(d->arena, uint64_t, (size_t)n + 1);
    uint64_t at = 0;
    for (uint32_t s = 0; s < n; s++) {
        off[s] = at;
        at += count_varints(key[s]);
    }
    off[n] = at;
    loc_id *frame = ARENA_ARRAY(d->arena, loc_id, at);
    enum { WORTH_SHARING = 20000 };
    struct stack_job job = {.key = key,
                            .off = off,
                            .frame = frame,
                            .n_stacks = n,
                            .n_parts = n < WORTH_SHARING ? 1 : (uint32_t)task_threads(),
                            .location_of = &d->location_of};
    job.verdict = ARENA_ZERO(&d->scratch, struct stack_verdict, job.n_parts);
    task_run((int)job.n_parts, decode_stacks_part, &job);
    for (uint32_t i = 0; i < job.n_parts; i++) {
        d->malformed |= job.verdict[i].malformed;
        *nil_location |= job.verdict[i].nil_location;
    }
    d->out->n_stacks = n;
    d->out->stack_off = off;
    d->out->frame = frame;
}

static bool has_nil_location(const struct profile *p, stack_id s) {
    for (uint64_t f = p->stack_off[s]; f < p->stack_off[s + 1]; f++)
        if (p->frame[f] == PROFILE_NONE) return true;
    return false;
}

/* pprof's CheckValid: the first broken rule, samples first, then mappings, functions, locations. */
static bool check_valid(const struct decoder *d, bool nil_location, struct err *e) {
    const struct decode_columns *c = &d->columns;
    if (c->n_types == 0 && c->n_samples) return err_set(e, "missing sample type information");
    uint32_t mismatch = PROFILE_NONE;
    uint64_t n_values = 0;
    for (uint32_t i = 0; i < d->n_parts && mismatch == PROFILE_NONE; i++) {
        mismatch = d->part[i].mismatch;
        n_values = d->part[i].n_mismatch;
    }
    for (uint32_t s = 0; nil_location && s < c->n_samples && s < mismatch; s++)
        if (has_nil_location(d->out, c->stack_of[s])) return err_set(e, "sample has nil location");
    if (mismatch != PROFILE_NONE)
        return err_set(e, "mismatch: sample has %" PRIu64 " values vs. %" PRIu32 " types", n_values, c->n_types);
    if (d->fault.before) return err_set(e, "%s%" PRIu64 "%s", d->fault.before, d->fault.id, d->fault.after);
    return true;
}

static enum load_verdict decode(struct decoder *d, str bytes, struct err *e) {
    static const char too_many[] = "too many rows: at most 4294967294 of a kind can be held";
    if (!walk(d, bytes)) return LOAD_UNRECOGNIZED;
    if (d->concatenated) {
        err_set(e, "parsing profile: concatenated profiles detected");
        return LOAD_BROKEN;
    }
    if (d->n_samples >= PROFILE_NONE || d->locations.n >= PROFILE_NONE || d->functions.n >= PROFILE_NONE ||
        d->strings.n >= PROFILE_NONE - 1) {
        err_set(e, "%s", too_many);
        return LOAD_BROKEN;
    }
    prepare_columns(d);
    prepare_parts(d);
    if (d->n_parts == 1) {
        /* a small profile is done before a thread has started */
        run_part(d, 0);
        run_part(d, 1);
    } else {
        task_run((int)d->n_parts + 1, run_part, d);
    }
    for (uint32_t i = 0; i < d->n_parts; i++) d->malformed |= d->part[i].malformed;
    bool nil_location = false;
    if (!d->malformed) make_stacks(d, &nil_location);
    if (!d->malformed) join_labels(d);
    if (d->malformed) return LOAD_UNRECOGNIZED;
    if (!check_valid(d, nil_location, e)) {
        err_prepend(e, "malformed profile: ");
        return LOAD_BROKEN;
    }
    struct profile *p = d->out;
    p->n_samples = p->n_rows = d->columns.n_samples;
    p->value = (const int64_t *const *)d->columns.value;
    p->stack_of = d->columns.stack_of;
    p->shown = (struct profile_shown){true, true, true, true, true, true};
    return LOAD_OK;
}

enum load_verdict decode_pprof(struct arena *a, str bytes, struct profile *out, struct err *e) {
    *out = (struct profile){0};
    struct decoder d = {.arena = a, .out = out};
    enum load_verdict verdict = decode(&d, bytes, e);
    for (uint32_t i = 0; i < d.n_parts; i++) arena_release(&d.part[i].arena);
    arena_release(&d.scratch);
    return verdict;
}
