/* Contention profiles of C++, and Go's block and mutex profiles with debug=1: "DELAY COUNT @ ADDRESSES" per stack. */
#include "formats/addresses/text.h"

#include "go/gotext.h"

struct attributes {
    int64_t cycles_per_second;
};

/* Returns false if this is not a C++ or Go contention profile after all. */
static bool set_attribute(struct text_profile *t, struct attributes *at, str key, str value) {
    if (str_equal(key, STR("discarded samples"))) return true;
    bool cycles = str_equal(key, STR("cycles/second")), reset = str_equal(key, STR("ms since reset"));
    /* format and resolution are attributes of Java profiles */
    if (!cycles && !reset && !str_equal(key, STR("sampling period"))) return false;
    int64_t n;
    if (gotext_parse_int(value, 0, &n) != GOTEXT_OK) return false;
    if (cycles)
        at->cycles_per_second = n;
    else if (reset)
        t->duration_nanos = (int64_t)((uint64_t)n * 1000000);
    else
        t->period = n;
    return true;
}

/* Reads lines KEY = VALUE up to the first other line, which stays the current one. */
static bool read_attributes(struct text_profile *t, struct text_lines *lines, struct attributes *at) {
    while (text_next_line(lines)) {
        str line = str_trim(lines->line);
        if (text_is_comment(line)) continue;
        if (str_has_prefix(line, STR("---"))) break;
        size_t equals = str_find_char(line, '=');
        if (equals == line.len) break;
        if (!set_attribute(t, at, str_trim(str_slice(line, 0, equals)), str_trim(str_from_offset(line, equals + 1))))
            return false;
    }
    return true;
}

/* Finds "DELAY COUNT @ addresses" at its first place in the line. The blank between the numbers may be missing: the
 * last digit of a single run of digits is the count then. */
static bool find_contention(str line, str *delay, str *count, str *addresses) {
    for (size_t i = 0; i < line.len;) {
        str s = str_from_offset(line, i);
        if (!text_take_digits(&s, delay)) {
            i++;
            continue;
        }
        i += delay->len;
        str rest = s;
        text_skip_spaces(&rest);
        bool split = text_take_digits(&rest, count);
        if (!split && delay->len > 1) {
            rest = s;
            *count = str_from_offset(*delay, delay->len - 1);
            delay->len--;
            split = true;
        }
        if (!split || !text_take(&rest, STR(" @"))) continue;
        *addresses = rest;
        return true;
    }
    return false;
}

static bool parse_value(str line, str digits, int64_t *out, struct err *e) {
    if (gotext_parse_int(digits, 10, out) == GOTEXT_OK) return true;
    return err_set(e, "malformed sample: %.*s: strconv.ParseInt: parsing \"%.*s\": %s", STR_ARG(line), STR_ARG(digits),
                   text_int_fault(digits, 10));
}

static enum format_verdict read_contention(struct text_profile *t, str line, const struct attributes *at,
                                           struct err *e) {
    str delay_text, count_text, addresses, bad;
    int64_t delay, count;
    if (!find_contention(line, &delay_text, &count_text, &addresses)) return FORMAT_UNRECOGNIZED;
    if (!parse_value(line, delay_text, &delay, e) || !parse_value(line, count_text, &count, e)) return FORMAT_BROKEN;
    if (t->period > 0) {
        if (at->cycles_per_second > 0) {
            double cycles_per_nano = (double)at->cycles_per_second / 1e9;
            delay = text_int64((double)delay * (double)t->period / cycles_per_nano);
        }
        count = (int64_t)((uint64_t)count * (uint64_t)t->period);
    }
    struct text_sample *s = text_sample(t);
    s->value[0] = count;
    s->value[1] = delay;
    size_t n = 0; /* stops at the first character that addresses cannot have */
    while (n < addresses.len &&
           (addresses.ptr[n] == ' ' || addresses.ptr[n] == 'x' || text_is_lower_hex(addresses.ptr[n])))
        n++;
    if (text_frames(t, str_slice(addresses, 0, n), 1, 1, &bad)) return FORMAT_OK;
    text_bad_address(line, bad, e);
    return FORMAT_BROKEN;
}

/* Reads the samples from the current line on. */
static enum format_verdict read_contentions(struct text_profile *t, struct text_lines *lines,
                                            const struct attributes *at, const struct load_options *options,
                                            struct err *e) {
    do {
        str line = str_trim(lines->line);
        if (str_has_prefix(line, STR("---"))) break;
        if (text_is_comment(line)) {
            text_read_go_name(t, line);
            continue;
        }
        size_t n = t->samples.n;
        enum format_verdict v = read_contention(t, line, at, e);
        if (v != FORMAT_OK && !text_skip(t, n, options, e)) return v;
    } while (text_next_line(lines));
    return FORMAT_OK;
}

static bool is_contention_header(str line) {
    return str_has_prefix(line, STR("--- contentionz ")) || str_has_prefix(line, STR("--- mutex:")) ||
           str_has_prefix(line, STR("--- contention:"));
}

enum sniff sniff_contention(str start, bool is_all) { return text_sniff(start, is_all, false, is_contention_header); }

enum format_verdict decode_contention(struct format_input *in, struct profile *out, struct err *e) {
    struct text_profile t;
    text_init(&t, in->arena);
    struct text_lines lines = {.rest = in->bytes};
    struct attributes at = {0};
    if (!text_next_line(&lines) && lines.too_long) return text_first_line_too_long(&t, e);
    if (!is_contention_header(lines.line)) return text_unrecognized(&t);
    t.period_type = t.type[0] = (struct text_type){STR("contentions"), STR("count")};
    t.type[1] = (struct text_type){STR("delay"), STR("nanoseconds")};
    t.n_types = 2;
    t.period = 1;
    if (!read_attributes(&t, &lines, &at)) return text_unrecognized(&t);
    if (lines.too_long) return text_line_too_long(&t, e);
    enum format_verdict v = read_contentions(&t, &lines, &at, in->options, e);
    if (v == FORMAT_UNRECOGNIZED) return text_unrecognized(&t);
    if (v == FORMAT_BROKEN) return text_broken(&t);
    if (lines.too_long) return text_line_too_long(&t, e);
    if (!text_skip_to_map(&t, &lines, e)) return text_broken(&t);
    return text_finish(&t, out, e);
}
