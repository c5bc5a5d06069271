/* Decodes sample messages straight into columns. */
#include <string.h>

#include "base/tuning.h"
#include "formats/pprof/parts.h"
#include "formats/pprof/varints.h"

enum { FIELD_LOCATION = 1, FIELD_VALUE = DECODE_SAMPLE_VALUE, FIELD_LABEL = 3, FIRST_SAMPLES = 8, FEW_TYPES = 8 };
#define TAG(field) ((field) << 3 | WIRE_BYTES)

/* Short columns share an arena: a profile may declare thousands of value types and have few samples. */
static void grow_column(struct decode_samples *s, struct decode_column *c, size_t item_size, uint32_t cap) {
    size_t old_size = s->cap * item_size, size = cap * item_size;
    void *old = c->at;
    if (c->arena.block || size < TUNING_COLUMN_OWN_ARENA_FROM) {
        c->at = arena_grow(c->arena.block ? &c->arena : s->arena, old, old_size, size);
    } else {
        c->at = arena_guess(&c->arena, cap, item_size);
        if (old_size) memcpy(c->at, old, old_size);
    }
}

static void grow_columns(struct decode_samples *s) {
    uint32_t cap = s->cap ? s->cap > UINT32_MAX / 2 ? UINT32_MAX : s->cap * 2 : s->first_cap;
    decode_samples_flush(s);
    /* a value takes at least a byte, so while no sample lacks values, memory is bounded by the input, for any number of
     * types */
    for (uint32_t t = 0; t < s->n_types && s->mismatch == PROFILE_NONE; t++)
        grow_column(s, &s->value[t], sizeof(int64_t), cap);
    grow_column(s, &s->stack_of, sizeof(stack_id), cap);
    grow_column(s, &s->label_off, sizeof(uint32_t), cap);
    s->cap = cap;
}

void decode_samples_init(struct decode_samples *s, struct arena *a, uint32_t n_types, uint64_t size) {
    *s = (struct decode_samples){.arena = a, .n_types = n_types, .mismatch = PROFILE_NONE};
    uint64_t samples = n_types <= FEW_TYPES ? size / TUNING_BYTES_PER_SAMPLE : 0;
    if (samples > TUNING_SAMPLES_EXPECTED_MOST) samples = TUNING_SAMPLES_EXPECTED_MOST;
    s->first_cap = samples > FIRST_SAMPLES ? (uint32_t)samples : FIRST_SAMPLES;
    s->value = ARENA_ZERO(a, struct decode_column, n_types);
    s->label_bytes = (struct intern){.arena = a, .copy = true};
    s->recent = ARENA_ZERO(a, struct decode_recent, 1 << DECODE_RECENT_BITS);
}

void decode_samples_release(struct decode_samples *s) {
    for (uint32_t t = 0; t < s->n_types; t++) arena_release(&s->value[t].arena);
    arena_release(&s->stack_of.arena);
    arena_release(&s->label_off.arena);
    arena_release(&s->label_ref_arena);
    arena_release(&s->repacked);
    decode_stacks_release(&s->stacks);
}

void decode_samples_flush(struct decode_samples *s) {
    decode_stacks_flush(&s->stacks);
    arena_release(&s->repacked);
}

/* A sample that is being decoded. */
struct sample_state {
    struct wire locations; /* the first packed run */
    bool repacked;
    VEC(uint8_t) repack; /* all location ids of the sample, encoded as one packed run */
    uint64_t n_values;
};

static void repack_add(struct arena *a, struct sample_state *st, uint64_t v) {
    for (; v > 0x7f; v >>= 7) *VEC_PUSH(a, &st->repack) = (uint8_t)(v | 0x80);
    *VEC_PUSH(a, &st->repack) = (uint8_t)v;
}

static bool repack_run(struct arena *a, struct sample_state *st, struct wire run) {
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        repack_add(a, st, v);
    }
    return true;
}

static bool add_locations(struct decode_samples *s, struct sample_state *st, const struct wire_field *f) {
    if (f->type == WIRE_BYTES && !st->repacked && !st->locations.p) {
        st->locations = f->bytes;
        return true;
    }
    if (!st->repacked) {
        st->repacked = true;
        if (st->locations.p && !repack_run(&s->repacked, st, st->locations)) return false;
    }
    if (f->type == WIRE_BYTES) return repack_run(&s->repacked, st, f->bytes);
    if (f->type != WIRE_VARINT) return false;
    repack_add(&s->repacked, st, f->value);
    return true;
}

static inline void put_value(const struct decode_samples *s, struct sample_state *st, uint64_t v) {
    if (st->n_values < s->n_types && s->mismatch == PROFILE_NONE)
        ((int64_t *)s->value[st->n_values].at)[s->n] = (int64_t)v;
    st->n_values++;
}

static inline bool add_values(const struct decode_samples *s, struct sample_state *st, struct wire run) {
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        put_value(s, st, v);
    }
    return true;
}

static bool read_label(str bytes, struct decode_label *out) {
    struct wire w = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len};
    uint64_t number[5] = {0};
    if (!wire_numbers(w, number, 4)) return false;
    *out = (struct decode_label){.key = (int64_t)number[1], .value = (int64_t)number[2]};
    if (!out->value) {
        out->number = (int64_t)number[3];
        out->unit = (int64_t)number[4];
    }
    return true;
}

static bool find_new_label(struct decode_samples *s, str bytes, label_id *out) {
    uint32_t id = intern_id(&s->label_bytes, bytes);
    if (id == s->label_of.n) {
        struct decode_label l;
        if (!read_label(bytes, &l)) return false;
        bool is_empty = !l.value && !l.number && !l.unit;
        *VEC_PUSH(s->arena, &s->label_of) = is_empty ? PROFILE_NONE : (label_id)s->label.n;
        if (!is_empty) *VEC_PUSH(s->arena, &s->label) = l;
    }
    *out = s->label_of.at[id];
    return true;
}

/* Labels are short and few: most are found by their bytes in a small table in front of the interning one. */
static inline bool find_label(struct decode_samples *s, struct wire w, const uint8_t *limit, label_id *out) {
    str bytes = {(const char *)w.p, (size_t)(w.end - w.p)};
    uint64_t word = 0;
    if (bytes.len == 0 || bytes.len > sizeof word) return find_new_label(s, bytes, out);
    if (limit - w.p >= (ptrdiff_t)sizeof word) {
        memcpy(&word, bytes.ptr, sizeof word);
        word &= UINT64_MAX >> (64 - 8 * bytes.len);
    } else {
        memcpy(&word, bytes.ptr, bytes.len);
    }
    struct decode_recent *r = &s->recent[word * 0x9E3779B97F4A7C15u >> (64 - DECODE_RECENT_BITS)];
    if (r->word != word || r->len != bytes.len) {
        if (!find_new_label(s, bytes, out)) return false;
        *r = (struct decode_recent){word, (uint32_t)bytes.len, *out};
    }
    *out = r->label;
    return true;
}

static inline bool add_label(struct decode_samples *s, struct wire w, const uint8_t *limit) {
    label_id label;
    if (!find_label(s, w, limit, &label)) return false;
    if (label == PROFILE_NONE) return true;
    if (s->label_ref.n >= PROFILE_NONE - 1) return false;
    *VEC_PUSH(&s->label_ref_arena, &s->label_ref) = label;
    return true;
}

static bool add_field(struct decode_samples *s, struct sample_state *st, const struct wire_field *f,
                      const uint8_t *limit) {
    switch (f->number) {
    case FIELD_LOCATION: return add_locations(s, st, f);
    case FIELD_VALUE:
        if (f->type == WIRE_BYTES) return add_values(s, st, f->bytes);
        if (f->type == WIRE_VARINT) put_value(s, st, f->value);
        return f->type == WIRE_VARINT;
    case FIELD_LABEL: return f->type == WIRE_BYTES && add_label(s, f->bytes, limit);
    default: return true;
    }
}

bool decode_sample(struct decode_samples *s, struct wire w, const uint8_t *limit) {
    struct sample_state st = {0};
    struct wire_field f = {0};
    if (s->n == s->cap) grow_columns(s);
    ((uint32_t *)s->label_off.at)[s->n] = (uint32_t)s->label_ref.n;
    while (w.p < w.end) {
        /* the usual case: short packed runs and short labels */
        if (w.end - w.p >= 2 && w.p[1] < 0x80 && w.p[1] <= w.end - w.p - 2) {
            uint8_t tag = w.p[0];
            struct wire run = {w.p + 2, w.p + 2 + w.p[1]};
            bool known = true, ok = true;
            if (tag == TAG(FIELD_LABEL))
                ok = add_label(s, run, limit);
            else if (tag == TAG(FIELD_VALUE))
                ok = add_values(s, &st, run);
            else
                known = false;
            if (!ok) return false;
            if (known) {
                w.p = run.end;
                continue;
            }
        }
        if (!wire_next(&w, &f) || !add_field(s, &st, &f, limit)) return false;
    }
    if (st.n_values != s->n_types && s->mismatch == PROFILE_NONE) {
        s->mismatch = s->n;
        s->n_mismatch = st.n_values;
    }
    const uint8_t *list = st.repacked ? st.repack.at : st.locations.p;
    size_t size = st.repacked ? st.repack.n : (size_t)(st.locations.end - st.locations.p);
    if (!size) list = w.end; /* and not NULL, to which nothing may be added */
    if (size && (st.repacked || limit - (list + size) < VARINTS_READ_AHEAD)) {
        uint8_t *copy = arena_alloc(&s->repacked, size + VARINTS_READ_AHEAD);
        memcpy(copy, list, size);
        list = copy;
    }
    decode_stacks_add(&s->stacks, list, size, (stack_id *)s->stack_of.at + s->n);
    s->n++;
    return true;
}

static void *keep_column(struct decode_samples *s, struct decode_column *c) {
    arena_adopt_array(s->arena, &c->arena);
    return c->at;
}

void decode_samples_seal(struct decode_samples *s, struct profile *out) {
    if (s->n == s->cap) grow_columns(s); /* label_off has one more element */
    ((uint32_t *)s->label_off.at)[s->n] = (uint32_t)s->label_ref.n;
    const int64_t **value = ARENA_ARRAY(s->arena, const int64_t *, s->n_types);
    for (uint32_t t = 0; t < s->n_types; t++) value[t] = keep_column(s, &s->value[t]);
    out->value = value;
    out->n_samples = out->n_rows = s->n;
    out->stack_of = keep_column(s, &s->stack_of);
    out->label_off = keep_column(s, &s->label_off);
    out->label_ref = s->label_ref.at;
    arena_adopt_array(s->arena, &s->label_ref_arena);
}
