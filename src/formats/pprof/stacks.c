/* Distinct location lists. Equal lists are found by their bytes, and only the distinct ones are decoded, at the end. In
 * profiles with labels most lists occur several times, and comparing bytes is several times faster than decoding
 * them. */
#include <string.h>

#include "base/pages.h"
#include "base/task.h"
#include "base/tuning.h"
#include "formats/pprof/parts.h"

enum { READ_AHEAD = 16 }; /* bytes after the last list that may be read */

void decode_stacks_release(struct decode_stacks *s) {
    arena_release(&s->off_arena);
    arena_release(&s->at_arena);
    arena_release(&s->bytes_arena);
    arena_release(&s->slot.arena);
}

/* Each varint ends in a byte without the top bit. */
static uint64_t count_varints(const uint8_t *bytes, size_t len) {
    const uint64_t tops = 0x8080808080808080u, ones = 0x0101010101010101u;
    uint64_t n = 0, eight;
    size_t i = 0;
    for (; i + sizeof eight <= len; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        n += ((~eight & tops) >> 7) * ones >> 56;
    }
    for (; i < len; i++) n += bytes[i] < 0x80;
    return n;
}

static void make_room(struct decode_stacks *s, size_t len) {
    while (s->bytes.cap < s->bytes.n + len + READ_AHEAD)
        s->bytes.at = arena_vec_grow(&s->bytes_arena, s->bytes.at, &s->bytes.cap, sizeof *s->bytes.at);
}

void decode_stacks_init(struct decode_stacks *s) {
    *s = (struct decode_stacks){.n_bytes = 1};
    *VEC_PUSH(&s->off_arena, &s->off) = 0;
    *VEC_PUSH(&s->at_arena, &s->at) = 0;
    make_room(s, 0);
    slots_room(&s->slot, TUNING_DECODE_BATCH);
}

static uint32_t add_list(struct decode_stacks *s, const struct decode_pending *p) {
    make_room(s, p->len);
    if (p->len) memcpy(s->bytes.at + s->bytes.n, p->bytes, p->len);
    s->bytes.n += p->len;
    if (p->len && p->bytes[p->len - 1] >= 0x80) s->malformed = true;
    *VEC_PUSH(&s->at_arena, &s->at) = s->bytes.n;
    uint64_t off = s->off.at[s->n] + count_varints(p->bytes, p->len);
    *VEC_PUSH(&s->off_arena, &s->off) = off;
    return s->n++;
}

static inline bool is_list(const struct decode_stacks *s, uint32_t list, const struct decode_pending *p) {
    uint64_t at = s->at.at[list];
    return s->at.at[list + 1] - at == p->len && (p->len == 0 || memcmp(s->bytes.at + at, p->bytes, p->len) == 0);
}

static uint32_t find_list(struct decode_stacks *s, const struct decode_pending *p) {
    uint32_t at = slots_start(&s->slot, p->tag), list;
    do list = slots_next(&s->slot, p->tag, &at);
    while (list != PROFILE_NONE && !is_list(s, list, p));
    if (list != PROFILE_NONE) return list;
    slots_put(&s->slot, at, p->tag, s->n);
    return add_list(s, p);
}

void decode_stacks_flush(struct decode_stacks *s) {
    uint32_t guess[TUNING_DECODE_BATCH];
    slots_room(&s->slot, s->n_pending);
    for (uint32_t i = 0; i < s->n_pending; i++) {
        guess[i] = slots_guess(&s->slot, s->pending[i].tag);
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(&s->at.at[guess[i]]);
    }
    for (uint32_t i = 0; i < s->n_pending; i++) {
        if (guess[i] == PROFILE_NONE) continue;
        const uint8_t *bytes = s->bytes.at + s->at.at[guess[i]];
        __builtin_prefetch(bytes);
        __builtin_prefetch(bytes + 64);
    }
    for (uint32_t i = 0; i < s->n_pending; i++) *s->pending[i].to = find_list(s, &s->pending[i]);
    s->n_pending = 0;
}

/* Looks at the numbers one after the other. Returns false if one is malformed, or larger than any id that is known. */
static bool see_ids(struct decode_stacks *s, const uint8_t *bytes, size_t len) {
    struct wire w = {bytes, bytes + len};
    uint64_t id;
    while (w.p < w.end) {
        if (!wire_varint(&w, &id) || id > UINT32_MAX) return false;
        s->has_zero |= id == 0;
        if (id > s->largest) s->largest = (uint32_t)id;
    }
    for (s->n_bytes = 1; s->n_bytes < 5 && s->largest >> 7 * s->n_bytes;) s->n_bytes++;
    return true;
}

/* Returns true if a number in eight bytes may be 0 or larger than the largest so far, whose last byte is in each byte
 * of `last`. A number without a byte that is 0 is not 0; one with fewer bytes than the largest is smaller; of one with
 * as many only the last byte is looked at. `before` are the eight bytes before. */
static inline bool are_new(uint64_t x, uint64_t before, unsigned n_bytes, uint64_t last) {
    const uint64_t tops = 0x8080808080808080u, ones = 0x0101010101010101u;
    uint64_t full = tops; /* in the top bit of each byte: is it preceded by n_bytes - 1 others of its number? */
    for (unsigned i = 1; i < n_bytes; i++) full &= x << 8 * i | before >> (64 - 8 * i);
    uint64_t zero = (x - ones) & ~x, at_least_last = (x | tops) - last;
    return (zero | (full & (x | at_least_last))) & tops;
}

/* Takes eight bytes at a time; see_ids is the straight version. */
static bool may_have_new(const struct decode_stacks *s, const uint8_t *bytes, size_t len) {
    const uint64_t ones = 0x0101010101010101u, last = (s->largest >> 7 * (s->n_bytes - 1)) * ones;
    uint64_t x, before = 0;
    size_t at = 0;
    for (; len - at >= sizeof x; at += sizeof x, before = x) {
        memcpy(&x, bytes + at, sizeof x);
        if (are_new(x, before, s->n_bytes, last)) return true;
    }
    if (at == len) return false;
    x = ones; /* after the end: numbers that are not new */
    memcpy(&x, bytes + at, len - at);
    return are_new(x, before, s->n_bytes, last);
}

static void skip_list(struct decode_stacks *s, const uint8_t *bytes, size_t len) {
    bool is_cut = len && bytes[len - 1] >= 0x80;
    if (is_cut || ((s->n_bytes > 4 || may_have_new(s, bytes, len)) && !see_ids(s, bytes, len))) s->malformed = true;
}

bool decode_stacks_skipped(struct arena *a, const struct decode_stacks *s, uint32_t n_locations, struct profile *out) {
    if (s->malformed || s->has_zero || s->largest > n_locations) return false;
    out->n_stacks = 1;
    out->stack_off = ARENA_ZERO(a, uint64_t, 2);
    return true;
}

void decode_stacks_add(struct decode_stacks *s, const uint8_t *bytes, size_t len, stack_id *to) {
    if (s->skipping) {
        skip_list(s, bytes, len);
        *to = 0;
        return;
    }
    struct decode_pending *p = &s->pending[s->n_pending++];
    *p = (struct decode_pending){bytes, len, to, hash_tag(hash_bytes(bytes, len))};
    slots_prefetch(&s->slot, p->tag);
    if (s->n_pending == TUNING_DECODE_BATCH) decode_stacks_flush(s);
}

/* A run of lists is decoded as one long list: all lists follow each other, as do their frames, and no list ends inside
 * of a number. */
struct stack_job {
    const struct decode_stacks *stacks;
    const struct decode_ids *location_of;
    loc_id *frame;
    uint32_t n_parts;
    struct stack_verdict {
        bool malformed, nil_location;
    } * verdict;
};

/* The number in the lowest `bits` (8, 16, 24 or 32) bits of x. */
static inline uint64_t short_varint(uint64_t x, unsigned bits) {
    x &= (UINT64_C(1) << bits) - 1;
    return (x & 0x7f) | (x >> 1 & 0x3f80) | (x >> 2 & 0x1fc000) | (x >> 3 & 0xfe00000);
}

/* Reads two numbers of up to four bytes without a branch on their lengths, which branch predictors cannot guess here.
 * Returns false if one is longer. Reads eight bytes for any lengths. */
static inline bool two_varints(const uint8_t **p, uint64_t *first, uint64_t *second) {
    uint64_t x;
    memcpy(&x, *p, sizeof x);
    uint64_t ends = ~x & 0x8080808080808080u, later = ends & (ends - 1);
    if (!later) return false;
    unsigned bits = (unsigned)__builtin_ctzll(ends) + 1, both = (unsigned)__builtin_ctzll(later) + 1;
    if (bits > 32 || both - bits > 32) return false;
    *first = short_varint(x, bits);
    *second = short_varint(x >> bits, both - bits);
    *p += both / 8;
    return true;
}

/* Fills frames up to `end`. Returns false if the numbers end before. */
static bool decode_frames(struct wire *w, const struct decode_ids *location_of, loc_id *f, const loc_id *end,
                          bool *nil_location) {
    const struct decode_ids ids = *location_of;
    bool nil = false;
    uint64_t id, next;
    while (f < end) {
        if (end - f >= 2 && two_varints(&w->p, &id, &next)) {
            *f = decode_find(&ids, id);
            nil |= *f++ == PROFILE_NONE;
            id = next;
        } else if (!wire_varint(w, &id)) {
            return false;
        }
        *f = decode_find(&ids, id);
        nil |= *f++ == PROFILE_NONE;
    }
    *nil_location |= nil;
    return true;
}

static void decode_part(void *context, int part) {
    const struct stack_job *j = context;
    const struct decode_stacks *s = j->stacks;
    struct stack_verdict *verdict = &j->verdict[part];
    uint32_t from = (uint32_t)((uint64_t)s->n * (unsigned)part / j->n_parts);
    uint32_t to = (uint32_t)((uint64_t)s->n * ((unsigned)part + 1) / j->n_parts);
    struct wire w = {s->bytes.at + s->at.at[from], s->bytes.at + s->at.at[to]};
    struct pages_reader bytes = pages_reader(w.p);
    for (uint64_t i = s->off.at[from], end = s->off.at[to], next; i < end && !verdict->malformed; i = next) {
        next = end - i > TUNING_FRAMES_PER_RELEASE ? i + TUNING_FRAMES_PER_RELEASE : end;
        if (!decode_frames(&w, j->location_of, j->frame + i, j->frame + next, &verdict->nil_location))
            verdict->malformed = true;
        pages_release_behind(&bytes, w.p);
    }
}

bool decode_stacks_finish(struct arena *a, struct decode_stacks *s, const struct decode_ids *location_of,
                          struct profile *out, bool *nil_location) {
    if (s->malformed) return false;
    arena_release(&s->slot.arena);
    uint64_t n_frames = s->off.at[s->n];
    struct arena frames = {0};
    struct stack_job job = {.stacks = s,
                            .location_of = location_of,
                            .frame =
                                ARENA_ARRAY(n_frames < TUNING_FRAMES_OWN_ARENA_FROM ? a : &frames, loc_id, n_frames),
                            .n_parts = n_frames < TUNING_FRAMES_THREADED_FROM ? 1 : (uint32_t)task_threads()};
    struct arena scratch = {0};
    job.verdict = ARENA_ZERO(&scratch, struct stack_verdict, job.n_parts);
    task_run((int)job.n_parts, decode_part, &job);
    bool ok = true;
    for (uint32_t i = 0; i < job.n_parts; i++) {
        ok &= !job.verdict[i].malformed;
        *nil_location |= job.verdict[i].nil_location;
    }
    arena_release(&scratch);
    out->n_stacks = s->n;
    out->stack_off = s->off.at;
    out->frame = job.frame;
    arena_adopt_array(a, &s->off_arena);
    arena_adopt_array(a, &frames);
    return ok;
}
