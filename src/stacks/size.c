/* How much text the stacks of a view make. */
#include "stacks/size.h"

#include <inttypes.h>

#include "filter/stacks.h"

/* The text of something, in lines and bytes of names. */
struct extent {
    uint64_t lines, bytes;
};

/* A sum, and a product, that stay at the largest number. */
static uint64_t add(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

static uint64_t multiply(uint64_t a, uint64_t b) {
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static struct extent measure_location(const struct profile *v, const struct profile_location *l) {
    struct extent sum = {.lines = l->n_lines};
    for (uint32_t i = 0; i < l->n_lines; i++) {
        func_id f = v->line[l->first_line + i].function;
        if (f == PROFILE_NONE) continue;
        sum.bytes += profile_str(v, v->function[f].name).len + profile_str(v, v->function[f].file).len;
    }
    return sum;
}

/* Returns true if n names have too many bytes. */
static bool is_too_long(uint64_t bytes, uint64_t n) { return bytes > STACKS_BYTES && bytes / STACKS_NAME_BYTES > n; }

/* Returns per stack how often it is written: once if a sample uses it, or for each sample that does. */
static uint32_t *count_writes(struct arena *a, const struct profile *v, bool samples) {
    uint32_t *times = ARENA_ZERO(a, uint32_t, v->n_stacks);
    if (samples) {
        for (uint32_t i = 0; i < v->n_samples; i++) times[v->stack_of[profile_row(v, i)]]++;
        return times;
    }
    const bool *used = filter_used_stacks(a, v);
    for (stack_id s = 0; s < v->n_stacks; s++) times[s] = !used || used[s];
    return times;
}

/* The extent of a stack; without `location`, which has that of each, of a line for each frame. */
static struct extent measure_stack(const struct profile *v, const struct extent *location, stack_id s) {
    if (!location) return (struct extent){.lines = v->stack_off[s + 1] - v->stack_off[s]};
    struct extent sum = {0, 0};
    for (uint64_t f = v->stack_off[s]; f < v->stack_off[s + 1]; f++) {
        sum.lines = add(sum.lines, location[v->frame[f]].lines);
        sum.bytes = add(sum.bytes, location[v->frame[f]].bytes);
    }
    return sum;
}

/* The number of frames that the limits count: all that are written, or fewer if samples share stacks. */
static uint64_t counted_frames(const struct profile *loaded, const struct profile *v, uint64_t written) {
    uint64_t most = loaded->stack_off[loaded->n_stacks] + (uint64_t)v->n_samples * STACKS_FRAMES_A_SAMPLE;
    return loaded->shares_stacks && most < written ? most : written;
}

static bool check_stacks(struct arena *a, const struct profile *loaded, const struct profile *v,
                         const struct extent *location, bool samples, struct err *e) {
    const uint32_t *times = count_writes(a, v, samples);
    struct extent sum = {0, 0};
    uint64_t written = 0;
    for (stack_id s = 0; s < v->n_stacks; s++) {
        if (!times[s]) continue;
        struct extent one = measure_stack(v, location, s);
        sum.lines = add(sum.lines, multiply(one.lines, times[s]));
        sum.bytes = add(sum.bytes, multiply(one.bytes, times[s]));
        written = add(written, multiply(v->stack_off[s + 1] - v->stack_off[s], times[s]));
    }
    uint64_t frames = counted_frames(loaded, v, written);
    bool too_many = sum.lines > STACKS_LINES && sum.lines / STACKS_LINES_A_FRAME > frames;
    if (too_many && frames < written)
        return err_set(e,
                       "the stacks of the samples have %" PRIu64
                       " lines, since samples share long ones: choose fewer samples with focus or tagfocus",
                       sum.lines);
    if (too_many)
        return err_set(e,
                       "the stacks have %" PRIu64 " lines, most of them inlined functions: leave those out with "
                       "noinlines, or choose fewer stacks with focus",
                       sum.lines);
    return !is_too_long(sum.bytes, frames) ||
           err_set(e, "the names in the stacks make %" PRIu64 " GB of text: choose fewer stacks with focus",
                   sum.bytes >> 30);
}

static bool check_names(struct arena *a, const struct profile *loaded, const struct profile *v, struct stacks_text what,
                        struct err *e) {
    struct extent *location = ARENA_ARRAY(a, struct extent, v->n_locations), sum = {0, 0};
    bool small = !loaded->shares_stacks; /* no stack can pass a limit */
    for (loc_id l = 0; l < v->n_locations; l++) {
        location[l] = measure_location(v, &v->location[l]);
        small &= location[l].lines <= STACKS_LINES_A_FRAME && location[l].bytes <= STACKS_NAME_BYTES;
        sum.lines = add(sum.lines, location[l].lines);
        sum.bytes = add(sum.bytes, location[l].bytes);
    }
    if (what.lines && is_too_long(sum.bytes, sum.lines))
        return err_set(e, "the names of the lines make %" PRIu64 " GB of text: choose fewer with focus, or functions",
                       sum.bytes >> 30);
    return small || !what.stacks || check_stacks(a, loaded, v, location, what.samples, e);
}

static bool check_labels(struct arena *a, const struct profile *v, struct err *e) {
    uint64_t *size = ARENA_ARRAY(a, uint64_t, v->n_labels), sum = 0, n = 0;
    bool small = true;
    for (label_id i = 0; i < v->n_labels; i++) {
        const struct profile_label *l = &v->label[i];
        size[i] = profile_str(v, l->key).len + profile_str(v, l->numeric ? l->unit : l->value).len;
        small &= size[i] <= STACKS_NAME_BYTES;
    }
    for (uint32_t i = 0; i < v->n_samples && !small; i++) {
        uint32_t row = profile_row(v, i);
        for (uint32_t k = v->label_off[row]; k < v->label_off[row + 1]; k++, n++) sum = add(sum, size[v->label_ref[k]]);
    }
    return !is_too_long(sum, n) ||
           err_set(e,
                   "the labels of the samples make %" PRIu64 " GB of text: choose fewer samples with focus or tagfocus",
                   sum >> 30);
}

static bool check_ids(struct arena *a, const struct profile *loaded, const struct profile *v, struct err *e) {
    return !loaded->shares_stacks /* the file has as many */ || check_stacks(a, loaded, v, NULL, true, e);
}

bool stacks_check_size(struct arena *a, const struct profile *loaded, const struct profile *v, struct stacks_text what,
                       struct err *e) {
    struct arena_mark mark = arena_mark(a);
    bool ok = (!(what.stacks || what.lines) || check_names(a, loaded, v, what, e)) &&
              (!what.labels || check_labels(a, v, e)) && (!what.ids || check_ids(a, loaded, v, e));
    arena_rewind(a, mark);
    return ok;
}
