/* Heap profiles of jemalloc: "heap_v2/RATE", then stacks, "@ ADDRESSES", each with lines of numbers: one for all
 * threads together (t*), and one per thread. */
#include "formats/addresses/text.h"

#include "go/gotext.h"

static bool take_header(str line, int64_t *rate) {
    return text_take(&line, STR("heap_v2/")) && gotext_parse_int(str_trim(line), 10, rate) == GOTEXT_OK;
}

struct jemalloc_line {
    bool is_sum; /* the line t* */
    int64_t thread;
    int64_t value[4]; /* objects and bytes in use, then all allocated ones if the profile counts them */
};

static bool take_int(str *s, int64_t *out) {
    str digits;
    text_skip_spaces(s);
    return text_take_digits(s, &digits) && gotext_parse_int(digits, 10, out) == GOTEXT_OK;
}

/* Reads "t0: N: N [N: N]", which the name of the thread may follow. */
static bool read_numbers(str line, struct jemalloc_line *out) {
    if (!text_take(&line, STR("t"))) return false;
    out->is_sum = text_take(&line, STR("*"));
    if (!out->is_sum && !take_int(&line, &out->thread)) return false;
    static const char *const behind[] = {":", " [", ":", "]"};
    if (!text_take(&line, STR(":"))) return false;
    for (int i = 0; i < 4; i++)
        if (!take_int(&line, &out->value[i]) || !text_take(&line, str_from(behind[i]))) return false;
    return true;
}

/* Estimates all allocations of a thread. The sampling rate of a stack depends on the sizes of all its objects, so the
 * factor comes from the sums over all threads. */
static void raise(int64_t *count, int64_t *size, int64_t sum_count, int64_t sum_size, int64_t rate) {
    int64_t all_count = sum_count, all_size = sum_size;
    text_unsample(&all_count, &all_size, rate);
    if (*count == sum_count && *size == sum_size) {
        *count = all_count;
        *size = all_size;
    } else if (sum_size && sum_count) {
        *count = text_int64((double)*count * ((double)all_count / (double)sum_count));
        *size = text_int64((double)*size * ((double)all_size / (double)sum_size));
    }
}

/* The current stack and its line for all threads. */
struct jemalloc_stack {
    str addresses;
    struct jemalloc_line sum;
    bool has_sum, has_thread;
};

static bool add_sample(struct text_profile *t, const struct jemalloc_stack *stack, const struct jemalloc_line *l,
                       str *bad) {
    struct text_sample *s = text_sample(t);
    const struct jemalloc_line *sum = stack->has_sum ? &stack->sum : l;
    int64_t in_use[2] = {l->value[0], l->value[1]}, all[2] = {l->value[2], l->value[3]};
    int64_t count = l->value[0] ? l->value[0] : l->value[2], size = l->value[0] ? l->value[1] : l->value[3];
    s->block_size = count ? size / count : 0;
    s->thread = l->thread;
    raise(&in_use[0], &in_use[1], sum->value[0], sum->value[1], t->period);
    raise(&all[0], &all[1], sum->value[2], sum->value[3], t->period);
    const int64_t *value = t->n_types == 4 ? all : in_use;
    s->value[0] = value[0];
    s->value[1] = value[1];
    s->value[2] = in_use[0];
    s->value[3] = in_use[1];
    return text_frames(t, stack->addresses, 1, 1, bad);
}

static bool is_jemalloc(str line) {
    int64_t rate;
    return take_header(line, &rate);
}

enum sniff sniff_jemalloc(str start, bool is_all) { return text_sniff(start, is_all, false, is_jemalloc); }

static void set_types(struct text_profile *t, bool has_alloc) {
    static const char *const types[] = {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"};
    t->n_types = has_alloc ? 4 : 2;
    for (uint32_t i = 0; i < t->n_types; i++)
        t->type[i] = (struct text_type){has_alloc ? str_from(types[i])
                                        : i       ? STR("space")
                                                  : STR("objects"),
                                        i % 2 ? STR("bytes") : STR("count")};
}

static enum format_verdict bad_line(struct text_profile *t, uint64_t number, const char *why, struct err *e) {
    text_drop(t);
    err_set(e, ":%llu: %s", (unsigned long long)number, why);
    return FORMAT_BAD_LINE;
}

enum format_verdict decode_jemalloc(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    struct text_lines lines = {.rest = in->bytes};
    struct jemalloc_stack stack = {0};
    bool in_header = true, sum_is_open = false;
    str bad;
    text_init(&t, in->arena);
    if (!text_next_line(&lines) && lines.too_long) return text_first_line_too_long(&t, e);
    if (!take_header(lines.line, &t.period)) return text_unrecognized(&t);
    t.period_type = (struct text_type){STR("space"), STR("bytes")};
    t.has_block_size = true;
    set_types(&t, false);
    for (uint64_t number = 2;; number++) {
        bool is_end = !text_next_line(&lines) || text_is_map_sentinel(lines.line);
        str line = str_trim(lines.line);
        struct jemalloc_line l = {0};
        if (is_end || str_has_prefix(line, STR("@"))) {
            if (sum_is_open && !stack.has_thread && !add_sample(&t, &stack, &stack.sum, &bad))
                return bad_line(&t, number - 1, "an address does not fit 64 bits", e);
            if (is_end) break;
            stack = (struct jemalloc_stack){.addresses = str_from_offset(line, 1)};
            in_header = sum_is_open = false;
        } else if (!line.len) {
            continue;
        } else if (!read_numbers(line, &l)) {
            if (!in->options->lenient) return bad_line(&t, number, "neither a stack nor numbers of a thread", e);
            if (in->options->left_out) ++*in->options->left_out;
        } else if (in_header) {
            if (l.is_sum) set_types(&t, l.value[2] || l.value[3]);
            t.has_thread |= !l.is_sum;
        } else if (l.is_sum) {
            stack.sum = l;
            stack.has_sum = sum_is_open = true;
        } else {
            stack.has_thread = t.has_thread = true;
            if (!add_sample(&t, &stack, &l, &bad)) return bad_line(&t, number, "an address does not fit 64 bits", e);
        }
    }
    if (lines.too_long) return text_line_too_long(&t, e);
    if (!text_skip_to_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}
