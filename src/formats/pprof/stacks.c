/* Distinct location lists. Each is decoded while it is in the cache. Equal lists are found by their bytes as long as
 * most lists occur again; then the bytes are not worth their memory, and lists are found by their frames. Until the
 * table of locations is complete, frames are ids of the file minus one, which usually are the indices of the locations;
 * where they are not, they are looked up at the end. */
#include <string.h>

#include "base/task.h"
#include "base/tuning.h"
#include "formats/pprof/parts.h"
#include "formats/pprof/varints.h"

/* A frame below this is an id minus one; from here on, and up to PROFILE_NONE, which is the id 0, frames number the
 * ids in `wide_id`. */
#define FIRST_WIDE (UINT32_C(1) << 31)

void decode_stacks_release(struct decode_stacks *s) {
    arena_release(&s->off_arena);
    arena_release(&s->frame_arena);
    arena_release(&s->at_arena);
    arena_release(&s->bytes_arena);
    arena_release(&s->list_arena);
    arena_release(&s->scratch);
    arena_release(&s->slot.arena);
}

static void make_room(struct decode_stacks *s, size_t n) {
    while (s->frame.cap < s->frame.n + n + VARINTS_PADDING)
        s->frame.at = arena_vec_grow(&s->frame_arena, s->frame.at, &s->frame.cap, sizeof *s->frame.at);
}

static void make_narrow_room(struct decode_stacks *s, size_t n) {
    while (s->narrow.cap < s->narrow.n + n + PROFILE_NARROW_PADDING)
        s->narrow.at = arena_vec_grow(&s->frame_arena, s->narrow.at, &s->narrow.cap, sizeof *s->narrow.at);
}

static void make_bytes_room(struct decode_stacks *s, size_t n) {
    while (s->bytes.cap < s->bytes.n + n)
        s->bytes.at = arena_vec_grow(&s->bytes_arena, s->bytes.at, &s->bytes.cap, sizeof *s->bytes.at);
}

void decode_stacks_init(struct decode_stacks *s, bool narrow, uint64_t size) {
    uint64_t frames = size / TUNING_BYTES_PER_FRAME;
    if (frames > TUNING_FRAMES_EXPECTED_MOST) frames = TUNING_FRAMES_EXPECTED_MOST;
    *s = (struct decode_stacks){
        .is_narrow = narrow, .n_bytes = 1, .keeps_bytes = !size || size >= TUNING_LIST_BYTES_FROM};
    if (s->keeps_bytes) {
        *VEC_PUSH(&s->at_arena, &s->at) = 0;
        make_bytes_room(s, 1); /* for the pointer of an empty list */
    }
    uint64_t lists = size / TUNING_BYTES_PER_SAMPLE;
    if (lists > TUNING_SAMPLES_EXPECTED_MOST) lists = TUNING_SAMPLES_EXPECTED_MOST;
    VEC_GUESS(&s->off_arena, &s->off, (size_t)lists + 1);
    *VEC_PUSH(&s->off_arena, &s->off) = 0;
    /* room for the first time: the columns then grow by twice */
    if (narrow) {
        s->narrow.cap = (size_t)frames;
        s->narrow.at = ARENA_ARRAY(&s->frame_arena, uint16_t, s->narrow.cap);
        make_narrow_room(s, 0);
    } else {
        s->frame.cap = (size_t)frames;
        s->frame.at = ARENA_ARRAY(&s->frame_arena, loc_id, s->frame.cap);
        make_room(s, 0);
    }
    slots_room(&s->slot, TUNING_DECODE_BATCH + lists * 3 / 4);
}

/* The frame of an id that may have any size. */
static loc_id frame_of(struct decode_stacks *s, uint64_t id) {
    if (id <= FIRST_WIDE) return (loc_id)id - 1;
    s->wide.arena = &s->scratch;
    bool added;
    uint32_t n = u64map_put(&s->wide, id, (uint32_t)s->wide_id.n, &added);
    if (added) *VEC_PUSH(&s->scratch, &s->wide_id) = id;
    return FIRST_WIDE + n;
}

/* Decodes a list to `to`, which has room for it. Returns its number of frames. */
static size_t decode_list(struct decode_stacks *s, const struct decode_pending *p, loc_id *to) {
    struct varints v = {p->bytes, p->bytes + p->len, to, s->most};
    for (varints_take(&v); v.p < v.end; varints_take(&v)) {
        struct wire w = {v.p, v.end};
        uint64_t id;
        if (!wire_varint(&w, &id)) {
            s->malformed = true;
            break;
        }
        loc_id frame = frame_of(s, id);
        if (v.most < frame) v.most = frame;
        *v.out++ = frame;
        v.p = w.p;
    }
    s->most = v.most;
    return (size_t)(v.out - to);
}

/* Moves narrow frames to s->frame, for good. */
static void widen(struct decode_stacks *s) {
    struct arena narrow = s->frame_arena;
    s->frame_arena = (struct arena){0};
    make_room(s, s->narrow.n);
    for (size_t i = 0; i < s->narrow.n; i++) s->frame.at[i] = s->narrow.at[i];
    s->frame.n = s->narrow.n;
    s->is_narrow = false;
    arena_release(&narrow);
}

/* Decodes a list behind all others. Returns its number of frames. */
static size_t append_list(struct decode_stacks *s, const struct decode_pending *p) {
    if (!s->is_narrow) {
        make_room(s, p->len);
        return decode_list(s, p, s->frame.at + s->frame.n);
    }
    while (s->list.cap < p->len + PROFILE_NARROW_PADDING)
        s->list.at = arena_vec_grow(&s->list_arena, s->list.at, &s->list.cap, sizeof *s->list.at);
    size_t n = decode_list(s, p, s->list.at);
    if (s->most > TUNING_NARROW_MOST) {
        widen(s);
        make_room(s, n);
        if (n) memcpy(s->frame.at + s->frame.n, s->list.at, n * sizeof *s->list.at);
        return n;
    }
    make_narrow_room(s, n);
    uint16_t *to = s->narrow.at + s->narrow.n;
    for (size_t i = 0; i < n; i += PROFILE_NARROW_PADDING)
        for (size_t k = 0; k < PROFILE_NARROW_PADDING; k++) to[i + k] = (uint16_t)s->list.at[i + k];
    return n;
}

/* Returns true if the n frames behind all others are those of the list. */
static inline bool is_list(const struct decode_stacks *s, uint32_t list, size_t n) {
    uint64_t from = s->off.at[list];
    if (s->off.at[list + 1] - from != n) return false;
    if (s->is_narrow) return memcmp(s->narrow.at + from, s->narrow.at + s->narrow.n, n * sizeof *s->narrow.at) == 0;
    return memcmp(s->frame.at + from, s->frame.at + s->frame.n, n * sizeof *s->frame.at) == 0;
}

static inline bool has_bytes(const struct decode_stacks *s, uint32_t list, const struct decode_pending *p) {
    uint64_t at = s->at.at[list];
    return s->at.at[list + 1] - at == p->len && (p->len == 0 || memcmp(s->bytes.at + at, p->bytes, p->len) == 0);
}

static void keep_bytes(struct decode_stacks *s, const struct decode_pending *p) {
    make_bytes_room(s, p->len);
    if (p->len) memcpy(s->bytes.at + s->bytes.n, p->bytes, p->len);
    s->bytes.n += p->len;
    *VEC_PUSH(&s->at_arena, &s->at) = s->bytes.n;
}

static void drop_bytes(struct decode_stacks *s) {
    s->keeps_bytes = false;
    arena_release(&s->at_arena);
    arena_release(&s->bytes_arena);
}

static uint32_t find_list(struct decode_stacks *s, const struct decode_pending *p) {
    size_t n = s->keeps_bytes ? 0 : append_list(s, p);
    uint32_t at = slots_start(&s->slot, p->tag), list;
    do list = slots_next(&s->slot, p->tag, &at);
    while (list != PROFILE_NONE && !(s->keeps_bytes ? has_bytes(s, list, p) : is_list(s, list, n)));
    if (list != PROFILE_NONE) return list;
    if (s->keeps_bytes) {
        keep_bytes(s, p);
        n = append_list(s, p);
    }
    slots_put(&s->slot, at, p->tag, s->n);
    *(s->is_narrow ? &s->narrow.n : &s->frame.n) += n;
    uint64_t off = s->off.at[s->n] + n;
    *VEC_PUSH(&s->off_arena, &s->off) = off;
    return s->n++;
}

static inline void prefetch_list(const struct decode_stacks *s, uint32_t list) {
    const char *at = s->keeps_bytes ? (const char *)(s->bytes.at + s->at.at[list])
                     : s->is_narrow ? (const char *)(s->narrow.at + s->off.at[list])
                                    : (const char *)(s->frame.at + s->off.at[list]);
    __builtin_prefetch(at);
    __builtin_prefetch(at + 64);
}

void decode_stacks_flush(struct decode_stacks *s) {
    uint32_t guess[TUNING_DECODE_BATCH];
    slots_room(&s->slot, s->n_pending);
    for (uint32_t i = 0; i < s->n_pending; i++) {
        guess[i] = slots_guess(&s->slot, s->pending[i].tag);
        if (guess[i] != PROFILE_NONE) __builtin_prefetch(s->keeps_bytes ? &s->at.at[guess[i]] : &s->off.at[guess[i]]);
    }
    for (uint32_t i = 0; i < s->n_pending; i++)
        if (guess[i] != PROFILE_NONE) prefetch_list(s, guess[i]);
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

/* The look-up of all frames, cut into parts of equal length. */
struct stack_job {
    const struct decode_stacks *stacks;
    const struct decode_ids *location_of;
    uint32_t n_parts;
    bool *nil_location; /* per part */
};

static void look_up_part(void *context, int part) {
    const struct stack_job *j = context;
    const struct decode_stacks *s = j->stacks;
    size_t from = (size_t)((uint64_t)s->frame.n * (unsigned)part / j->n_parts);
    size_t to = (size_t)((uint64_t)s->frame.n * ((unsigned)part + 1) / j->n_parts);
    bool nil = false;
    for (size_t i = from; i < to; i++) {
        loc_id *f = &s->frame.at[i];
        if (*f != PROFILE_NONE)
            *f = decode_find(j->location_of, *f < FIRST_WIDE ? (uint64_t)*f + 1 : s->wide_id.at[*f - FIRST_WIDE]);
        nil |= *f == PROFILE_NONE;
    }
    j->nil_location[part] = nil;
}

bool decode_stacks_finish(struct arena *a, struct decode_stacks *s, const struct decode_ids *location_of,
                          struct profile *out, bool *nil_location) {
    if (s->malformed) return false;
    arena_release(&s->slot.arena);
    drop_bytes(s);
    bool are_indices = location_of->counting && (s->off.at[s->n] == 0 || s->most < location_of->n);
    if (!are_indices) {
        if (s->is_narrow) widen(s);
        struct stack_job job = {.stacks = s, .location_of = location_of};
        job.n_parts = s->frame.n < TUNING_FRAMES_THREADED_FROM ? 1 : (uint32_t)task_threads();
        job.nil_location = ARENA_ZERO(&s->scratch, bool, job.n_parts);
        task_run((int)job.n_parts, look_up_part, &job);
        for (uint32_t i = 0; i < job.n_parts; i++) *nil_location |= job.nil_location[i];
    }
    out->n_stacks = s->n;
    out->stack_off = s->off.at;
    out->frame = s->is_narrow ? NULL : s->frame.at;
    out->narrow_frame = s->is_narrow ? s->narrow.at : NULL;
    arena_adopt_array(a, &s->off_arena);
    arena_adopt_array(a, &s->frame_arena);
    return true;
}
