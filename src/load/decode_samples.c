/* Sample messages, straight from the wire. A sample's location list is not decoded here: equal lists are
 * found by their bytes, and only the distinct ones are decoded (decode_pprof.c). In profiles with labels most
 * lists occur several times; and comparing bytes is several times faster than decoding them. */
#include <string.h>

#include "base/task.h"
#include "load/decode_pprof.h"

enum { FIELD_LOCATION = 1, FIELD_VALUE = 2, FIELD_LABEL = 3 };

/* The location list of a sample that is not one packed run, as the bytes of the packed run it equals. */
struct repack {
    uint8_t *bytes;
    size_t len, cap;
};

static void repack_add(struct arena *a, struct repack *r, uint64_t v) {
    if (r->cap - r->len < 10) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        r->bytes = arena_grow(a, r->bytes, r->cap, cap);
        r->cap = cap;
    }
    while (v > 0x7f) {
        r->bytes[r->len++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    r->bytes[r->len++] = (uint8_t)v;
}

static bool repack_run(struct arena *a, struct repack *r, struct wire run) {
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        repack_add(a, r, v);
    }
    return true;
}

struct sample_state {
    struct wire locations; /* the first packed run */
    bool repacked;
    struct repack repack;
    uint64_t n_values;
    uint32_t n_labels;
};

static inline void put_value(const struct decode_columns *c, uint32_t sample, struct sample_state *s, uint64_t v) {
    if (s->n_values < c->n_types && c->store_values) c->value[s->n_values][sample] = (int64_t)v;
    s->n_values++;
}

static bool add_locations(struct decode_part *part, struct sample_state *s, const struct wire_field *f) {
    if (f->type == WIRE_BYTES && !s->repacked && !s->locations.p) {
        s->locations = f->bytes;
        return true;
    }
    if (!s->repacked) {
        s->repacked = true;
        s->repack = (struct repack){0};
        if (s->locations.p && !repack_run(&part->arena, &s->repack, s->locations)) return false;
    }
    if (f->type == WIRE_BYTES) return repack_run(&part->arena, &s->repack, f->bytes);
    if (f->type != WIRE_VARINT) return false;
    repack_add(&part->arena, &s->repack, f->value);
    return true;
}

static bool add_values(const struct decode_columns *c, uint32_t sample, struct sample_state *s,
                       const struct wire_field *f) {
    if (f->type == WIRE_VARINT) {
        put_value(c, sample, s, f->value);
        return true;
    }
    if (f->type != WIRE_BYTES) return false;
    struct wire run = f->bytes;
    uint64_t v;
    while (run.p < run.end) {
        if (!wire_varint(&run, &v)) return false;
        put_value(c, sample, s, v);
    }
    return true;
}

/* Labels are short and few: most are found by their bytes in a small table in front of the interning one. */
static label_id find_label(struct decode_part *part, struct wire w) {
    str bytes = {(const char *)w.p, (size_t)(w.end - w.p)};
    uint64_t word = 0;
    if (bytes.len == 0 || bytes.len > sizeof word) return intern_id(&part->labels, bytes);
    memcpy(&word, bytes.ptr, bytes.len);
    struct decode_recent *r = &part->recent[word * 0x9E3779B97F4A7C15u >> (64 - DECODE_RECENT_BITS)];
    if (r->word != word || r->len != bytes.len)
        *r = (struct decode_recent){word, (uint32_t)bytes.len, intern_id(&part->labels, bytes)};
    return r->label;
}

static bool read_sample(struct decode_part *part, const struct decode_columns *c, uint32_t sample, struct wire w) {
    struct sample_state s = {0};
    struct wire_field f = {0};
    while (w.p < w.end) {
        if (!wire_next(&w, &f)) return false;
        switch (f.number) {
        case FIELD_LOCATION:
            if (!add_locations(part, &s, &f)) return false;
            break;
        case FIELD_VALUE:
            if (!add_values(c, sample, &s, &f)) return false;
            break;
        case FIELD_LABEL:
            if (f.type != WIRE_BYTES) return false;
            *VEC_PUSH(&part->arena, &part->label_ref) = find_label(part, f.bytes);
            s.n_labels++;
            break;
        default: break;
        }
    }
    if (s.n_values != c->n_types && part->mismatch == PROFILE_NONE) {
        part->mismatch = sample;
        part->n_mismatch = s.n_values;
    }
    const uint8_t *key = s.repacked ? s.repack.bytes : s.locations.p;
    size_t len = s.repacked ? s.repack.len : (size_t)(s.locations.end - s.locations.p);
    if (len > UINT32_MAX) return false;
    c->key[sample] = (struct decode_key){key, hash_bytes(key, len), (uint32_t)len};
    c->label_count[sample] = s.n_labels;
    return true;
}

void decode_samples_part(struct decode_part *part, const struct decode_columns *c) {
    part->labels = (struct intern){.arena = &part->arena};
    part->recent = ARENA_ZERO(&part->arena, struct decode_recent, 1 << DECODE_RECENT_BITS);
    part->mismatch = PROFILE_NONE;
    uint32_t sample = part->first;
    struct wire_field f = {0};
    for (uint32_t i = 0; i < part->n_spans; i++) {
        struct wire w = part->span[i].bytes;
        uint32_t end = part->span[i].first + part->span[i].count;
        while (sample < end) {
            /* the walk over the top level has been here and found the fields whole */
            if (!wire_next(&w, &f)) return;
            if (f.number != 2) continue;
            if (!read_sample(part, c, sample, f.bytes)) {
                part->malformed = true;
                return;
            }
            sample++;
        }
    }
}

/* Samples are shared out by hash, so that each thread numbers the lists of its share alone; a last pass
 * renumbers them in the order of first use, which no longer depends on the hashes. */
enum { BATCH = 32 };

struct numbering {
    const struct decode_columns *c;
    uint32_t n_shares;
    struct share {
        struct arena arena;
        uint32_t *slot; /* sample number + 1 of the first sample with that list; 0: free */
        uint32_t mask;
        uint32_t n;
    } * share;
};

static inline bool same_stack(const struct decode_key *a, const struct decode_key *b) {
    return a->hash == b->hash && a->len == b->len && (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

static void grow_slots(struct share *s, const struct decode_columns *c) {
    uint32_t n = s->mask ? (s->mask + 1) * 2 : 64;
    const uint32_t *old = s->slot;
    uint32_t old_n = s->mask ? s->mask + 1 : 0;
    s->slot = ARENA_ZERO(&s->arena, uint32_t, n);
    s->mask = n - 1;
    for (uint32_t i = 0; i < old_n; i++) {
        if (!old[i]) continue;
        uint32_t to = (uint32_t)c->key[old[i] - 1].hash & s->mask;
        while (s->slot[to]) to = (to + 1) & s->mask;
        s->slot[to] = old[i];
    }
}

/* stack_of[sample] becomes the number of the first sample with the same list. */
static void number_one(struct share *s, const struct decode_columns *c, uint32_t sample) {
    if (s->n > s->mask / 2) grow_slots(s, c);
    uint32_t at = (uint32_t)c->key[sample].hash & s->mask;
    while (s->slot[at] && !same_stack(&c->key[s->slot[at] - 1], &c->key[sample])) at = (at + 1) & s->mask;
    if (!s->slot[at]) {
        s->slot[at] = sample + 1;
        s->n++;
    }
    c->stack_of[sample] = s->slot[at] - 1;
}

/* Each look-up waits for memory three times: for the slot, for the key it names, for that key's bytes. A batch asks for
 * all of one kind before it needs the first. */
static void number_batch(struct share *s, const struct decode_columns *c, const uint32_t *sample, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) __builtin_prefetch(&s->slot[c->key[sample[i]].hash & s->mask]);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = s->slot[c->key[sample[i]].hash & s->mask];
        if (first) __builtin_prefetch(&c->key[first - 1]);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = s->slot[c->key[sample[i]].hash & s->mask];
        if (!first) continue;
        __builtin_prefetch(c->key[first - 1].bytes);
        __builtin_prefetch(c->key[first - 1].bytes + 64);
        __builtin_prefetch(c->key[sample[i]].bytes);
        __builtin_prefetch(c->key[sample[i]].bytes + 64);
    }
    for (uint32_t i = 0; i < n; i++) number_one(s, c, sample[i]);
}

static void number_share(void *context, int part) {
    struct numbering *n = context;
    struct share *s = &n->share[part];
    const struct decode_columns *c = n->c;
    uint32_t batch[BATCH], n_batch = 0;
    grow_slots(s, c);
    for (uint32_t i = 0; i < c->n_samples; i++) {
        if ((c->key[i].hash >> 32) % n->n_shares != (uint32_t)part) continue;
        batch[n_batch++] = i;
        if (n_batch == BATCH) {
            number_batch(s, c, batch, n_batch);
            n_batch = 0;
        }
    }
    number_batch(s, c, batch, n_batch);
}

void decode_stacks_number(struct arena *a, const struct decode_columns *c, str **keys, uint32_t *n_stacks) {
    enum { WORTH_SHARING = 50000 };
    struct numbering n = {.c = c, .n_shares = c->n_samples < WORTH_SHARING ? 1 : (uint32_t)task_threads()};
    struct arena scratch = {0};
    n.share = ARENA_ZERO(&scratch, struct share, n.n_shares);
    task_run((int)n.n_shares, number_share, &n);
    uint32_t total = 0;
    for (uint32_t i = 0; i < n.n_shares; i++) {
        total += n.share[i].n;
        arena_release(&n.share[i].arena);
    }
    *keys = ARENA_ARRAY(a, str, total);
    uint32_t next = 0;
    for (uint32_t i = 0; i < c->n_samples; i++) {
        uint32_t first = c->stack_of[i];
        if (first == i) {
            (*keys)[next] = (str){(const char *)c->key[i].bytes, c->key[i].len};
            c->stack_of[i] = next++;
        } else {
            c->stack_of[i] = c->stack_of[first];
        }
    }
    *n_stacks = total;
    arena_release(&scratch);
}
