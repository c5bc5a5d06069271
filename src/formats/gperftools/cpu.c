/* The binary CPU profiles of gperftools and of its Java agent: words of 32 or 64 bits in either byte order.
 * Header 0, 3, 0 (Java: 1), period in microseconds, 0; then count, depth and depth addresses per sample, up
 * to the record 0, 1, 0; then text. */
#include "formats/gperftools/text.h"

#include <string.h>

struct words {
    str rest;
    unsigned size; /* bytes per word */
    bool big_endian;
    bool ran_out; /* a word was wanted that was not there; it reads as 0 and nothing is left */
};

static uint64_t next_word(struct words *w) {
    if (w->rest.len < w->size) {
        w->ran_out = true;
        w->rest.len = 0;
        return 0;
    }
    uint64_t v = 0;
    for (unsigned i = 0; i < w->size; i++) {
        unsigned at = w->big_endian ? i : w->size - 1 - i;
        v = v << 8 | (unsigned char)w->rest.ptr[at];
    }
    w->rest = str_from_offset(w->rest, w->size);
    return v;
}

/* The tries, in pprof's order. */
static const struct words word_kinds[] = {
    {.size = 4}, {.size = 4, .big_endian = true}, {.size = 8}, {.size = 8, .big_endian = true}};

static bool read_header(struct words *w, uint64_t *period, bool *java) {
    uint64_t h[5];
    for (unsigned i = 0; i < 5; i++) h[i] = next_word(w);
    *java = h[2] == 1;
    *period = h[3];
    return !w->ran_out && h[0] == 0 && h[1] == 3 && h[2] <= 1 && h[3] > 0 && h[4] == 0;
}

static bool at_end_marker(struct words w, uint64_t count, uint64_t depth) {
    return count == 0 && depth == 1 && next_word(&w) == 0;
}

/* Callers' addresses point behind the call, so they are lowered by `lower`. */
static bool read_samples(struct legacy *l, struct words *w, unsigned lower) {
    while (w->rest.len) {
        uint64_t count = next_word(w), depth = next_word(w);
        /* by 4 whatever the size of a word: a stack may run over the end, and reads as zeros there */
        if (w->ran_out || depth > w->rest.len / 4 || depth >= UINT32_MAX) return false;
        if (at_end_marker(*w, count, depth)) {
            next_word(w);
            return true;
        }
        struct legacy_sample *s = legacy_sample(l);
        s->value[0] = (int64_t)count;
        s->value[1] = (int64_t)(count * (uint64_t)l->period);
        for (uint64_t i = 0; i < depth; i++) legacy_frame(l, next_word(w) - (i ? lower : 0));
    }
    return true; /* a missing end marker is no fault */
}

/* The address that (nearly) all stacks have in second place, as a location number; PROFILE_NONE: there is
 * none. `count` has a zero for every location. */
static uint32_t common_second(const struct legacy *l, size_t *count) {
    /* one sample in this many may differ */
    size_t enough = l->samples.n - l->samples.n / 32;
    uint32_t found = PROFILE_NONE;
    for (size_t i = 0; i < l->samples.n; i++) {
        const struct legacy_sample *s = &l->samples.at[i];
        if (s->n > 1 && ++count[l->frame.at[s->first + 1]] == enough) found = l->frame.at[s->first + 1];
    }
    return found;
}

/* A second frame shared by all is the profiler's own signal handler. There may be two of them. */
static void remove_signal_frames(struct legacy *l) {
    size_t *count = ARENA_ARRAY(&l->scratch, size_t, l->locations.n);
    for (int pass = 0; pass < 2; pass++) {
        if (l->locations.n) memset(count, 0, l->locations.n * sizeof *count);
        uint32_t handler = common_second(l, count);
        if (handler == PROFILE_NONE) continue;
        for (size_t i = 0; i < l->samples.n; i++) {
            struct legacy_sample *s = &l->samples.at[i];
            if (s->n > 1 && l->frame.at[s->first + 1] == handler) legacy_remove_second(l, s);
        }
    }
}

static enum load_verdict read_profile(struct arena *a, struct words w, uint64_t period, bool java, struct profile *out,
                                      struct err *e) {
    struct legacy l;
    legacy_init(&l, a);
    l.period_type = (struct legacy_type){STR("cpu"), STR("nanoseconds")};
    l.period = (int64_t)(period * 1000);
    l.type[0] = (struct legacy_type){STR("samples"), STR("count")};
    l.type[1] = l.period_type;
    l.n_types = 2;
    if (!read_samples(&l, &w, java ? 0 : 1)) return legacy_unrecognized(&l);
    if (java) return legacy_finish_java(&l, w.rest, out, e);
    remove_signal_frames(&l);
    l.drop_second_leaf = true;
    struct legacy_lines lines = {.rest = w.rest};
    if (!legacy_read_map(&l, &lines, e)) return legacy_broken(&l);
    return legacy_finish(&l, out, e);
}

enum load_verdict decode_legacy_cpu(struct arena *a, str bytes, struct profile *out, struct err *e) {
    for (size_t i = 0; i < sizeof word_kinds / sizeof word_kinds[0]; i++) {
        struct words w = word_kinds[i];
        w.rest = bytes;
        uint64_t period;
        bool java;
        if (read_header(&w, &period, &java)) return read_profile(a, w, period, java, out, e);
    }
    return LOAD_UNRECOGNIZED;
}
