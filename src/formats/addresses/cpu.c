/* The binary CPU profiles of gperftools and of its Java agent: words of 32 or 64 bits in either byte order.
 * Header 0, 3, 0 (Java: 1), period in microseconds, 0; then count, depth and depth addresses per sample, up
 * to the record 0, 1, 0; then text. */
#include "formats/addresses/text.h"

#include <string.h>

struct words {
    str rest;
    unsigned size; /* bytes per word */
    bool big_endian;
    bool ran_out; /* a word was missing; it reads as 0, and nothing is left */
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

/* The kinds of words in pprof's order of trying. */
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

/* Reads samples. Addresses of callers point behind the call, so they are reduced by `lower`. */
static bool read_samples(struct text_profile *t, struct words *w, unsigned lower) {
    while (w->rest.len) {
        uint64_t count = next_word(w), depth = next_word(w);
        /* divides by 4 for all sizes of words: a stack may extend beyond the end, and reads as zeros there */
        if (w->ran_out || depth > w->rest.len / 4 || depth >= UINT32_MAX) return false;
        if (at_end_marker(*w, count, depth)) {
            next_word(w);
            return true;
        }
        struct text_sample *s = text_sample(t);
        s->value[0] = (int64_t)count;
        s->value[1] = (int64_t)(count * (uint64_t)t->period);
        for (uint64_t i = 0; i < depth; i++) text_frame(t, next_word(w) - (i ? lower : 0));
    }
    return true; /* pprof accepts a missing end marker */
}

/* The number of the location that (nearly) all stacks have in second place; PROFILE_NONE if not found. `count` has a
 * zero per location. */
static uint32_t common_second(const struct text_profile *t, size_t *count) {
    /* one sample in this many may differ */
    size_t enough = t->samples.n - t->samples.n / 32;
    uint32_t found = PROFILE_NONE;
    for (size_t i = 0; i < t->samples.n; i++) {
        const struct text_sample *s = &t->samples.at[i];
        if (s->n > 1 && ++count[t->frame.at[s->first + 1]] == enough) found = t->frame.at[s->first + 1];
    }
    return found;
}

/* Removes a second frame shared by all stacks, the profiler's own signal handler. There may be two of them. */
static void remove_signal_frames(struct text_profile *t) {
    size_t *count = ARENA_ARRAY(&t->scratch, size_t, t->locations.n);
    for (int pass = 0; pass < 2; pass++) {
        if (t->locations.n) memset(count, 0, t->locations.n * sizeof *count);
        uint32_t handler = common_second(t, count);
        if (handler == PROFILE_NONE) continue;
        for (size_t i = 0; i < t->samples.n; i++) {
            struct text_sample *s = &t->samples.at[i];
            if (s->n > 1 && t->frame.at[s->first + 1] == handler) text_remove_second(t, s);
        }
    }
}

static enum format_verdict read_profile(struct arena *a, struct words w, uint64_t period, bool java,
                                        struct profile *out, struct err *e) {
    struct text_profile t;
    text_init(&t, a);
    t.period_type = (struct text_type){STR("cpu"), STR("nanoseconds")};
    t.period = (int64_t)(period * 1000);
    t.type[0] = (struct text_type){STR("samples"), STR("count")};
    t.type[1] = t.period_type;
    t.n_types = 2;
    if (!read_samples(&t, &w, java ? 0 : 1)) return text_unrecognized(&t);
    if (java) return text_finish_java(&t, w.rest, out, e);
    remove_signal_frames(&t);
    t.drop_second_leaf = true;
    struct text_lines lines = {.rest = w.rest};
    if (!text_read_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}

enum sniff sniff_cpu(str start, bool is_all) {
    enum { HEADER_MOST = 5 * 8 };
    for (size_t i = 0; i < sizeof word_kinds / sizeof word_kinds[0]; i++) {
        struct words w = word_kinds[i];
        uint64_t period;
        bool java;
        w.rest = start;
        if (read_header(&w, &period, &java)) return SNIFF_MAYBE;
    }
    return is_all || start.len >= HEADER_MOST ? SNIFF_NO : SNIFF_MORE;
}

enum format_verdict decode_cpu(struct format_input *in, struct profile *out, struct err *e) {
    for (size_t i = 0; i < sizeof word_kinds / sizeof word_kinds[0]; i++) {
        struct words w = word_kinds[i];
        uint64_t period;
        bool java;
        w.rest = in->bytes;
        if (read_header(&w, &period, &java)) return read_profile(in->arena, w, period, java, out, e);
    }
    return FORMAT_UNRECOGNIZED;
}
