/* Heap profiles in text: gperftools' and tcmalloc's heap, growth and fragmentation, jemalloc's heap_v2, and Go's heap
 * with debug=1. A header line, then one line per stack: in use, allocated, addresses. */
#include "formats/addresses/text.h"

#include <math.h>

#include "go/gotext.h"

/* objects: bytes [objects: bytes] */
struct numbers {
    str in_use_count, in_use_size, alloc_count, alloc_size;
};

static bool take_number(str *s, bool sign, str *out) {
    str rest = *s, digits;
    if (sign) text_take(&rest, STR("-"));
    if (!text_take_digits(&rest, &digits)) return false;
    *out = str_slice(*s, 0, s->len - rest.len);
    *s = rest;
    return true;
}

/* Takes N: N [ N: N ]. Each step is forced as long as the text after a number cannot be part of it. */
static bool take_numbers(str *s, bool sign, struct numbers *out) {
    if (!take_number(s, sign, &out->in_use_count) || !text_take(s, STR(":"))) return false;
    text_skip_spaces(s);
    if (!take_number(s, sign, &out->in_use_size)) return false;
    text_skip_spaces(s);
    if (!text_take(s, STR("["))) return false;
    text_skip_spaces(s);
    if (!take_number(s, false, &out->alloc_count) || !text_take(s, STR(":"))) return false;
    text_skip_spaces(s);
    if (!take_number(s, false, &out->alloc_size)) return false;
    text_skip_spaces(s);
    return text_take(s, STR("]"));
}

/* Takes "heap profile: N: N [N: N]" off the front of *s, from its first place there. */
static bool take_header_numbers(str *s, struct numbers *n) {
    for (;;) {
        size_t at = str_find(*s, STR("heap profile:"));
        if (at == s->len) return false;
        *s = str_from_offset(*s, at + sizeof "heap profile:" - 1);
        str rest = *s;
        text_skip_spaces(&rest);
        if (!take_numbers(&rest, false, n)) continue;
        *s = rest;
        return true;
    }
}

static bool is_kind_char(char c) { return c == '_' || text_is_digit(c) || (c >= 'a' && c <= 'z'); }

/* Takes " @ heap_v2/524288": the kind of heap profile and the number after it, which may be empty. */
static bool take_kind(str rest, str *kind, str *number) {
    text_skip_spaces(&rest);
    if (!text_take(&rest, STR("@"))) return false;
    text_skip_spaces(&rest);
    if (!str_has_prefix(rest, STR("heap"))) return false;
    size_t n = 0;
    while (n < rest.len && is_kind_char(rest.ptr[n])) n++;
    *kind = str_slice(rest, 0, n);
    rest = str_from_offset(rest, n);
    text_take(&rest, STR("/"));
    text_take_digits(&rest, number);
    return true;
}

static bool differs(str alloc, str in_use) { return !str_equal(alloc, in_use) && !str_equal(alloc, STR("0")); }

struct header {
    int64_t period;
    bool sampled, has_alloc;
};

static bool read_heap_kind(str kind, str number, struct header *h) {
    int64_t n = 0;
    if (number.len && gotext_parse_int(number, 10, &n) != GOTEXT_OK) return false;
    h->sampled = true;
    if (str_equal(kind, STR("heapz_v2")) || str_equal(kind, STR("heap_v2"))) {
        h->period = n;
    } else if (str_equal(kind, STR("heap"))) {
        h->period = n / 2;
    } else if (str_equal(kind, STR("heapprofile"))) {
        h->sampled = false;
        h->period = 1;
    } else {
        return false;
    }
    return true;
}

/* Reads the header. Its first words may occur more than once in a line; the text after them decides, and heap has
 * priority. */
static bool read_header(str line, struct header *h) {
    struct numbers n;
    str kind, number;
    for (str s = line; take_header_numbers(&s, &n);) {
        if (!take_kind(s, &kind, &number)) continue;
        h->has_alloc = differs(n.alloc_count, n.in_use_count) || differs(n.alloc_size, n.in_use_size);
        return read_heap_kind(kind, number, h);
    }
    for (str s = line; take_header_numbers(&s, &n);) {
        if (!str_has_prefix(s, STR(" @ growth")) && !str_has_prefix(s, STR(" @ fragmentation"))) continue;
        h->period = 1;
        return true;
    }
    return false;
}

static void set_types(struct text_profile *t, bool has_alloc) {
    static const struct text_type plain[] = {{{"objects", 7}, {"count", 5}}, {{"space", 5}, {"bytes", 5}}};
    static const struct text_type all[] = {{{"alloc_objects", 13}, {"count", 5}},
                                           {{"alloc_space", 11}, {"bytes", 5}},
                                           {{"inuse_objects", 13}, {"count", 5}},
                                           {{"inuse_space", 11}, {"bytes", 5}}};
    t->n_types = has_alloc ? 4 : 2;
    for (uint32_t i = 0; i < t->n_types; i++) t->type[i] = has_alloc ? all[i] : plain[i];
}

int64_t text_int64(double v) { return v >= -0x1p63 && v < 0x1p63 ? (int64_t)v : INT64_MIN; }

/* e^x with the operations, and so the last bit, of Go's math.Exp on amd64 with FMA: the estimates below are truncated
 * to integers, and for small blocks 1 - e^x magnifies a difference in that bit ten thousand times. Range reduction and
 * the series are those of N. Shibata's SLEEF (public domain). x is finite and below 709. */
static double exp_go(double x) {
    static const double coefficient[] = {2.4801587301587301587e-5,
                                         1.9841269841269841270e-4,
                                         1.3888888888888888889e-3,
                                         8.3333333333333333333e-3,
                                         4.1666666666666666667e-2,
                                         1.6666666666666666667e-1,
                                         0.5,
                                         1.0};
    if (x < -745.2) return 0;
    double n = nearbyint(x * 1.4426950408889634073599246810018920);
    double r = fma(-n, 0.69314718055966295651160180568695068359375, x);
    r = fma(-n, 0.28235290563031577122588448175013436025525412068e-12, r) * 0.0625;
    double series = coefficient[0];
    for (size_t i = 1; i < sizeof coefficient / sizeof coefficient[0]; i++) series = fma(r, series, coefficient[i]);
    r *= series; /* e^r - 1; squaring e^r four times undoes the 1/16 */
    for (int i = 0; i < 3; i++) r *= r + 2;
    return ldexp(fma(r + 2, r, 1), (int)n);
}

void text_unsample(int64_t *count, int64_t *size, int64_t rate) {
    if (*count == 0 || *size == 0) {
        *count = *size = 0;
        return;
    }
    if (rate <= 1) return; /* all allocations were recorded, or the rate is unknown */
    double average = (double)*size / (double)*count;
    double x = -average / (double)rate;
    double e_x = x > 7.09782712893384e+02 ? INFINITY : exp_go(x);
    double scale = 1 / (1 - e_x);
    *count = text_int64((double)*count * scale);
    *size = text_int64((double)*size * scale);
}

const char *text_int_fault(str digits, int base) {
    int64_t ignored;
    return gotext_parse_int(digits, base, &ignored) == GOTEXT_RANGE ? "value out of range" : "invalid syntax";
}

/* A line that is being read, and the sample that it fills. */
struct row {
    struct text_profile *t;
    struct text_sample *sample;
    str line;
    const struct header *header;
    struct err *e;
};

static bool parse_value(const struct row *r, str digits, int64_t *out) {
    if (gotext_parse_int(digits, 10, out) == GOTEXT_OK) return true;
    return err_set(r->e, "malformed sample: %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(r->line),
                   STR_ARG(digits), text_int_fault(digits, 10));
}

/* Parses a pair of count and size into value[0] and value[1]. */
static bool add_values(const struct row *r, str count_text, str size_text, const char *what, int64_t *value) {
    int64_t count, size;
    if (!parse_value(r, count_text, &count) || !parse_value(r, size_text, &size)) return false;
    if (count == 0 && size != 0)
        return err_set(r->e, "%s count was 0 but %s bytes was %lld", what, what, (long long)size);
    if (count != 0) {
        /* before unsampling: this is the size of a block, not the number of blocks */
        r->sample->block_size = count == -1 ? (int64_t)(0 - (uint64_t)size) : size / count;
        if (r->header->sampled) text_unsample(&count, &size, r->t->period);
    }
    value[0] = count;
    value[1] = size;
    return true;
}

/* Finds the numbers and the address list of a sample line at their first place there. A match that starts inside of a
 * number also matches from the number's start, so only those (and a minus before) are tried. */
static bool find_sample(str line, struct numbers *n, str *addresses) {
    for (size_t i = 0; i < line.len;) {
        str s = str_from_offset(line, i), number;
        if (!take_number(&s, true, &number)) {
            i++;
            continue;
        }
        size_t next = i + number.len;
        s = str_from_offset(line, i);
        if (take_numbers(&s, true, n) && text_take(&s, STR(" @"))) {
            *addresses = s;
            return true;
        }
        i = next;
    }
    return false;
}

/* The longest start of s that matches [ x0-9a-f]*. */
static str address_list(str s) {
    size_t n = 0;
    while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == 'x' || text_is_lower_hex(s.ptr[n]))) n++;
    return str_slice(s, 0, n);
}

static bool read_sample(struct text_profile *t, str line, const struct header *h, struct err *e) {
    struct numbers n;
    str addresses, bad;
    if (!find_sample(line, &n, &addresses)) return err_set(e, "unexpected number of sample values: got 0, want 6");
    struct row r = {.t = t, .sample = text_sample(t), .line = line, .header = h, .e = e};
    int64_t *value = r.sample->value;
    if (h->has_alloc) {
        if (!add_values(&r, n.alloc_count, n.alloc_size, "allocation", value)) return false;
        value += 2;
    }
    /* last, so that its block size is the one that is kept */
    if (!add_values(&r, n.in_use_count, n.in_use_size, "inuse", value)) return false;
    if (!text_frames(t, address_list(addresses), 1, 1, &bad))
        return err_set(e, "malformed sample: %.*s: failed to parse as hex 64-bit number: %.*s", STR_ARG(line),
                       STR_ARG(bad));
    return true;
}

static bool read_samples(struct text_profile *t, struct text_lines *lines, const struct header *h,
                         const struct load_options *options, struct err *e) {
    while (text_next_line(lines)) {
        str line = str_trim(lines->line);
        if (text_is_comment(line)) {
            text_read_go_name(t, line);
            continue;
        }
        if (text_is_map_sentinel(line)) break;
        size_t n = t->samples.n;
        if (!read_sample(t, line, h, e) && !text_skip(t, n, options, e)) return false;
    }
    return true;
}

static bool is_heap(str line) {
    struct header h = {0};
    return read_header(line, &h);
}

enum sniff sniff_heap(str start, bool is_all) { return text_sniff(start, is_all, false, is_heap); }

enum format_verdict decode_heap(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    text_init(&t, in->arena);
    struct text_lines lines = {.rest = in->bytes};
    struct header h = {0};
    if (!text_next_line(&lines) && lines.too_long) return text_first_line_too_long(&t, e);
    if (!read_header(lines.line, &h)) return text_unrecognized(&t);
    t.period_type = (struct text_type){STR("space"), STR("bytes")};
    t.period = h.period;
    t.has_block_size = true;
    set_types(&t, h.has_alloc);
    if (!read_samples(&t, &lines, &h, in->options, e)) return text_broken(&t);
    if (lines.too_long) return text_line_too_long(&t, e);
    if (!text_skip_to_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}
